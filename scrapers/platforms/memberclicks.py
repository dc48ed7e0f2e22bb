"""MemberClicks directories: the JSON that their search answers, saved by a person. Its texts are pieces of HTML.

A title holds a name and degrees; the left side an address and a phone number. There is no number and no standing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, SourceChanged
from scrapers.markup import Markup, text_of
from scrapers.page import Page
from scrapers.platforms.json_list import objects_of, reach
from scrapers.rows import Row

PIECE = {"display_order", "html"}
_TOWN = re.compile(r"(?P<city>[^,]+), (?P<region>[A-Z]{2}) (?P<zip>\d{5}(?:-\d{4})?)$")
_PHONE = "Phone:"


class Adapter(Base):
    """`list_at` and `total_at` lead to the people of an answer and to their total. Option `keys`: those of a person."""

    options = frozenset(("keys",))

    def declared(self, page: Page) -> int | None:
        """The announced total of all pages. Raises SourceChanged when it is no whole number."""
        total = reach(page.json(), page.channel.total_at)
        if isinstance(total, bool) or not isinstance(total, int):
            raise SourceChanged(f"{'.'.join(page.channel.total_at)} is {total!r}", expected="a whole number")
        return total

    def read(self, page: Page) -> Iterator[Found]:
        """The people of one answer."""
        people, known = objects_of(reach(page.json(), page.channel.list_at)), set(self.spec.options["keys"])
        if not people:
            raise SourceChanged("lists nobody", expected="one person or more")
        for person in people:
            if wrong := sorted(set(person) ^ known):
                raise SourceChanged(f"key {', '.join(wrong)} of a person is new or missing")
            if not isinstance(person["title"], str):
                raise SourceChanged(f"the title of a person is {person['title']!r}", expected="a name")
            yield _row(person)


def _row(person: dict[str, Any]) -> Row:
    lines = [line for side in ("left", "right") for piece in _pieces(person[side]) for line in piece]
    phone = next((line.removeprefix(_PHONE).strip() for line in lines if line.startswith(_PHONE)), "")
    town = next((found for line in lines if (found := _TOWN.search(line))), None)
    row = Row(
        {
            "id": person["id"],
            "title": text_of(Markup(str(person["title"])).soup),
            "city": town["city"].strip() if town else "",
            "region": town["region"] if town else "",
            "zip": town["zip"] if town else "",
        },
        columns_checked=True,
    )
    row.published = dict(row)  # without the street
    row["phone"] = phone
    return row


def _pieces(listed: Any) -> Iterator[list[str]]:
    """Each piece of HTML as its lines. Raises SourceChanged when a piece is another thing."""
    for piece in objects_of(listed):
        if set(piece) != PIECE:
            raise SourceChanged(f"a piece has the keys {', '.join(piece)}", expected=", ".join(sorted(PIECE)))
        parts = re.split(r"<br\s*/?>", str(piece["html"]))
        yield [text_of(Markup(part).soup) for part in parts if part.strip()]
