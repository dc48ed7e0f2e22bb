"""From the rows of an HTML table to rows of texts under headings: cells that span, headings in two lines, notes."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from lxml import etree

from scrapers.errors import RowRejected, SourceChanged
from scrapers.markup import BREAKS, UNSEEN, as_shown
from scrapers.rows import Row, said_twice

MOST_COLUMNS = 1000
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)", re.IGNORECASE)


class TableRows:
    """The rows of one table. `header_row` is the row that holds the headings; what spans down into it counts.

    A row with one cell across is a note or a pager, one in a tfoot a total, one of blanks only spacing, one in a
    template a pattern, and one that says the headings again is none: they are passed over, and so are those whose first
    cell fits `notes`. A hidden row may be a pattern, a trap or a further page, and is not believed. `named` are the
    headings without those that are empty (icons, links), which are called "column 6".
    """

    def __init__(self, rows: Iterator[etree._Element], *, header_row: int = 1, notes: Sequence[str] = ()) -> None:
        self._rows, self._notes = rows, notes
        self._below: dict[int, tuple[int, str]] = {}  # column -> rows it still reaches into, and its text
        self.headings = self._read_headings(header_row)

    def _read_headings(self, header_row: int) -> list[str]:
        headings: list[str] = []
        for _ in range(header_row):
            row = next(self._rows, None)
            if row is None:
                raise SourceChanged("its table has no row of headings", expected=f"headings in row {header_row}")
            headings = self._spread(_cells(row))
        self.named = [text for text in headings if text]
        names = [text or f"column {place}" for place, text in enumerate(headings, start=1)]
        if len(set(names)) != len(names):
            twice = ", ".join(said_twice(names))
            raise SourceChanged(f"its table has a heading twice: {twice}", expected="one row of headings (header_row)")
        return names

    def __iter__(self) -> Iterator[Row | RowRejected]:
        """The rows that hold people. One that doesn't fit its headings comes as RowRejected."""
        for line, element in enumerate(self._rows, start=1):
            cells = _cells(element)
            reached = bool(self._below)
            texts = self._spread(cells)
            if not self._is_row(element, cells, texts, reached=reached):
                continue
            unseen = _unseen_around(element)
            if unseen is not None:
                if unseen.tag not in UNSEEN:
                    yield RowRejected(
                        f"is hidden from readers of the page: {[text[:40] for text in texts[:3]]}", line=line
                    )
            elif len(texts) != len(self.headings) or any(_span(cell, "colspan") > 1 for cell in cells):
                yield RowRejected(
                    f"has {len(texts)} cells for {len(self.headings)} headings: {[text[:40] for text in texts[:3]]}",
                    line=line,
                )
            else:
                yield Row(zip(self.headings, texts, strict=True), line=line, columns_checked=True)

    def _is_row(self, row: etree._Element, cells: list[etree._Element], texts: list[str], *, reached: bool) -> bool:
        parent = row.getparent()
        if not any(texts) or (parent is not None and parent.tag == "tfoot"):
            return False
        across = len(cells) == 1 and not reached and (_span(cells[0], "colspan") > 1 or cells[0].tag == "th")
        if (across and len(self.headings) > 1) or texts == self.headings:
            return False
        return not any(fnmatchcase(texts[0], pattern) for pattern in self._notes)

    def _spread(self, cells: list[etree._Element]) -> list[str]:
        """The texts of a row, column by column, with those that reach into it from above."""
        texts: list[str] = []
        left = deque(cells)
        while left or len(texts) in self._below:
            place = len(texts)
            if place in self._below:
                rows, text = self._below.pop(place)
                if rows > 1:
                    self._below[place] = (rows - 1, text)
                texts.append(text)
                continue
            if place > MOST_COLUMNS:
                raise SourceChanged(f"its table has a row of more than {MOST_COLUMNS} columns")
            cell = left.popleft()
            text, down = text_in(cell), _span(cell, "rowspan")
            for column in range(place, place + _span(cell, "colspan")):
                texts.append(text)
                if down > 1:
                    self._below[column] = (down - 1, text)
        return texts


def _unseen_around(row: etree._Element) -> etree._Element | None:
    """The row itself or the part of its table around it, when no reader sees that."""
    part: etree._Element | None = row
    while part is not None and part.tag != "table":
        if _is_unseen(part):
            return part
        part = part.getparent()
    return None


def _cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def _span(cell: etree._Element, name: str) -> int:
    stated = (cell.get(name) or "").strip()
    return min(max(int(stated), 1), MOST_COLUMNS) if stated.isascii() and stated.isdigit() else 1


def text_in(cell: etree._Element) -> str:
    """What a reader sees in a cell: no scripts, comments or hidden parts; a space where a line breaks or a block ends,
    and none within a word ("Hol<b>lo</b>way")."""
    if not len(cell):
        return as_shown(cell.text or "")
    pieces: list[str] = []
    hidden = 0
    for event, element in etree.iterwalk(cell, events=("start", "end", "comment", "pi")):
        if event == "start":
            hidden += hidden > 0 or _is_unseen(element)
            pieces.append(_space(element) + (element.text or "") if not hidden else "")
        else:
            was_hidden = hidden > 0
            hidden -= was_hidden and event == "end"
            if not hidden and element is not cell:
                pieces.append((_space(element) if event == "end" else "") + (element.tail or ""))
    return as_shown("".join(pieces))


def _space(element: etree._Element) -> str:
    return " " if element.tag in BREAKS else ""


def _is_unseen(element: etree._Element) -> bool:
    return (
        element.tag in UNSEEN or element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))
    )
