"""One request at a time a host, and a pause after it, for all processes on this machine."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from scrapers.errors import SourceDown

LONGEST_WAIT = 600.0  # for our turn, in seconds


def shared_folder() -> Path:
    """Where this user's processes keep their turns."""
    return Path(tempfile.gettempdir()) / f"true-meridian-pace-{os.getuid()}"


class Pace:
    """Turns at hosts. `clock` is wall-clock seconds, for it is shared between processes."""

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
        SourceDown when another run keeps it for too long."""
        name = re.sub(r"[^a-z0-9.-]", "_", host.lower())
        last = self.folder / f"{name}.last"
        lock = FileLock(self.folder / f"{name}.lock", timeout=LONGEST_WAIT)
        try:
            lock.acquire()
        except Timeout as wrong:
            raise SourceDown(f"another run has been asking {host} for {LONGEST_WAIT:.0f} s") from wrong
        try:
            wait = min(delay, _read(last) + delay - self.clock())
            if wait > 0:
                self.sleep(wait)
            yield
        finally:
            last.write_text(repr(self.clock()), encoding="ascii")
            lock.release()


def _read(path: Path) -> float:
    try:
        return float(path.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0.0
