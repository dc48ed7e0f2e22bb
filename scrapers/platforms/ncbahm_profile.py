"""The profile of one practitioner in NCBAHM's directory: a name, certificates, a badge, an address. No standing.

What stands below them (about, languages, conditions treated) is the practitioner's own word and is not read.
"""

from __future__ import annotations

import re

from bs4.element import Tag

from scrapers.errors import SourceChanged
from scrapers.page import Page, text_of
from scrapers.platforms.ncbahm_older import beside
from scrapers.saved import refuse_without_end

ITEM = ".addressinfo__item"
BADGE = "a[href*='/DiplomateBadgeProfile/']"
_CERTIFICATES = re.compile(r"\((?:NCCAOM|NCBAHM)\)")
_BETWEEN = re.compile(r",|(?=Dipl\.)")  # two certificates may stand without a comma between them


def is_profile(page: Page) -> bool:
    """Whether this is the page of one practitioner."""
    lines = page.markup.soup.select("h6")
    return any(_CERTIFICATES.search(text_of(line)) for line in lines) and not page.markup.soup.select("#pageListDetail")


def profile_card(page: Page) -> dict[str, str | list[str]]:
    """What a profile says, as a card says it. Raises SourceChanged when it names nobody."""
    refuse_without_end(page)
    lines = [line for line in page.some("h6") if _CERTIFICATES.search(text_of(line))]
    heading = lines[0].find_previous("h2")
    if len(lines) != 1 or not isinstance(heading, Tag) or not text_of(heading):
        raise SourceChanged(
            "a profile names nobody", expected="one h2 with a name, and an h6 with certificates below it"
        )
    if page.markup.any("p:has(i) em", lines[0].parent) and not page.markup.any(ITEM):
        raise SourceChanged("a profile has an address or a telephone in another form", expected=ITEM)
    certificates = [part.strip(" ,") for part in _BETWEEN.split(text_of(lines[0]).partition("|")[0])]
    badge, name = page.maybe(BADGE), text_of(heading)
    return {
        "key": f"profile|{str(badge['href']).rstrip('/').rpartition('/')[2] if badge else name}",
        "name": name,
        "line": "",
        "certificates": [label for label in dict.fromkeys(certificates) if label],
        "address": _first(page, "icon-location-pin"),
        "phone": _first(page, "icon-call-end"),
    }


def _first(page: Page, icon: str) -> str:
    """What stands beside the first such icon of a profile; "" where the practitioner gave nothing."""
    found = page.markup.soup.select_one(f"{ITEM} {beside(icon)}")
    return text_of(found) if found else ""
