"""What one reading was answered so far, line by line on disk: a reading that was killed goes on without asking again.

Each answer becomes one durable line after its capture is kept: a hash of the request, where the capture lies, and the
cookies with which the source knows us. Only a request that was under way when the program died is sent a second time.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from scrapers.captures import Capture, Captures
from scrapers.channels import Channel
from scrapers.request import Request

KEPT_FOR = timedelta(hours=12)
"""Answers older than this are asked anew: one list is not put together from two days."""

Cookies = Sequence[Mapping[str, Any]]


class Asks(Protocol):
    """A fetcher that can be told who it was before: the polite Fetcher."""

    def fetch(self, request: Request, channel: Channel) -> Capture: ...

    def cookies(self) -> Cookies: ...

    def take_cookies(self, cookies: Cookies) -> None: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """One line: the request, known by its hash, and what came of it."""

    request: str
    sha256: str
    size: int
    url: str
    retrieved_at: str
    media_type: str
    cookies: Cookies


class Journal:
    """The lines of one reading in one file. It holds cookies: nobody else may read it, and it is dropped when the
    reading is over."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self, now: datetime) -> list[Answered]:
        """What was answered, in order; nothing when it began too long ago. A last line that was cut off is no line."""
        lines = list(_lines_in(self.path))
        if lines and now - datetime.fromisoformat(lines[0].retrieved_at) > KEPT_FOR:
            self.drop()
            return []
        return lines

    def note(self, line: Answered) -> None:
        """Writes a line that outlives this process and the machine's power. A stump before it is closed first."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as out:
            size = out.seek(0, os.SEEK_END)
            is_cut_off = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            out.write((b"\n" if is_cut_off else b"") + json.dumps(asdict(line)).encode() + b"\n")
            os.fsync(descriptor)

    def drop(self) -> None:
        """Forgets the reading."""
        self.path.unlink(missing_ok=True)


class Journaled:
    """Answers from the journal what was answered before, and asks for the rest. Satisfies `scrapers.run.Fetches`.

    may_ask: called before each request that is really sent; raises when somebody else has taken the reading over.
    """

    def __init__(
        self,
        fetcher: Asks,
        journal: Journal,
        captures: Captures,
        *,
        now: Callable[[], datetime],
        may_ask: Callable[[], None] = lambda: None,
    ) -> None:
        self._fetcher, self._journal, self._captures, self._may_ask = fetcher, journal, captures, may_ask
        lines = journal.lines(now())
        self._known = {line.request: line for line in lines}
        if lines:
            fetcher.take_cookies(lines[-1].cookies)

    def fetch(self, request: Request, channel: Channel) -> Capture:
        """The capture of what the source answers, or answered. Raises what the fetcher raises."""
        known = self._known.get(_hash_of(request))
        path = self._captures.path_of(known.sha256) if known else None
        if known and path:
            at = datetime.fromisoformat(known.retrieved_at)
            return Capture(known.sha256, path, known.size, known.url, at, known.media_type)
        self._may_ask()
        capture = self._fetcher.fetch(request, channel)
        self._journal.note(_line(request, capture, self._fetcher.cookies()))
        return capture


def _line(request: Request, capture: Capture, cookies: Cookies) -> Answered:
    at = capture.retrieved_at.isoformat()
    return Answered(_hash_of(request), capture.sha256, capture.size, capture.url, at, capture.media_type, list(cookies))


def _hash_of(request: Request) -> str:
    """A request may carry a name or a number that somebody looked for: only its hash is written down."""
    return hashlib.sha256(json.dumps(request.identity).encode()).hexdigest()


def _lines_in(path: Path) -> Iterator[Answered]:
    try:
        written = path.read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in written:
        try:
            yield Answered(**json.loads(line))
        except ValueError:  # cut off by the death of its writer
            continue
