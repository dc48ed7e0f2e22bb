"""Accela Citizen Access: rows that are known by their class, and a page about each license, read by the ends of ids.

The cells of a row have no headings that could be relied on: only a license's kind and number are taken from their
places, to choose what to open and to check that it is what was chosen.
"""

from __future__ import annotations

from collections.abc import Mapping

from bs4.element import Tag

from scrapers.errors import SourceChanged
from scrapers.page import Page, text_of
from scrapers.platforms.form_and_detail import Adapter as FormAdapter

ROWS = "tr.ACA_TabRow_Odd, tr.ACA_TabRow_Even"


class Adapter(FormAdapter):
    """As form_and_detail; the option `list` names the cells of a row in their order."""

    def has_list(self, page: Page) -> bool:
        """Whether the page has rows."""
        return bool(page.markup.soup.select(ROWS))

    def rows_of(self, page: Page) -> list[tuple[dict[str, str], Mapping[str, Tag]]]:
        """The rows, by the places of their cells. Raises SourceChanged when there are none or they are wider."""
        rows: list[tuple[dict[str, str], Mapping[str, Tag]]] = []
        for row in page.some(ROWS):
            cells = row.find_all("td", recursive=False)
            if len(cells) != len(self.listed):
                raise SourceChanged(f"a row has {len(cells)} cells", expected=f"{len(self.listed)}")
            named = dict(zip(self.listed, cells, strict=True))
            rows.append(({name: text_of(cell) for name, cell in named.items()}, named))
        return rows

    def turned(self, page: Page) -> list[Tag]:
        """Its pager stands outside of the rows, and is not turned."""
        return []
