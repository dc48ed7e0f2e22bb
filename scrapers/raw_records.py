"""Where one record of a delimited file ends and the next begins, in bytes, for files of any size.

A record may span lines inside quotes. When every wanted row must contain some text, the rest of a big file is passed
over unparsed; quotes and line breaks are counted all along, so that borders and line numbers are right even then.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST_RECORD = 1 << 20  # bytes; a longer one is a quote that never closes
_QUOTE, _BREAK = b'"', b"\n"


@dataclass(frozen=True, slots=True)
class RawRecord:
    """The bytes of one record without its line break, and the line it begins on. `ended`: a line break followed."""

    line: int
    body: bytes
    ended: bool = True


def every_record(blocks: Iterable[bytes], *, quoting: bool, delimiter: str = ",", line: int = 1) -> Iterator[RawRecord]:
    """All records of a stream of blocks, in order. Of one that is longer than LONGEST_RECORD only the beginning."""
    rest, open_lines, size = b"", list[bytes](), 0
    for block in blocks:
        *lines, rest = (rest + block).split(_BREAK)
        rest = rest[: LONGEST_RECORD + 1]
        for text in lines:
            closes = not quoting or not text.count(_QUOTE) & 1
            if not open_lines and (closes or not _is_open(text, delimiter)):
                yield RawRecord(line, _trimmed(text))
                line += 1
                continue
            open_lines.append(text)
            size += len(text)
            if len(open_lines) > 1 and (not closes or size > LONGEST_RECORD):
                yield RawRecord(line, _trimmed(_BREAK.join(open_lines)))
                line += len(open_lines)
                open_lines, size = [], 0
    if rest or open_lines:
        yield RawRecord(line, _trimmed(_BREAK.join([*open_lines, rest])), ended=False)


def _is_open(text: bytes, delimiter: str) -> bool:
    """Whether an odd number of quotes means that the record goes on, and not just a quote inside an unquoted value."""
    try:
        next(csv.reader([text.decode("latin-1")], delimiter=delimiter, strict=True), None)
    except csv.Error:
        return True
    return False


def _trimmed(text: bytes) -> bytes:
    return text[:-1] if text.endswith(b"\r") else text


def records_with(wanted: bytes, blocks: Iterable[bytes], *, quoting: bool, headings: int = 1) -> Iterator[RawRecord]:
    """The first `headings` records, those that contain `wanted`, and a last one that no line break ends (it may have
    been cut off before its `wanted`)."""
    scan = _Scan(wanted, quoting=quoting, headings=headings)
    for block in blocks:
        yield from scan.through(block)
    if scan.rest:
        yield RawRecord(scan.line, _trimmed(scan.rest), ended=False)


class _Scan:
    """Goes through blocks from record border to record border. `rest` begins at a border; `line` is its line."""

    def __init__(self, wanted: bytes, *, quoting: bool, headings: int) -> None:
        self.wanted, self.quoting, self.headings = wanted, quoting, headings
        self.rest, self.line = b"", 1

    def through(self, block: bytes) -> Iterator[RawRecord]:
        text, start = self.rest + block, 0
        while self.headings and (end := self._end(text, start, start)) >= 0:
            yield RawRecord(self.line, _trimmed(text[start:end]))
            start = self._pass(text, start, end + 1)
            self.headings -= 1
        hit = text.find(self.wanted, start) if not self.headings else -1
        while hit >= 0:
            start = self._pass(text, start, self._begin(text, start, hit))
            end = self._end(text, start, hit)
            if end < 0:
                break
            yield RawRecord(self.line, _trimmed(text[start:end]))
            start = self._pass(text, start, end + 1)
            hit = text.find(self.wanted, start)
        if not self.headings:
            start = self._pass(text, start, self._begin(text, start, len(text)))
        if len(text) - start > LONGEST_RECORD:
            yield RawRecord(self.line, text[start : start + LONGEST_RECORD])
            start = self._pass(text, start, len(text))
        self.rest = text[start:]

    def _pass(self, text: bytes, start: int, border: int) -> int:
        self.line += text.count(_BREAK, start, border)
        return border

    def _is_border(self, text: bytes, start: int, at: int) -> bool:
        return not self.quoting or not text.count(_QUOTE, start, at) & 1

    def _begin(self, text: bytes, start: int, hit: int) -> int:
        """The start of the record that `hit` lies in, at or after the border `start`."""
        at = text.rfind(_BREAK, start, hit)
        while at >= 0 and not self._is_border(text, start, at):
            at = text.rfind(_BREAK, start, at)
        return at + 1 if at >= 0 else start

    def _end(self, text: bytes, start: int, hit: int) -> int:
        """The line break that ends the record which began at `start`, or -1."""
        at = text.find(_BREAK, hit)
        while at >= 0 and not self._is_border(text, start, at):
            at = text.find(_BREAK, at + 1)
        return at
