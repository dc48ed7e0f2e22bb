"""The few rows of a huge CSV file that contain a given text, without parsing the others.

Parsing ten gigabytes to keep one row in a hundred takes minutes; looking for the bytes takes seconds. A hit is only a
place to look: the row around it is parsed, and whoever asked decides on the parsed columns whether it counts.

A line break inside quotes does not end a row. Counting every quotation mark would say where rows end, and would cost as
much as all the rest, so the row is found from the hit outwards: the lines around it whose quotes are closed and that
parse as one row of exactly as many columns as the header has. A line that is part of a quoted value is never that.
"""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from scrapers.platforms.find_bytes import Finder

BLOCK = 4 * 1024 * 1024
MARGIN = 128 * 1024  # kept before and after a hit, so that a row across two blocks is seen whole
MOST_LINES = 40  # a row is at most this many lines, quoted line breaks included


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row that contains the text: its columns, and where its line begins in the file."""

    offset: int
    columns: list[str]


@dataclass(frozen=True, slots=True)
class DamagedRow:
    """A row that cannot be read: where its line begins, and why."""

    offset: int
    reason: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for: a text of ASCII, in rows of this many columns. `encoding` must leave ASCII as it is (UTF-8,
    Latin-1, Windows-1252; not UTF-16)."""

    text: str
    columns: int
    encoding: str = "utf-8"


class Lines:
    """How many lines a stream had, known when it was read to its end."""

    def __init__(self) -> None:
        self.read = 0


def rows_in_stream(source: BinaryIO, wanted: Wanted, lines: Lines | None = None) -> Iterator[FoundRow | DamagedRow]:
    """The wanted rows of a stream that stands behind its header. Memory is one block, whatever the size.

    Counting into `lines` costs more than searching.
    """
    buffer = bytearray(BLOCK + 4 * MARGIN)
    view = memoryview(buffer)
    look = _Look(buffer, wanted, origin=source.tell())
    while read := source.readinto(view[look.filled :]):  # type: ignore[attr-defined]
        if lines is not None:
            lines.read += buffer.count(b"\n", look.filled, look.filled + read)
        look.filled += read
        if look.filled == len(buffer):
            yield from look.hits(look.filled - MARGIN)
            look.keep_end(2 * MARGIN)
    if lines is not None and look.filled and buffer[look.filled - 1] != ord("\n"):
        lines.read += 1
    yield from look.hits(look.filled)
    yield from look.cut_off_end()


class _Look:
    """A search over the bytes at hand. `origin` is where the first of them stands in the file."""

    def __init__(self, buffer: bytearray, wanted: Wanted, *, origin: int) -> None:
        self.filled = 0
        self._buffer = buffer
        self._wanted = wanted
        self._finder = Finder(buffer, wanted.text.encode("ascii"))
        self._origin = origin
        self._searched = 0  # hits before this place were given already

    def keep_end(self, kept: int) -> None:
        """Move the last bytes to the front and forget the rest."""
        dropped = self.filled - kept
        self._buffer[:kept] = self._buffer[dropped : self.filled]
        self._origin += dropped
        self._searched = max(0, self._searched - dropped)
        self.filled = kept

    def hits(self, end: int) -> Iterator[FoundRow | DamagedRow]:
        """Rows whose hit lies before `end`; rows with a NUL byte come as damaged, whether they are wanted or not."""
        damaged = self._buffer.find(b"\0", self._searched, end)
        at = self._finder.first(self._searched, end)
        while at >= 0 or damaged >= 0:
            if damaged >= 0 and (at < 0 or damaged < self._line_end(at)):
                yield self._damaged(damaged, "a NUL byte")
                self._searched = self._line_end(damaged)
            else:
                row, self._searched = self._row_around(at)
                if row is not None:
                    yield row
            if 0 <= damaged < self._searched:
                damaged = self._buffer.find(b"\0", self._searched, end)
            if 0 <= at < self._searched:
                at = self._finder.first(self._searched, end)
        self._searched = max(self._searched, end - len(self._wanted.text) + 1)

    def _row_around(self, at: int) -> tuple[FoundRow | DamagedRow | None, int]:
        """The row that holds the byte `at`, and where it ends. None for the cut-off end, which is judged by itself."""
        start = self._line_start(at)
        own_end = self._line_end(at)
        for back in range(MOST_LINES):
            # A row of several lines begins with a line that leaves its quotes open.
            if back == 0 or self._is_open(start, self._line_end(start)):
                row, end = self._row_from(start, own_end)
                if row is not None:
                    return FoundRow(self._origin + start, row), end
            if start == 0:
                break
            start = self._line_start(start - 1)
        if self._buffer[own_end - 1 : own_end] != b"\n":
            return None, own_end
        return self._damaged(at, f"not a row of {self._wanted.columns} columns in {self._wanted.encoding}"), own_end

    def _row_from(self, start: int, end: int) -> tuple[list[str] | None, int]:
        """The row that begins at `start` and reaches at least to `end`: lines are added until its quotes are closed."""
        for _ in range(MOST_LINES):
            if not self._is_open(start, end):
                return self._parsed(start, end), end
            if end >= self.filled:
                break
            end = self._line_end(end)
        return None, end

    def _parsed(self, start: int, end: int) -> list[str] | None:
        """These bytes as one row with all its columns; None when they are anything else."""
        with contextlib.suppress(csv.Error, UnicodeDecodeError):
            rows = list(csv.reader([str(self._buffer[start:end], self._wanted.encoding)], strict=True))
            if len(rows) == 1 and len(rows[0]) == self._wanted.columns:
                return rows[0]
        return None

    def cut_off_end(self) -> Iterator[DamagedRow]:
        """The last line, when it does not end as a row does: the file was cut off."""
        start = self._line_start(self.filled)
        if start == self.filled or self._buffer.find(b"\0", start, self.filled) >= 0:
            return
        row, _ = self._row_around(self.filled - 1)
        if not isinstance(row, FoundRow):
            yield DamagedRow(self._origin + start, "cut off: the file ends in the middle of a row")

    def _is_open(self, start: int, end: int) -> bool:
        return self._buffer[start:end].count(b'"') % 2 == 1

    def _damaged(self, at: int, reason: str) -> DamagedRow:
        return DamagedRow(self._origin + self._line_start(at), reason)

    def _line_start(self, at: int) -> int:
        return self._buffer.rfind(b"\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        end = self._buffer.find(b"\n", at, self.filled)
        return self.filled if end < 0 else end + 1
