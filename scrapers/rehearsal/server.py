"""Invented registries on loopback, over real HTTP, in the shapes of the real ones, well-behaved or not.

`RehearsalServer` serves one cast until it is closed. Paths are those of the real registries, so that a description
needs only another base address. The demo's registries (`demo_answers`) come first, then every known shape.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qsl, urlsplit

from scrapers.rehearsal.cast import Player
from scrapers.rehearsal.demo_answers import Demo
from scrapers.rehearsal.misbehavior import Misbehavior
from scrapers.rehearsal.people import Person, people_of
from scrapers.rehearsal.shapes.all_shapes import shape_at
from scrapers.rehearsal.shapes.forms import COOKIE
from scrapers.rehearsal.shapes.shape import Answer, Asked, Scene, Shape
from scrapers.rehearsal.shapes.shape import window as honest_window

ROBOTS = "User-agent: *\nDisallow: /private/\n"
NOT_FOUND = Answer(b"<h1>Not found</h1>", status=404)


@dataclass(frozen=True, slots=True)
class Question:
    """One request that the server got: when (monotonic seconds), what, and with which headers."""

    at: float
    method: str
    path: str
    headers: dict[str, str]


@dataclass(slots=True)
class Stage:
    """What the server shows and what it was asked."""

    cast: Sequence[Player]
    demo: Demo
    misbehavior: Misbehavior | None = None
    asked: list[Question] = field(default_factory=list)
    answered: int = 0  # robots.txt aside
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    closing: Event = field(default_factory=Event)

    def people(self, shape: Shape) -> list[Person]:
        """Whom this board has at the moment."""
        people = people_of(self.cast, numbers=shape.numbers, how_many=shape.how_many)
        misbehavior = self._misbehavior_of(shape)
        return misbehavior.people(people) if misbehavior else people

    def scene(self, shape: Shape) -> Scene:
        """What this board shows at the moment."""
        misbehavior = self._misbehavior_of(shape)
        if misbehavior is None:
            return Scene(self.people(shape))
        return Scene(self.people(shape), misbehavior.rows, misbehavior.window or honest_window)

    def _misbehavior_of(self, shape: Shape) -> Misbehavior | None:
        return self.misbehavior if self.misbehavior and self.misbehavior.applies_to(shape) else None


class RehearsalServer:
    """Serves `cast` on 127.0.0.1, at `port` or a free one. Use as a context manager, or `close()` it.

    misbehave: what goes wrong, if anything; `misbehaves` changes it. now: the server's own clock.
    """

    def __init__(
        self,
        cast: Sequence[Player],
        *,
        port: int = 0,
        misbehave: Misbehavior | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.stage = Stage(cast, Demo(cast), misbehave, now=now)
        self._http = _Http(("127.0.0.1", port), self.stage)
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def asked(self) -> list[Question]:
        """Every request so far, in order."""
        return self.stage.asked

    def misbehaves(self, misbehavior: Misbehavior | None) -> None:
        """From now on it misbehaves so, or not at all, and what it was asked is forgotten."""
        self.stage.closing.set()
        self.stage.closing = Event()
        self.stage.misbehavior, self.stage.answered = misbehavior, 0
        self.stage.asked.clear()

    def close(self) -> None:
        self.stage.closing.set()
        self._http.shutdown()
        self._http.server_close()

    def __enter__(self) -> RehearsalServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], stage: Stage) -> None:
        super().__init__(address, Exchange)
        self.stage = stage

    def handle_error(self, request: object, client_address: object) -> None:
        """Quiet: a reader that hangs up in the middle is what many a rehearsal is about."""


class Exchange(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http

    @property
    def stage(self) -> Stage:
        return self.server.stage

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        self._serve(dict(parse_qsl(body, keep_blank_values=True)))

    def _serve(self, form: dict[str, str]) -> None:
        parts = urlsplit(self.path)
        self.stage.asked.append(Question(time.monotonic(), self.command, self.path, dict(self.headers.items())))
        misbehavior = self.stage.misbehavior
        if parts.path == "/robots.txt":
            status, text = (misbehavior.robots if misbehavior else None) or (200, ROBOTS)
            self.give(Answer(text.encode(), "text/plain; charset=utf-8", status))
            return
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        session = cookie.value if cookie else ""
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        asked = Asked(self.command, parts.path, query, form, session, dict(self.headers.items()))
        before, self.stage.answered = self.stage.answered, self.stage.answered + 1
        answer = self._answer(asked)
        if misbehavior and misbehavior.answer and answer.status == 200:
            answer = misbehavior.answer(answer, asked, before)
        if not (misbehavior and misbehavior.send and misbehavior.send(self, answer, before)):
            self.give(answer)

    def _answer(self, asked: Asked) -> Answer:
        answer = self.stage.demo.answer(asked)
        if answer is None and (shape := shape_at(asked.path)):
            answer = shape.answer(asked, self.stage.scene(shape))
        return answer or NOT_FOUND

    def give(self, answer: Answer) -> None:
        """Sends an answer whole."""
        self.begin(replace(answer, headers={"Content-Length": str(len(answer.body)), **answer.headers}))
        self.wfile.write(answer.body)

    def begin(self, answer: Answer) -> None:
        """Sends its status and headers only."""
        self.send_response_only(answer.status)
        if "Date" not in answer.headers:
            self.send_header("Date", format_datetime(self.stage.now().astimezone(UTC), usegmt=True))
        self.send_header("Content-Type", answer.media_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet: whoever rehearses hears the runs, not the server."""
