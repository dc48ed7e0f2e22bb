"""`make run`: the whole of True Meridian on this machine, with invented people and invented registries.

Makes the database, fills it once, runs the registries against a server on loopback, and then serves the site with a
worker beside it until it is interrupted.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from directory import ROOT, create_app
from directory.clock import utc_today
from directory.config import SettingError
from directory.demo import days, filling
from directory.demo.mail_server import MailServer
from directory.demo.pages import PEOPLE
from directory.extensions import db
from directory.models.listing import Listing
from scrapers.rehearsal.cast import Player, cast
from scrapers.rehearsal.server import RehearsalServer

PATIENCE = 10.0  # seconds that the site and the worker have to end
SITE_URL = "http://127.0.0.1:8000"
REGISTRIES = ROOT / "scrapers" / "rehearsal" / "registries"


def main() -> int:
    begun = time.monotonic()
    environ = {"REHEARSAL": "1", "SITE_URL": SITE_URL, "REGISTRIES_PATH": str(REGISTRIES), **os.environ}
    _refuse_a_taken_port(environ["SITE_URL"])
    folder = Path(environ.get("INSTANCE_PATH", ROOT / "instance")) / "demo"
    with MailServer(folder / "mails") as mails:
        environ.setdefault("MAIL_URL", mails.url)
        app = create_app(environ)
        password = _kept_password(folder.parent / "demo-password")
        players = cast(PEOPLE, today=utc_today())
        with app.app_context(), RehearsalServer(players) as server:
            upgrade()
            _fill_once(app, players, server, password)
            db.session.remove()
            db.engine.dispose()

            def told() -> None:
                say(welcome(environ["SITE_URL"], password, server.address, seconds=time.monotonic() - begun))

            return _serve(environ, log=folder / "worker.log", once_it_answers=told)


def _refuse_a_taken_port(site: str) -> None:
    """Says so before anything is filled, and in words."""
    address = urlsplit(site)
    if _answers(address.hostname or "", address.port or 80):
        words = f"Something answers at {address.netloc} already. Stop it, or choose another port:"
        sys.exit(f"{words}\n  SITE_URL=http://127.0.0.1:8001 make run")


def _answers(host: str, port: int) -> bool:
    with socket.socket() as tried:
        tried.settimeout(5)
        return tried.connect_ex((host, port)) == 0


def _fill_once(app: Flask, players: tuple[Player, ...], server: RehearsalServer, password: str) -> None:
    """Fills an empty directory, or goes on with a filling that was interrupted."""
    begun = Path(app.instance_path) / "demo" / "filling-has-begun"
    if not begun.exists() and db.session.scalar(select(func.count(Listing.id))):
        return
    begun.parent.mkdir(parents=True, exist_ok=True)
    begun.touch()
    days.go_through(db.session(), players, server.address, password=password, folder=begun.parent, say=say)
    begun.unlink()


def say(line: str) -> None:
    print(line, flush=True)


def welcome(site: str, password: str, registries: str, *, seconds: float) -> str:
    """Where to look, and how to sign in as each of the demo's people."""
    users = "\n".join(f"  {name}@true-meridian.example   {what}" for name, what in filling.USERS.items())
    places = "\n".join(f"  {address:<42}{what}" for address, what in _places(site, registries))
    return f"""
True Meridian is ready after {seconds:.0f} s. Everybody in it is invented.

{places}

Sign in at {site}/account/login with the password
  {password}
as
{users}

Stop with Ctrl-C. `make run` again keeps what is there; `rm -rf instance` forgets it.
"""


def _places(site: str, registries: str) -> tuple[tuple[str, str], ...]:
    return (
        (f"{site}/", "patients search here; try Seattle, 80302, or London"),
        (f"{site}/demo/", "begin here: what there is to try, and every mail that was sent"),
        (f"{site}/moderation/", "what a person has to decide"),
        (f"{site}/registries", "each register: what it issues, when it was last read"),
        (f"{registries}/", "the invented registers, as long as this runs"),
    )


def _kept_password(path: Path) -> str:
    """The demo's password, made the first time: there is no default one."""
    if not path.exists():
        path.write_text("-".join(secrets.token_hex(2) for _ in range(5)), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()


def _serve(environ: dict[str, str], *, log: Path, once_it_answers: Callable[[], None]) -> int:
    """The site and a worker, until one of them ends or somebody interrupts. What the worker says goes to `log`."""
    bin_folder = Path(sys.executable).parent
    site = [bin_folder / "gunicorn", "-w", "2", "-k", "gthread", "--threads", "4"]
    site += ["-b", urlsplit(environ["SITE_URL"]).netloc, "--log-level", "warning", "directory.demo.wsgi:app"]
    worker = [bin_folder / "flask", "--app", "wsgi", "jobs", "work"]
    with log.open("ab") as told:
        children = [
            subprocess.Popen([str(word) for word in site], env=environ, cwd=ROOT),
            subprocess.Popen([str(word) for word in worker], env=environ, cwd=ROOT, stdout=told, stderr=told),
        ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    address, is_told = urlsplit(environ["SITE_URL"]), False
    try:
        while all(child.poll() is None for child in children):
            if not is_told and _answers(address.hostname or "", address.port or 80):
                is_told = True
                once_it_answers()
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
