"""`make run`: the whole of True Meridian on this machine, with invented people and invented registries.

Makes the database, fills it once, runs the registries against a server on loopback, and then serves the site with a
worker beside it until it is interrupted.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from directory import ROOT, create_app
from directory.clock import utc_now, utc_today
from directory.config import SettingError
from directory.demo import filling, runs
from directory.extensions import db
from directory.models.listing import Listing
from scrapers.rehearsal.cast import Player, cast
from scrapers.rehearsal.server import RehearsalServer

PEOPLE = 400
PATIENCE = 10.0  # seconds that the site and the worker have to end
ADDRESS = "127.0.0.1:8000"
REGISTRIES = ROOT / "scrapers" / "rehearsal" / "registries"


def main() -> int:
    begun = time.monotonic()
    environ = {
        "REHEARSAL": "1",
        "SITE_URL": f"http://{ADDRESS}",
        "REGISTRIES_PATH": str(REGISTRIES),
        **os.environ,
    }
    app = create_app(environ)
    password = _kept_password(Path(app.instance_path) / "demo-password")
    players = cast(PEOPLE, today=utc_today())
    with app.app_context():
        upgrade()
        with RehearsalServer(players) as server:
            _fill_once(app, players, server, password)
            log = Path(app.instance_path) / "demo" / "worker.log"
            say(welcome(password, server.address, log=log, seconds=time.monotonic() - begun))
            db.session.remove()
            db.engine.dispose()
            return _serve(environ, log=log)


def _fill_once(app: Flask, players: tuple[Player, ...], server: RehearsalServer, password: str) -> None:
    """Fills an empty directory, or goes on with a filling that was interrupted."""
    begun = Path(app.instance_path) / "demo" / "filling-has-begun"
    if not begun.exists() and db.session.scalar(select(func.count(Listing.id))):
        return
    begun.parent.mkdir(parents=True, exist_ok=True)
    begun.touch()
    _fill(app, players, server, password)
    begun.unlink()


def _fill(app: Flask, players: tuple[Player, ...], server: RehearsalServer, password: str) -> None:
    say(f"Filling the directory with {len(players)} invented practitioners …")
    filled = filling.fill(db.session(), players, password=password, at=utc_now(), commit=db.session.commit)
    say(f"{filled.imported.created} listings, {filled.claimed} of them claimed by their owners.")
    runs.run_all(db.session(), players, server.address, folder=Path(app.instance_path) / "demo", say=say)


def say(line: str) -> None:
    print(line, flush=True)


def welcome(password: str, registries: str, *, log: Path, seconds: float) -> str:
    """Where to look, and how to sign in as each of the demo's people."""
    users = "\n".join(f"  {name}@true-meridian.example   {what}" for name, what in filling.USERS.items())
    return f"""
True Meridian is ready after {seconds:.0f} s. Everybody in it is invented.

  http://{ADDRESS}/                         patients search here; try Seattle, 80302, or London
  http://{ADDRESS}/moderation/              what a person has to decide
  http://{ADDRESS}/registries               each register: what it issues, when it was last read
  {registries + "/":<40}  the invented registers, as long as this runs
  {log}
                                            what the worker does, and every mail that would be sent
                                            (with MAIL_URL a mail server gets them: only then is anybody notified)

Sign in at http://{ADDRESS}/account/login with the password
  {password}
as
{users}

Stop with Ctrl-C. `make run` again keeps what is there; `rm -rf instance` forgets it.
"""


def _kept_password(path: Path) -> str:
    """The demo's password, made the first time: there is no default one."""
    if not path.exists():
        path.write_text("-".join(secrets.token_hex(2) for _ in range(5)), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()


def _serve(environ: dict[str, str], *, log: Path) -> int:
    """The site and a worker, until one of them ends or somebody interrupts. Mails go to the worker's log."""
    bin_folder = Path(sys.executable).parent
    site = [bin_folder / "gunicorn", "-w", "2", "-k", "gthread", "--threads", "4", "-b", ADDRESS]
    site += ["--log-level", "warning", "wsgi:app"]
    worker = [bin_folder / "flask", "--app", "wsgi", "jobs", "work"]
    with log.open("ab") as told:
        children = [
            subprocess.Popen([str(word) for word in site], env=environ, cwd=ROOT),
            subprocess.Popen([str(word) for word in worker], env=environ, cwd=ROOT, stdout=told, stderr=told),
        ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        return max(child.returncode or 0 for child in children)
    except KeyboardInterrupt:
        return 0
    finally:
        stop(children)


def stop(children: Sequence[subprocess.Popen[bytes]], *, patience: float = PATIENCE) -> None:
    """Ends them: asked first, and by force when they take longer than `patience` or somebody interrupts again."""
    for child in children:
        child.terminate()
    end = time.monotonic() + patience
    for child in children:
        try:
            child.wait(timeout=max(0.1, end - time.monotonic()))
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            child.kill()
            child.wait()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped. `make run` goes on from here.")
    except SettingError as wrong:
        sys.exit(str(wrong))
