"""A page with tables of any size: its outline, in which long tables are cut short, and the rows of one, streamed.

Selectors look at the outline: fifty megabytes as a tree of objects would take gigabytes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import cast

from lxml import etree

from scrapers.errors import SourceChanged
from scrapers.markup import Markup
from scrapers.tags import MOST_TAGS, refuse_long_tags, tags_in

SHORT = 1_000_000  # letters of a page whose outline is the page itself
KEPT = 50  # rows at either end of a long table
MOST_ELEMENTS = 100_000  # at a time, without the middles of tables
MARK = "data-table-number"  # set in the outline only


class TablePage:
    """`blocks()` gives the text of the page, anew each time it is asked."""

    def __init__(self, blocks: Callable[[], Iterable[str]], *, length: int) -> None:
        self._blocks, self._is_short = blocks, length <= SHORT

    @cached_property
    def outline(self) -> Markup:
        """The page for selectors: whole when it is short, else without the middles of its tables. Raises SourceChanged
        when even so it is too long, or when it ends before it should."""
        self._refuse_cut_off()
        if not self._is_short:
            return Markup(self._cut_short())
        text = "".join(self._blocks())
        if tags_in(text) > MOST_TAGS:
            return Markup(self._cut_short())
        markup = Markup(text)
        for number, table in enumerate(markup.soup.find_all("table")):
            table[MARK] = str(number)
        return markup

    def rows(self, selector: str) -> Iterator[etree._Element]:
        """Each row of the only table that fits. It is good until the next one is asked for."""
        wanted = str(self.outline.one(selector)[MARK])
        return (row for row, number in _Rows(self._blocks()).walk(kept=0) if number == wanted)

    def _cut_short(self) -> str:
        rows = _Rows(self._blocks())
        for _ in rows.walk(kept=KEPT):
            continue
        root = rows.parser.close()
        return str(etree.tostring(root, encoding="unicode", method="html"))

    def _refuse_cut_off(self) -> None:
        """Raises SourceChanged when the page ends before it should (what was cut off would be taken for absent), or has
        a tag that no parser should be given."""
        tail, begun, table, cell, at, tag = "", False, -1, -1, 0, ""
        for block in self._blocks():
            tag = refuse_long_tags(block, begun=tag)
            seen = tail[-20:] + block.lower()
            start = at - len(tail[-20:])
            begun = begun or "<html" in seen or "<body" in seen
            table = start + seen.rfind("</table") if "</table" in seen else table
            cell = start + seen.rfind("<td") if "<td" in seen else cell
            tail, at = (tail + block.lower())[-3000:], at + len(block)
        if "</html" in tail or "</body" in tail:
            return
        if table < cell:
            raise SourceChanged("is cut off: its table has no end", expected="</table>")
        if begun:
            raise SourceChanged("is cut off: its end is missing", expected="</html>")


class _Rows:
    """Rows of all tables as they become whole, inner ones first. What is not needed any more is let go of."""

    def __init__(self, blocks: Iterable[str]) -> None:
        self.parser = etree.HTMLPullParser(events=("start", "end"), huge_tree=True)
        self._blocks, self._alive = blocks, 0
        self._open: list[str] = []  # numbers of the tables that we are in
        self._count = 0

    def walk(self, *, kept: int) -> Iterator[tuple[etree._Element, str]]:
        """Each row and the number of its table. `kept`: how many rows at either end of each table stay in the tree."""
        ended: dict[str, tuple[list[etree._Element], deque[etree._Element]]] = {}
        for event, element in self._events():
            if event == "start":
                self._begin(element)
                continue
            self._alive += 1
            if element.tag == "table" and self._open:
                self._open.pop()
            elif element.tag == "tr" and self._open:
                yield element, self._open[-1]
                first, last = ended.setdefault(self._open[-1], ([], deque()))
                (first if len(first) < kept else last).append(element)
                if len(last) > max(kept, 1):
                    self._let_go(last.popleft())
            if self._alive > MOST_ELEMENTS:
                raise SourceChanged(f"has more than {MOST_ELEMENTS} elements outside the rows of its tables")

    def _begin(self, element: etree._Element) -> None:
        if element.tag == "table":
            element.set(MARK, str(self._count))
            self._open.append(str(self._count))
            self._count += 1

    def _events(self) -> Iterator[tuple[str, etree._Element]]:
        for block in self._blocks:
            self.parser.feed(block)
            yield from cast(Iterator[tuple[str, etree._Element]], self.parser.read_events())
        for error in self.parser.feed_error_log:
            if error.level == etree.ErrorLevels.FATAL:  # the parser stopped there, and would not say so
                raise SourceChanged(f"cannot be read to its end: {error.message.partition(',')[0]}")

    def _let_go(self, row: etree._Element) -> None:
        self._alive -= sum(1 for _ in row.iter())
        parent = row.getparent()
        if parent is not None:
            parent.remove(row)
