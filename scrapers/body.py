"""The body of an answer, unpacked while it streams in, with a bound on what it may unpack to."""

from __future__ import annotations

import http.client
import re
import zlib
from collections.abc import Iterator
from typing import Any

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from scrapers.errors import SourceChanged, SourceDown

BLOCK = 1 << 16
MOST_PROVISIONAL = 20  # 102 and 103 before the answer itself
_GZIP = 31  # zlib's number for a gzip header and trailer


class BodyCutOff(SourceDown):
    """The body ended before its announced end. Asking again may help."""


class _Lines:
    """A stream that remembers its last line: http.client takes its end for the end of the headers."""

    def __init__(self, stream: Any) -> None:
        self._stream, self.last = stream, b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def readline(self, most: int = -1) -> bytes:
        self.last = self._stream.readline(most)
        return self.last


class Measured(http.client.HTTPResponse):
    """An answer that notices when its headers are cut off, when their Content-Length is no number, and when more has
    come than it announced: what was read is then no whole page, as when a server counts letters instead of bytes."""

    is_overlong = False

    def begin(self) -> None:
        """Reads the headers. Raises HTTPException when they don't end, or say a length that is none."""
        stream: Any = self.fp
        lines: Any = _Lines(stream)
        self.fp = lines
        super().begin()
        if self.fp is not None:  # it was not closed at once, as that of an answer without a body is
            self.fp = stream
        if lines.last not in (b"\r\n", b"\n"):
            raise http.client.HTTPException("its headers were cut off")
        stated = self.headers.get("Content-Length", "")
        if stated and not stated.isdigit() and self.length is None and not self.chunked:
            raise http.client.HTTPException(f"its Content-Length is {stated[:40]!r}")

    def _read_status(self) -> tuple[str, int, str]:
        """The status line of the answer itself: http.client takes 102 and 103 (early hints) for it."""
        for _ in range(MOST_PROVISIONAL):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 102 <= status < 200:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException(f"more than {MOST_PROVISIONAL} provisional answers")

    def _close_conn(self) -> None:  # called when the announced end is reached, or the connection's
        if self.fp is not None and self.length == 0 and not self.chunked:
            self.is_overlong = _has_more(self.fp)
        super()._close_conn()  # type: ignore[misc]


def _has_more(stream: Any) -> bool:
    """Whether more is there already. Does not wait for it."""
    connection = stream.raw._sock
    patience = connection.gettimeout()
    connection.settimeout(0)
    try:
        return bool(stream.peek(1))
    except OSError:  # nothing has come (over TLS)
        return False
    finally:
        connection.settimeout(patience)


class Unpacked:
    """Blocks of an answer's body. Raises SourceChanged when it is longer than `most_bytes` (packed or unpacked) or
    packed in a way nobody asked for, BodyCutOff when it ends early."""

    def __init__(self, answer: requests.Response, *, most_bytes: int) -> None:
        self._answer, self._most = answer, most_bytes

    def __iter__(self) -> Iterator[bytes]:
        packing = self._answer.headers.get("Content-Encoding", "").strip().lower()
        if packing in ("", "identity"):
            blocks = self._received()
        elif packing in ("gzip", "x-gzip"):
            blocks = self._gunzipped()
        else:
            raise SourceChanged(f"is packed as {packing!r}", where=self._answer.url, expected="gzip or nothing")
        return self._bounded(blocks)

    def _received(self) -> Iterator[bytes]:
        try:
            yield from self._answer.raw.stream(BLOCK, decode_content=False)
        except (HTTPError, OSError, ValueError) as wrong:  # ValueError: a chunk of fewer than no bytes
            raise BodyCutOff(f"the body was cut off: {told_by(wrong)}", where=self._answer.url) from wrong
        if getattr(self._answer.raw._fp, "is_overlong", False):
            raise BodyCutOff("the body is longer than its Content-Length says", where=self._answer.url)

    def _gunzipped(self) -> Iterator[bytes]:
        unpack = zlib.decompressobj(_GZIP)
        try:
            for block in self._bounded(self._received()):
                left = block
                while left:
                    if unpack.eof:
                        unpack = zlib.decompressobj(_GZIP)
                    yield unpack.decompress(left, BLOCK)
                    left = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
        except zlib.error as wrong:
            raise BodyCutOff(f"the gzip body is damaged: {wrong}", where=self._answer.url) from wrong
        if not unpack.eof:
            raise BodyCutOff("the gzip body has no end", where=self._answer.url)

    def _bounded(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        size = 0
        for block in blocks:
            size += len(block)
            if size > self._most:
                raise SourceChanged("is too long", where=self._answer.url, expected=f"at most {self._most} bytes")
            yield block


def beginning_of(answer: requests.Response, most_bytes: int) -> bytes:
    """The first bytes of a small answer; what comes after `most_bytes` is not read. Raises BodyCutOff."""
    kept = b""
    for block in Unpacked(answer, most_bytes=most_bytes * 100):
        kept += block
        if len(kept) >= most_bytes:
            break
    return kept[:most_bytes]


_WHO_SAYS_IT = re.compile(r"^<?\w+\(host=[^)]*\)>?: ")  # as connections begin what they say


def told_by(wrong: BaseException) -> str:
    """What happened, in the words of the innermost of the errors that are wrapped around each other."""
    inner = wrong
    while found := next(
        (one for one in (*inner.args, getattr(inner, "reason", None)) if isinstance(one, BaseException)), None
    ):
        inner = found
    if isinstance(inner, ReadTimeoutError):
        return "nothing came for too long"
    if type(inner) is http.client.BadStatusLine:
        return f"what came is no HTTP: {str(inner)[:80]}"
    return (_WHO_SAYS_IT.sub("", str(inner)) or type(inner).__name__)[:200]
