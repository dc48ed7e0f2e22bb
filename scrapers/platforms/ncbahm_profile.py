"""The profile of one practitioner in NCBAHM's directory: a name, certificates, and a badge. It shows no standing.

What stands below them (about, languages, conditions treated) is the practitioner's own word and is not read.
"""

from __future__ import annotations

import re

from bs4.element import Tag

from scrapers.errors import SourceChanged
from scrapers.page import Page, text_of
from scrapers.rows import Row
from scrapers.saved import refuse_without_end

BADGE = "a[href*='/DiplomateBadgeProfile/']"
_CERTIFICATES = re.compile(r"\((?:NCCAOM|NCBAHM)\)")


def is_profile(page: Page) -> bool:
    """Whether this is the page of one practitioner."""
    lines = page.markup.soup.select("h6")
    return any(_CERTIFICATES.search(text_of(line)) for line in lines) and not page.markup.soup.select("#pageListDetail")


def profile_row(page: Page) -> Row:
    """The row of a profile, with the columns of a card. Raises SourceChanged when it names nobody."""
    refuse_without_end(page)
    lines = [line for line in page.some("h6") if _CERTIFICATES.search(text_of(line))]
    heading = lines[0].find_previous("h2")
    if len(lines) != 1 or not isinstance(heading, Tag) or not text_of(heading):
        raise SourceChanged(
            "a profile names nobody", expected="one h2 with a name, and an h6 with certificates below it"
        )
    certificates = [part.strip() for part in text_of(lines[0]).partition("|")[0].split(",")]
    badge, name = page.maybe(BADGE), text_of(heading)
    row = Row(
        {
            "AgencyClientId": f"profile|{str(badge['href']).rstrip('/').rpartition('/')[2] if badge else name}",
            "name": name,
            "gendar": "",
            "certificates": [label for label in dict.fromkeys(certificates) if label],
            "location": "",
        },
        columns_checked=True,
    )
    row.published = dict(row)
    row["phone"] = ""
    return row
