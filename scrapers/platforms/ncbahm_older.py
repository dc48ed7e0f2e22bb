"""The older layout of NCBAHM's directory, in which it answered searches by name: a card with a name, a standing, the
certificates, and one of the practitioner's addresses. Pages saved in 2024 have it; keys are those of the newer layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4.element import Tag

from scrapers.errors import SourceChanged
from scrapers.page import Page, text_of

LAYOUT = "citySearchList__content"
TITLE = ".search-count p"
CARD = "div.card-item"
_PROFILE = re.compile(r"/FAPPractitionerProfile/([^/?#]+)")


def is_older(page: Page) -> bool:
    """Whether the page has this layout."""
    return page.says((LAYOUT,))


def older_cards(page: Page) -> Iterator[dict[str, str | list[str]]]:
    """The cards of a page: key, name, standing line, certificates, address and phone. Raises SourceChanged for a card
    of another shape."""
    for card in page.some(CARD, page.one(f"div.{LAYOUT} #pageListDetail")):
        link = page.one(".nameinfo__text h4 a", card)
        certificates = page.text(".nameinfo__text small", card).split(",")
        yield {
            "key": _key(link),
            "name": text_of(link),
            "line": page.text(".nameinfo__text h5", card),
            "certificates": [label.strip() for label in certificates if label.strip()],
            "address": page.text(f".addressinfo__item {beside('icon-location-pin')}", card),
            "phone": page.text(f".addressinfo__item {beside('icon-call-end')}", card),
        }


def beside(icon: str) -> str:
    """The selector of the text beside an icon."""
    return f"p:has(i.{icon}) em"


def _key(link: Tag) -> str:
    found = _PROFILE.fullmatch(
        str(link.get("href") or "").partition("?")[0].removeprefix("https://directory.ncbahm.org")
    )
    if not found:
        raise SourceChanged(f"the link {link.get('href')!r} leads elsewhere", expected="a link to the profile")
    return found.group(1)
