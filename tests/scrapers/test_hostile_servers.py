"""Servers that lie, drip, flood and lead astray, over real HTTP: each ends with a reason, soon, and within bounds."""

from __future__ import annotations

import gzip
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from scrapers.channels import Channel
from scrapers.errors import SourceBlocked, SourceChanged, SourceDown, SourceError
from scrapers.session import Limits
from tests.scrapers.raw_server import Say, Script, flooding, headers, once

PAGE = Channel("roster")


def dripping(first: bytes, drop: bytes) -> Script:
    def script(say: Say, over: threading.Event) -> None:
        say(first)
        while not over.wait(0.02):
            say(drop)

    return script


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (headers(b"Content-Type: text/csv"), b"x"),
        (headers(b"Transfer-Encoding: chunked"), b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\n", b"X"),  # a header that never ends
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"y"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["body", "chunks", "header name", "header value", "continue"],
)
def test_whatever_drips_is_ended_when_its_time_is_over(
    told: Callable[..., SourceError], first: bytes, drop: bytes
) -> None:
    began = time.monotonic()
    wrong = told(dripping(first, drop))
    assert isinstance(wrong, SourceDown)
    assert "was not done after 0.9 s" in str(wrong)
    assert time.monotonic() - began < 5


def test_a_body_without_end_is_left_at_its_bound(told: Callable[..., SourceError]) -> None:
    for first in (headers(), headers(b"Content-Length: 99999999999")):
        wrong = told(flooding(first, b"x" * 65536), limits=Limits())
        assert isinstance(wrong, SourceChanged)
        assert "at most 100000" in str(wrong)


def test_headers_without_end_are_not_kept(told: Callable[..., SourceError]) -> None:
    tracemalloc.start()
    wrong = told(flooding(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"y" * 8000 + b"\r\n"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(wrong, SourceDown)
    assert peak < 50_000_000


def test_headers_that_are_too_long_together_are_refused(told: Callable[..., SourceError]) -> None:
    many = [b"X-%d: " % number + b"y" * 2000 for number in range(60)]
    wrong = told(once(headers(*many, b"Content-Length: 1") + b"x"))
    assert isinstance(wrong, SourceChanged)
    assert "headers are too long" in str(wrong)


def test_a_gzip_bomb_is_left_at_its_bound_and_never_unpacked(told: Callable[..., SourceError]) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()  # 200 MB in 0.2
    tracemalloc.start()
    wrong = told(
        once(headers(b"Content-Encoding: gzip", b"Content-Length: %d" % len(bomb)) + bomb),
        limits=Limits(),
        most=10_000_000,
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(wrong, SourceChanged)
    assert peak < 50_000_000


def test_a_gzip_bomb_inside_a_gzip_is_only_unpacked_once(told: Callable[..., SourceError]) -> None:
    twice = gzip.compress(gzip.compress(bytes(1 << 20)))
    wrong = told(once(headers(b"Content-Encoding: gzip, gzip", b"Content-Length: %d" % len(twice)) + twice))
    assert isinstance(wrong, SourceChanged)
    assert "packed as 'gzip, gzip'" in str(wrong)


@pytest.mark.parametrize(
    ("length", "told_of"),
    [
        (b"5", "longer than its Content-Length"),
        (b"50", "cut off"),
        (b"5, 50", "gives no answer"),
        (b"-5", "its Content-Length is '-5'"),
        (b"many", "its Content-Length is 'many'"),
    ],
)
def test_a_content_length_that_is_wrong_is_never_a_page(
    told: Callable[..., SourceError], length: bytes, told_of: str
) -> None:
    wrong = told(once(headers(b"Content-Length: " + length) + b"0123456789"))
    assert isinstance(wrong, SourceDown)
    assert told_of in str(wrong)


@pytest.mark.parametrize(
    ("lines", "body", "kind", "told_of"),
    [
        ((b"Content-Length: " + b"9" * 5000,), b"x", SourceChanged, "bytes long"),
        ((b"Transfer-Encoding: chunked",), b"-5\r\nabc\r\n", SourceDown, "cut off"),
        ((b"cf-mitigated: challenge",), b"a,b\n", SourceBlocked, "Cloudflare"),
    ],
)
def test_an_answer_that_cannot_be_one_is_told_apart(
    told: Callable[..., SourceError], lines: tuple[bytes, ...], body: bytes, kind: type[SourceError], told_of: str
) -> None:
    wrong = told(once(headers(*lines) + body))
    assert isinstance(wrong, kind)
    assert told_of in str(wrong)


@pytest.mark.parametrize(("status", "kind"), [(b"202", SourceDown), (b"206", SourceChanged)])
def test_a_part_of_an_answer_is_no_page(
    told: Callable[..., SourceError], status: bytes, kind: type[SourceError]
) -> None:
    wrong = told(once(b"HTTP/1.1 " + status + b" So\r\nContent-Length: 4\r\n\r\na,b\n"))
    assert isinstance(wrong, kind)
    assert f"answers {status.decode()}" in str(wrong)


def test_early_hints_are_not_the_answer(told: Callable[..., SourceError]) -> None:
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    assert isinstance(told(once(hint * 3 + b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")), SourceBlocked)
    assert isinstance(told(once(hint * 100)), SourceDown)


@pytest.mark.parametrize("nonsense", [b"", b"\x00\x01\x02", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_not_http_is_an_outage(told: Callable[..., SourceError], nonsense: bytes) -> None:
    assert isinstance(told(once(nonsense)), SourceDown)


@pytest.mark.parametrize("begun", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\nLocation: /li", headers()[:-2]])
def test_headers_that_are_cut_off_are_an_outage_and_no_empty_page(
    told: Callable[..., SourceError], begun: bytes
) -> None:
    wrong = told(once(begun))
    assert isinstance(wrong, SourceDown)
    assert wrong.wrong == "gives no answer: its headers were cut off"


def test_what_is_no_http_is_told_in_few_words(told: Callable[..., SourceError]) -> None:
    wrong = told(once(b"HTTP/1.1 " + b"O" * 60_000 + b"\r\n\r\n"))
    assert "what came is no HTTP: HTTP/1.1 OOO" in wrong.wrong
    assert len(wrong.wrong) < 200


def test_a_robots_txt_without_end_is_read_as_far_as_we_read_any(told: Callable[..., SourceError]) -> None:
    rules = b"User-agent: *\nDisallow: /a\n"
    wrong = told(once(b""), limits=Limits(), robots=headers(b"Connection: close") + rules + b"# more\n" * 200_000)
    assert isinstance(wrong, SourceBlocked)


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16"])
def test_a_robots_txt_with_a_byte_order_mark_is_obeyed(told: Callable[..., SourceError], charset: str) -> None:
    rules = "User-agent: *\nDisallow: /\n".encode(charset)
    assert isinstance(told(once(b""), robots=headers(b"Connection: close") + rules), SourceBlocked)


def test_an_error_page_without_end_is_not_read_to_its_end(told: Callable[..., SourceError]) -> None:
    wrong = told(flooding(b"HTTP/1.1 403 No\r\n\r\n", b"x" * 65536), limits=Limits())
    assert isinstance(wrong, SourceBlocked)
