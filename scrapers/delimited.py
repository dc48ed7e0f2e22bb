"""Comma-, tab- and pipe-separated files of any size: streamed, with bounded memory, one bad row at a time."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from scrapers.decoding import as_utf8, encoding_of, keeps_ascii
from scrapers.errors import RowRejected
from scrapers.raw_records import LONGEST_RECORD, RawRecord, every_record, records_with

BLOCK = 4 << 20
MOST_LINES = 40  # of one record: a quote that is open for longer, or to the end, was never meant to be one
csv.field_size_limit(LONGEST_RECORD)


@dataclass(frozen=True, slots=True)
class Cells:
    """One record split at its delimiters."""

    line: int
    values: list[str]
    ended: bool = True


@dataclass(frozen=True, slots=True)
class Dialect:
    delimiter: str = ","
    quoting: bool = True
    encoding: str = ""  # as the source states it; a BOM says more
    only_rows_with: str = ""
    headings: int = 1  # how many records at the top are read whatever they contain


def read_cells(stream: BinaryIO, dialect: Dialect) -> Iterator[Cells | RowRejected]:
    """The records of a delimited file, the heading first. Rows that cannot be read come as RowRejected, with their
    line; blank lines are passed over."""
    head = stream.read(BLOCK)
    name, skip = encoding_of(head[:512], dialect.encoding)
    blocks = _blocks(head[skip:], stream)
    if not keeps_ascii(name):
        blocks, name = as_utf8(blocks, name), "utf-8"
    if b"\r" in head and b"\n" not in head:
        blocks = (block.replace(b"\r", b"\n") for block in blocks)
    parser = _Parser(dialect, name)
    for raw in _raw_records(blocks, dialect, name):
        if raw.body.strip():
            yield from _cells_of(parser, raw, dialect)


def _cells_of(parser: _Parser, raw: RawRecord, dialect: Dialect) -> Iterator[Cells | RowRejected]:
    """The record's cells. Where a quote was never closed, only its own line is spoiled: the lines that it took along
    are read again without it."""
    todo = deque([raw])
    while todo:
        record = todo.popleft()
        found = parser.cells(record)
        lines = record.body.count(b"\n")
        if isinstance(found, RowRejected) and lines and (lines > MOST_LINES or not record.ended):
            first, _, rest = record.body.partition(b"\n")
            found = RowRejected(f"opens a quote that is never closed: {first[:60]!r}", line=record.line)
            again = [rest + b"\n" if record.ended else rest]
            todo.extendleft(reversed(list(_every_record(again, dialect, line=record.line + 1))))
        if isinstance(found, RowRejected) or any(value.strip() for value in found.values):
            yield found


def _raw_records(blocks: Iterator[bytes], dialect: Dialect, encoding: str) -> Iterator[RawRecord]:
    if not dialect.only_rows_with:
        return _every_record(blocks, dialect)
    wanted = dialect.only_rows_with.encode(encoding)
    return records_with(wanted, blocks, quoting=dialect.quoting, headings=dialect.headings)


def _every_record(blocks: Iterable[bytes], dialect: Dialect, *, line: int = 1) -> Iterator[RawRecord]:
    return every_record(blocks, quoting=dialect.quoting, delimiter=dialect.delimiter, line=line)


def _blocks(first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield first
    while block := stream.read(BLOCK):
        yield block


class _Parser:
    """One csv.reader for the whole file, fed record by record, so that a bad record spoils only itself."""

    def __init__(self, dialect: Dialect, encoding: str) -> None:
        self._dialect, self._encoding = dialect, encoding
        self._next = ""
        self._reader = self._fresh_reader()

    def _fresh_reader(self) -> Iterator[list[str]]:
        mark: Literal[0, 3] = csv.QUOTE_MINIMAL if self._dialect.quoting else csv.QUOTE_NONE
        return csv.reader(self._feed(), delimiter=self._dialect.delimiter, quoting=mark, strict=True)

    def _feed(self) -> Iterator[str]:
        while self._next:
            text, self._next = self._next, ""
            yield text

    def cells(self, raw: RawRecord) -> Cells | RowRejected:
        """The record's values, or why it cannot be believed."""
        if len(raw.body) > LONGEST_RECORD:
            return RowRejected(f"is longer than {LONGEST_RECORD} bytes", line=raw.line)
        if b"\0" in raw.body:
            return RowRejected("holds a NUL byte", line=raw.line)
        try:
            text = raw.body.decode(self._encoding)
        except UnicodeDecodeError as wrong:
            return RowRejected(f"cannot be decoded as {self._encoding} at byte {wrong.start}", line=raw.line)
        if "\ufffd" in text:
            return RowRejected("holds a character that was lost (U+FFFD)", line=raw.line)
        self._next = text
        try:
            return Cells(raw.line, next(self._reader), raw.ended)
        except (csv.Error, StopIteration) as wrong:
            self._reader = self._fresh_reader()
            return RowRejected(f"is not well-formed: {wrong}", line=raw.line)
