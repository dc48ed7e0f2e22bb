"""Lists and look-ups that are one HTML table: columns by their heading text, further pages by a link."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bs4.element import Tag

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, SourceChanged
from scrapers.page import Page, text_of
from scrapers.request import Request
from scrapers.rows import Row


class Adapter(Base):
    """The channel's `table` is the table's selector. Options:

    next: selector of the link to the next page; absent on the last page.
    total: a regular expression with one group around the number of rows the page announces.
    """

    options = frozenset(("next", "total"))

    def declared(self, page: Page) -> int | None:
        """The total that the page prints. Raises SourceChanged when it should and doesn't, unless nobody was found."""
        pattern = str(self.spec.options.get("total", ""))
        if not pattern or page.says(self.spec.none_found):
            return None
        found = re.search(pattern, text_of(page.markup.soup))
        if found is None:
            raise SourceChanged(f"announces no total like {pattern!r}")
        return int(found.group(1).replace(",", ""))

    def read(self, page: Page) -> Iterator[Found]:
        """The table's rows and the next page. Raises SourceChanged for another table, or none where nothing says that
        nobody was found."""
        table = page.channel.table
        if page.says(self.spec.none_found) and page.maybe(table) is None:
            return
        self.check_columns(page.markup.table_headings(table))
        rows, seen = 0, int(page.carried.get("seen", 0))
        for cells in page.table_cells(table):
            rows += 1
            yield Row({heading: text_of(cell) for heading, cell in cells.items()}, line=rows, columns_checked=True)
        if not rows and not page.says(self.spec.none_found):
            raise SourceChanged("its table is empty", expected="rows, or words that nobody was found")
        selector = str(self.spec.options.get("next", ""))
        link = page.maybe(selector) if selector else None
        total = self.declared(page)
        if link is not None:
            yield self.turn(page, link, {"seen": seen + rows})
        elif selector and page.channel.is_network and total is not None and seen + rows < total:
            raise SourceChanged(f"has no {selector} after {seen + rows} of {total} rows", expected="a further page")

    def turn(self, page: Page, link: Tag, carried: Mapping[str, Any]) -> Request:
        """The request for the next page."""
        return page.follow(link, carried=carried)
