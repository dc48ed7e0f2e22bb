"""What every page saved by a person must be: whole."""

from __future__ import annotations

from scrapers.errors import SourceChanged
from scrapers.page import Page


def refuse_without_end(page: Page) -> None:
    """Raises SourceChanged when the page has no closing tag at its end, as browsers write it: a cut-off list would be
    taken for a shorter one."""
    if "</html>" not in page.body_text[-2000:].lower():
        raise SourceChanged("its end is missing", expected="a whole page, saved by a browser")
