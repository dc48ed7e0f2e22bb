"""Misbehavior below the page: statuses, broken and endless bodies, redirects, robots.txt, clocks that lie."""

from __future__ import annotations

import hashlib
import socket
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from functools import cache
from typing import TYPE_CHECKING

from scrapers.rehearsal.misbehavior import BLOCKED, CHANGED, COMPLETE, DOWN, PAGED, Misbehavior
from scrapers.rehearsal.shapes.shape import Answer, Asked

if TYPE_CHECKING:
    from scrapers.rehearsal.server import Exchange

Send = Callable[["Exchange", Answer, int], bool]
BLOCK = 1 << 16
BOMB_BYTES = 300_000_000
DRIP_SECONDS = 0.05


def complaint(
    status: int, *, after: int = 0, times: int | None = None, retry_after: str = "", in_seconds: float | None = None
) -> Send:
    """This status, for the first `times` requests or for all, or only `after` so many. Retry-After as given, or a date
    so far from the server's now."""

    def send(exchange: Exchange, answer: Answer, nth: int) -> bool:
        if nth < after or (times is not None and nth >= times):
            return False
        wait = retry_after
        if in_seconds is not None:
            wait = format_datetime(exchange.stage.now() + timedelta(seconds=in_seconds), usegmt=True)
        headers = {"Retry-After": wait} if wait else {}
        exchange.give(Answer(b"<h1>Please come back later</h1>", status=status, headers=headers))
        return True

    return send


def reset(exchange: Exchange, answer: Answer, nth: int) -> bool:
    """Half of the body, then the connection is reset."""
    exchange.begin(replace(answer, headers={**answer.headers, "Content-Length": str(len(answer.body) + 1000)}))
    exchange.wfile.write(answer.body[: len(answer.body) // 2])
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.rfile.close()
    exchange.connection.close()
    exchange.close_connection = True
    return True


def reset_once(exchange: Exchange, answer: Answer, nth: int) -> bool:
    return nth == 0 and reset(exchange, answer, nth)


def drip(exchange: Exchange, answer: Answer, nth: int) -> bool:
    """A byte now and then: never so slow that a socket times out, never done."""
    exchange.begin(replace(answer, headers={**answer.headers, "Content-Length": "1000000"}))
    closing = exchange.stage.closing
    while not closing.wait(DRIP_SECONDS):
        exchange.wfile.write(b" ")
    exchange.close_connection = True
    return True


def endless(exchange: Exchange, answer: Answer, nth: int) -> bool:
    """The body again and again, without a length and without an end."""
    exchange.begin(replace(answer, headers={**answer.headers, "Connection": "close"}))
    block = (answer.body or b" ") * (BLOCK // max(len(answer.body), 1) + 1)
    while not exchange.stage.closing.is_set():
        exchange.wfile.write(block)
    return True


def bomb(exchange: Exchange, answer: Answer, nth: int) -> bool:
    """A small body that unpacks to 300 MB."""
    exchange.give(replace(answer, body=_bomb(), headers={**answer.headers, "Content-Encoding": "gzip"}))
    return True


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    blanks = b" " * 1_000_000
    return b"".join([*(packer.compress(blanks) for _ in range(BOMB_BYTES // len(blanks))), packer.flush()])


def redirect(to: str) -> Send:
    """Everything leads there. {port} and {nth} are filled in."""

    def send(exchange: Exchange, answer: Answer, nth: int) -> bool:
        port = exchange.server.server_address[1]
        exchange.give(Answer(b"", status=302, headers={"Location": to.format(port=port, nth=nth)}))
        return True

    return send


def not_modified(answer: Answer, asked: Asked, nth: int) -> Answer:
    """With ETag and Last-Modified; 304 to who already has it."""
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Last-Modified": "Sun, 01 Nov 2026 12:00:00 GMT"}
    if asked.headers.get("If-None-Match") == tag:
        return Answer(b"", answer.media_type, 304, headers)
    return replace(answer, headers={**answer.headers, **headers})


def lying(answer: Answer, asked: Asked, nth: int) -> Answer:
    """The server believes that it is the year 2100."""
    later = "Fri, 01 Jan 2100 00:00:00 GMT"
    return replace(answer, headers={**answer.headers, "Date": later, "Last-Modified": later, "Expires": later})


_FOREIGN = r"leads to .*(not this registry's|an http or https address)"
TRANSPORT = (
    Misbehavior(
        "429_seconds",
        "answers 429 and asks to be left alone for an hour",
        DOWN,
        "answers 429",
        send=complaint(429, retry_after="3600"),
    ),
    Misbehavior("429_date", "the same with a date", DOWN, "answers 429", send=complaint(429, in_seconds=3600)),
    Misbehavior("429_then_fine", "429 once, then all is well", send=complaint(429, times=1, retry_after="2")),
    Misbehavior(
        "429_long_ago", "its Retry-After is a date long past", DOWN, "answers 429", send=complaint(429, in_seconds=-1e9)
    ),
    Misbehavior(
        "429_in_a_century",
        "its Retry-After is a date in a hundred years",
        DOWN,
        "answers 429",
        send=complaint(429, in_seconds=3e9),
    ),
    Misbehavior("503_then_fine", "503 once, then all is well", send=complaint(503, times=1)),
    Misbehavior("503", "503 and nothing else", DOWN, "answers 503", send=complaint(503)),
    Misbehavior(
        "503_later", "503 after two good answers", DOWN, "answers 503", shapes=PAGED, send=complaint(503, after=2)
    ),
    Misbehavior("reset_once", "the first body is cut off by a reset, then all is well", COMPLETE, send=reset_once),
    Misbehavior(
        "reset", "the connection is reset in the middle of the body", DOWN, "cut off|gives no answer", send=reset
    ),
    Misbehavior("slow_drip", "a byte now and then, for ever", DOWN, "was not done after", send=drip),
    Misbehavior("endless_body", "a body without end", CHANGED, "too long", send=endless),
    Misbehavior("gzip_bomb", "a small body that unpacks to 300 MB", CHANGED, "too long", send=bomb),
    Misbehavior(
        "login_loop",
        "everything leads to a log-in page that leads to itself",
        CHANGED,
        "leads on more than",
        send=redirect("/login?again={nth}"),
    ),
    Misbehavior("to_file", "leads to a file", CHANGED, _FOREIGN, send=redirect("file:///etc/passwd")),
    Misbehavior(
        "to_metadata",
        "leads to a cloud's metadata address",
        CHANGED,
        _FOREIGN,
        send=redirect("http://169.254.169.254/latest/meta-data/"),
    ),
    Misbehavior("to_localhost", "leads to localhost", CHANGED, _FOREIGN, send=redirect("http://localhost:{port}/")),
    Misbehavior("to_another_host", "leads to another host", CHANGED, _FOREIGN, send=redirect("https://other.example/")),
    Misbehavior(
        "robots_disallow",
        "robots.txt allows nothing",
        BLOCKED,
        "robots.txt",
        robots=(200, "User-agent: *\nDisallow: /\n"),
    ),
    Misbehavior("robots_5xx", "robots.txt answers 503", DOWN, "robots.txt", robots=(503, "")),
    Misbehavior("etag", "gives ETag and Last-Modified, and 304 to who has it", COMPLETE, answer=not_modified),
    Misbehavior("lying_clock", "its clock stands at the year 2100", COMPLETE, answer=lying),
)
