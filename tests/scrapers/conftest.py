"""A clock that never ticks by itself, and a polite fetcher for a server on loopback."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request as Asked
from werkzeug import Response

from scrapers.captures import Captures
from scrapers.channels import Channel
from scrapers.errors import SourceError
from scrapers.fetch import Fetcher
from scrapers.ledger import Kind
from scrapers.pace import Pace
from scrapers.record import RegistryRecord
from scrapers.request import Request
from scrapers.run import RunReport
from scrapers.session import Limits
from scrapers.spec import RegistrySpec
from tests.scrapers.making import NOON, ask, make_spec
from tests.scrapers.raw_server import SOON, Script, saying

Read = Callable[..., tuple[list[RegistryRecord], RunReport]]


class Clock:
    """Seconds that pass only when somebody sleeps. `slept` lists each pause."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.seconds += seconds


class Noted:
    """A ledger that only remembers."""

    def __init__(self) -> None:
        self.events: list[tuple[Kind, str, str]] = []
        self.bytes = 0

    def note(self, kind: Kind, *, host: str, at: datetime, url: str, reason: str = "") -> None:
        self.events.append((kind, url, reason))

    def add_bytes(self, size: int, *, host: str, at: datetime) -> None:
        self.bytes += size

    def flush(self) -> None:
        pass


@pytest.fixture
def noted() -> Noted:
    return Noted()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def captures(tmp_path: Path) -> Captures:
    return Captures(tmp_path / "captures")


@pytest.fixture
def board(tmp_path: Path, httpserver: HTTPServer) -> RegistrySpec:
    """An invented board, moved to the server on loopback."""
    return make_spec(tmp_path).with_base_url(httpserver.url_for("/").rstrip("/"))


@pytest.fixture
def fetcher(board: RegistrySpec, captures: Captures, clock: Clock, tmp_path: Path) -> Callable[..., Fetcher]:
    def make(**changes: Any) -> Fetcher:
        keywords: dict[str, Any] = {
            "captures": captures,
            "now": lambda: NOON,
            "contact": "operator@directory.example",
            "rehearsal": True,
            "pace": Pace(tmp_path / "pace", clock=clock, sleep=clock.sleep),
            "jitter": lambda: 0.0,
        }
        return Fetcher(changes.pop("spec", board), **(keywords | changes))

    return make


@pytest.fixture
def read(httpserver: HTTPServer, fetcher: Callable[..., Fetcher], captures: Captures) -> Read:
    """One reading of a board whose address answers so."""

    def reading(
        spec: RegistrySpec, path: str, answer: Callable[[Asked], str | Response], **keywords: Any
    ) -> tuple[list[RegistryRecord], RunReport]:
        def respond(asked: Asked) -> Response:
            found = answer(asked)
            return found if isinstance(found, Response) else Response(found, content_type="text/html; charset=utf-8")

        httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
        httpserver.expect_request(path).respond_with_handler(respond)
        moved = spec.with_base_url(httpserver.url_for("/").rstrip("/"))
        found = ask(moved, fetcher(spec=moved), captures=captures, **keywords)
        httpserver.check_assertions()
        return found

    return reading


@pytest.fixture
def told(board: RegistrySpec, fetcher: Callable[..., Fetcher]) -> Callable[..., SourceError]:
    """What a fetcher makes of a script, and of /robots.txt."""

    def run(script: Script, *, limits: Limits = SOON, most: int = 100_000, **keywords: bytes) -> SourceError:
        with saying(script, **keywords) as address:
            asking = fetcher(spec=board.with_base_url(address), limits=limits)
            with pytest.raises(SourceError) as wrong:
                asking.fetch(Request(f"{address}/a"), Channel("roster", max_bytes=most))
            asking.close()
        return wrong.value

    return run
