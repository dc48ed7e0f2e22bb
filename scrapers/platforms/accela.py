"""Accela Citizen Access: rows that are known by their class, and a page about each license, read by the ends of ids.

The cells of a row have no headings that could be relied on: only a license's kind and number are taken from their
places, to choose what to open and to check that it is what was chosen.
"""

from __future__ import annotations

from collections.abc import Mapping

from bs4.element import PageElement, Tag

from scrapers.errors import SourceChanged
from scrapers.page import Page, text_of
from scrapers.platforms.form_and_detail import Adapter as FormAdapter

ROWS = "tr.ACA_TabRow_Odd, tr.ACA_TabRow_Even"


class Adapter(FormAdapter):
    """As form_and_detail; the option `list` names the cells of a row in their order."""

    by_table = False

    def has_list(self, page: Page) -> bool:
        """Whether the page has rows."""
        return bool(page.markup.soup.select(ROWS))

    def rows_of(self, page: Page) -> list[tuple[dict[str, str], Mapping[str, Tag]]]:
        """The rows, by the places of their cells. Raises SourceChanged when there are none, when they are wider, or
        when rows like them stand there that are not known by their class."""
        rows: list[tuple[dict[str, str], Mapping[str, Tag]]] = []
        known = page.some(ROWS)
        alike = [
            row for row in known[0].find_next_siblings("tr") + known[0].find_previous_siblings("tr") if _is_row(row)
        ]
        if len(alike) + 1 != len(known):
            raise SourceChanged(f"{len(known)} of {len(alike) + 1} rows are known by their class", expected=ROWS)
        for row in known:
            cells = row.find_all("td", recursive=False)
            if len(cells) != len(self.listed):
                raise SourceChanged(f"a row has {len(cells)} cells", expected=f"{len(self.listed)}")
            named = dict(zip(self.listed, cells, strict=True))
            self._check_places(named)
            rows.append(({name: text_of(cell) for name, cell in named.items()}, named))
        return rows

    def _check_places(self, named: Mapping[str, Tag]) -> None:
        """Raises SourceChanged when the link to the license is not in the number's cell: the cells then stand in
        another order, and whoever they are about must not be passed over as somebody of another profession."""
        number = next(iter(self._same), "")
        if self.detail and number and not named[number].select(self.detail.link):
            raise SourceChanged(f"the cell of the {number} holds no link", expected=f"{self.detail.link} there")

    def pager_links(self, page: Page) -> list[Tag]:
        """Its pager stands outside of the rows, and is not turned."""
        return []


def _is_row(row: PageElement) -> bool:
    """Whether a row of the table is neither its headings nor its pager."""
    if not isinstance(row, Tag):
        return False
    return "Header" not in str(row.get("class")) and len(row.find_all("td", recursive=False)) > 1
