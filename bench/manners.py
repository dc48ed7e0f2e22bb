"""Whether several workers are polite in sum, and lose no time by it. One of them is killed on the way.

    python -m bench.manners [--requests 200] [--only sqlite|postgresql] [--no-kill] [--json]

Three hosts with two boards each, on loopback over real HTTP, and two real processes (`flask jobs work`). What the
delays allow is one request a host and second: the ratio is that time, of the host that was asked most, to the time it
took. The trial stops when a delay is undercut, a page is asked for twice or never, or a run is not applied. Only a
request that was under way when its worker was killed may come again.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from bench.boards import ROWS_A_PAGE, Host, describe
from directory import ROOT, create_app
from directory.extensions import db
from directory.registries.run_requests import Asked, queue_run
from directory.rules.vocabulary import RunChannel
from scrapers.spec import load_spec

HOSTS, BOARDS_A_HOST = 3, 2
DELAY = 1.0  # the least that a description may state
PATIENCE = 4  # times as long as the delays allow


@dataclass
class Trial:
    """The hosts, the database and where the site keeps its things."""

    hosts: Sequence[Host]
    folder: Path
    database: str
    pages: int  # of all boards together
    killed_at: float = 0.0  # when a worker was killed

    @property
    def environ(self) -> dict[str, str]:
        ours = {
            "ENV": "development",
            "DATABASE_URL": self.database,
            "SECRET_KEY": "t" * 40,
            "INSTANCE_PATH": str(self.folder / "instance"),
            "REHEARSAL": "1",
            "TMPDIR": str(self.folder),  # turns at hosts that only this trial shares
        }
        return {**{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}, **ours}

    def prepare(self) -> None:
        """An empty database and one run of each board that waits."""
        app = create_app(self.environ, instance=self.folder / "instance")
        with app.app_context():
            upgrade()
            for path in self._described():
                asked = Asked(RunChannel.ROSTER, spec_path=str(path))
                queue_run(db.session(), load_spec(path), asked, asked_by="the trial", at=datetime.now(UTC))
            db.session.commit()
            db.session.remove()
            db.engine.dispose()

    def _described(self) -> Iterator[Path]:
        boards = len(self.hosts) * BOARDS_A_HOST
        for number in range(boards):
            pages = self.pages // boards + (number < self.pages % boards)
            yield describe(self.folder, f"us_ca_{number}", self.hosts[number % len(self.hosts)], pages=pages)

    def asked(self) -> int:
        return sum(len(host.pages_asked()) for host in self.hosts)

    def seconds_allowed(self, delay: float) -> float:
        """How long the host that was asked most must take, by its delay alone."""
        return max(len(host.gaps()) for host in self.hosts) * delay

    def seconds_taken(self) -> float:
        times = [at for host in self.hosts for at, _ in host.asked]
        return max(times) - min(times)

    def check(self, delay: float) -> None:
        """Raises AssertionError where a host was asked too soon, or not for each page once, or a run is not applied."""
        for host in self.hosts:
            assert min(host.gaps()) >= delay, f"{host.address} was asked again after {min(host.gaps()):.3f} s"
            for path, (first, *again) in host.asked_twice().items():
                was_under_way = self.killed_at - delay <= first <= self.killed_at and len(again) == 1
                assert was_under_way, f"{path} was asked twice, first {self.killed_at - first:.3f} s before the kill"
        assert self.asked() == self.pages, f"{self.asked()} of {self.pages} pages were asked for"
        assert rows(self.database, "SELECT DISTINCT state FROM registry_run") == [("applied",)]
        published = rows(self.database, "SELECT count(*) FROM published_record WHERE is_current")[0][0]
        assert published == self.pages * ROWS_A_PAGE, f"{published} records"


def rows(database: str, statement: str) -> list[tuple[Any, ...]]:
    engine = create_engine(database.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(statement))]
    engine.dispose()
    return found


@contextmanager
def two_workers(trial: Trial) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two processes as an operator starts them; what comes round is left to the first."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
    with (trial.folder / "workers.log").open("wb") as log:
        workers = [
            subprocess.Popen(command + more, cwd=ROOT, env=trial.environ, stdout=log, stderr=log)
            for more in ([], ["--no-periodic"])
        ]
        try:
            yield workers
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()


def run_trial(trial: Trial, workers: Sequence[Any], *, kill: bool, delay: float) -> float:
    """Waits until all is applied, killing a worker that is at work after a third. How long it took against what the
    delays allow."""
    patience = time.monotonic() + 30 + PATIENCE * trial.pages / len(trial.hosts) * delay
    killed = not kill
    while unfinished := at_work(trial.database):
        assert time.monotonic() < patience, f"not done: {unfinished}"
        if not killed and trial.asked() >= trial.pages / 3:
            victim = next((each for each in workers if str(each.pid) in unfinished), None)
            if victim is not None:
                os.kill(victim.pid, signal.SIGKILL)
                trial.killed_at, killed = time.time(), True
        time.sleep(0.1)
    assert killed, "no worker was killed"
    trial.check(delay)
    return trial.seconds_allowed(delay) / trial.seconds_taken()


def at_work(database: str) -> list[str]:
    """The process of each run that is not over; "" where it waits."""
    found = rows(database, "SELECT worker FROM registry_run WHERE state IN ('queued', 'running', 'staged')")
    return [worker.split("|")[1] if worker else "" for (worker,) in found]


@contextmanager
def empty_postgres(url: str) -> Iterator[str]:
    """A database of its own on that server, dropped afterwards."""
    name = f"manners_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
        try:
            yield f"{url.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]


def measure(*, postgres: str, requests: int, kill: bool) -> dict[str, Any]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="manners-")))
        database = stack.enter_context(empty_postgres(postgres)) if postgres else f"sqlite:///{folder / 'site.sqlite'}"
        hosts = [stack.enter_context(Host()) for _ in range(HOSTS)]
        trial = Trial(hosts, folder, database, requests)
        trial.prepare()
        workers = stack.enter_context(two_workers(trial))
        try:
            ratio = run_trial(trial, workers, kill=kill, delay=DELAY)
            assert "locked" not in (folder / "workers.log").read_text(), "a database was locked"
        except AssertionError:
            print((folder / "workers.log").read_text()[-3000:], file=sys.stderr)
            raise
    return {
        "database": "postgresql" if postgres else "sqlite",
        "killed": kill,
        "requests": sum(len(host.asked) for host in hosts),
        "seconds_allowed": round(trial.seconds_allowed(DELAY), 1),
        "seconds": round(trial.seconds_taken(), 1),
        "asked_again": sum(len(host.asked_twice()) for host in hosts),
        "least_gap": round(min(min(host.gaps()) for host in hosts), 3),
        "ratio": round(ratio, 3),
    }


def main(arguments: list[str] | None = None) -> list[dict[str, Any]]:
    parser = argparse.ArgumentParser(prog="bench.manners")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--postgres", default=os.environ.get("TEST_POSTGRES_URL", ""), metavar="URL")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--no-kill", action="store_true")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    found = []
    for postgres in ("", chosen.postgres) if chosen.postgres else ("",):
        if chosen.only and (chosen.only == "postgresql") is not bool(postgres):
            continue
        found.append(measure(postgres=postgres, requests=chosen.requests, kill=not chosen.no_kill))
        if not chosen.json:
            told = found[-1]
            print(f"{told['database']}: {told['requests']} requests, {told['asked_again']} of them again,")
            print(f"least gap {told['least_gap']} s; the delays allow {told['seconds_allowed']} s, and it took")
            print(f"{told['seconds']} s: ratio {told['ratio']}")
    if chosen.json:
        print(json.dumps(found))
    return found


if __name__ == "__main__":
    main()
