"""Processes of their own that take turns at a host, for tests: by files, and by the database."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine

from directory.registries.host_book import DatabaseHosts
from scrapers.hosts import Hosts
from scrapers.pace import Pace


def book(database: str, folder: str, sleep: Callable[[float], None] = time.sleep) -> Hosts:
    """The book in the database, as a machine has it whose own files are in `folder`; only the files without one."""
    files = Pace(Path(folder), sleep=sleep)
    return DatabaseHosts(create_engine(database), files) if database else files


def take_turns(database: str, folder: str, log: str, delay: float, turns: int) -> None:
    """Writes down when each turn began and ended."""
    hosts = book(database, folder)
    for _ in range(turns):
        with hosts.turn("board.example", delay):
            began = time.time()
            _write(log, f"{began!r} {time.time()!r}\n")


def die_in_turn(database: str, folder: str, log: str, delay: float) -> None:
    """Is killed in the middle of a request."""
    with book(database, folder).turn("board.example", delay):
        _write(log, f"{time.time()!r}\n")
        os.kill(os.getpid(), signal.SIGKILL)


def _write(log: str, line: str) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, line.encode())
    os.close(descriptor)
