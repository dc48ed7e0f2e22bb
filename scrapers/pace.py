"""The book of hosts as files: one request at a time a host and a pause after it, for all processes of this user on
this machine."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from scrapers.errors import NotNow
from scrapers.hosts import HostState, RobotsFile

LONGEST_WAIT = 600.0  # for our turn, in seconds
UNDER_WAY = "asking"


def shared_folder() -> Path:
    """Where this user's processes keep their turns."""
    return Path(tempfile.gettempdir()) / f"true-meridian-pace-{os.getuid()}"


class Pace:
    """Satisfies `scrapers.hosts.Hosts`. `clock` is wall-clock seconds, for it is shared between processes."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.folder = folder or shared_folder()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.clock, self.sleep = clock, sleep

    @contextmanager
    def turn(self, host: str, delay: float) -> Iterator[None]:
        """Our turn at a host: begins when nobody else asks it and `delay` seconds after the last request ended. Raises
        NotNow when another run keeps it for too long."""
        last = self.folder / f"{_name(host)}.last"
        lock = FileLock(self.folder / f"{_name(host)}.lock", timeout=LONGEST_WAIT)
        try:
            lock.acquire()
        except Timeout as wrong:
            told = f"another run has been asking {host} for {LONGEST_WAIT:.0f} s"
            raise NotNow(told, not_before=LONGEST_WAIT, withheld="turn") from wrong
        try:
            wait = _wait(last, delay, self.clock())
            if wait > 0:
                self.sleep(wait)
            last.write_text(UNDER_WAY, encoding="ascii")
            try:
                yield
            finally:
                last.write_text(repr(self.clock()), encoding="ascii")
        finally:
            lock.release()

    def state(self, host: str) -> HostState:
        """How the host behaved so far."""
        kept = _json(self.folder / f"{_name(host)}.state")
        return HostState(**kept) if kept else HostState()

    def keep_state(self, host: str, state: HostState) -> None:
        _write(self.folder / f"{_name(host)}.state", asdict(state))

    def robots(self, origin: str) -> RobotsFile | None:
        """What the origin answered last for robots.txt, or None."""
        kept = _json(self._robots_path(origin))
        return RobotsFile(kept["status"], kept["text"], kept["asked_at"]) if kept else None

    def keep_robots(self, origin: str, file: RobotsFile, *, delay: float) -> None:
        _write(self._robots_path(origin), asdict(file) | {"origin": origin, "delay": delay})

    def _robots_path(self, origin: str) -> Path:
        return self.folder / f"robots-{hashlib.sha256(origin.encode()).hexdigest()[:24]}.json"


def _name(host: str) -> str:
    return re.sub(r"[^a-z0-9.-]", "_", host.lower())


def _wait(last: Path, delay: float, now: float) -> float:
    """How long the pause still lasts. Where a turn was never ended, its holder was killed: nobody knows when its
    request was over, so the pause begins now. So it does where the clock was set back."""
    try:
        ended = float(last.read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0.0
    except ValueError:
        return delay
    return min(delay, ended + delay - now)


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, fields: dict[str, Any]) -> None:
    """Written whole under another name first: another process may read it at any time."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{id(fields)}")
    draft.write_text(json.dumps(fields), encoding="utf-8")
    draft.replace(path)
