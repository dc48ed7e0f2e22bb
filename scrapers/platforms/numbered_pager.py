"""Pagers that list the numbers of pages: which of their links leads on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bs4.element import Tag

from scrapers.errors import SourceChanged
from scrapers.markup import text_of

_CURRENT = {"active", "current", "selected"}
_NEXT = re.compile(r"next\b|[>»›]", re.IGNORECASE)
_BEYOND = ("form", "body", "html", "[document]")  # no pager is as wide as these


def is_numbered(links: Sequence[Tag]) -> bool:
    """Whether they are page numbers, perhaps with words or dots beside them."""
    return any(_number(link) for link in links)


def link_behind(links: Sequence[Tag], selector: str) -> Tag | None:
    """The link right behind the number of the page that is shown, which leads nowhere itself; None on the last page.
    The only link, where no number stands beside it and it is a number itself or says "next": any other may search anew
    or log out. Raises SourceChanged where several links or another one stand alone, or another number than the next
    follows."""
    shown = _shown(links[0])
    is_alone = len({link.get("href") for link in links}) == 1
    if shown is None and is_alone and (_number(links[0]) or _NEXT.match(text_of(links[0]))):
        return links[0]
    if shown is None:
        wrong = f"the page numbers in {selector} do not say which page this is"
        raise SourceChanged(wrong, expected="one that is no link")
    box, here = shown
    at, others = _number(here), [link for link in links if link is not here]
    behind = next((link for tag in here.find_all_next("a") for link in others if link is tag), None)
    if behind is None or not any(parent is box for parent in behind.parents):  # a second pager further down
        return None
    if _number(behind) not in (0, at + 1):
        raise SourceChanged(f"page {at} leads to page {_number(behind)}", expected=f"page {at + 1} in {selector}")
    return behind


def _shown(link: Tag) -> tuple[Tag, Tag] | None:
    """The pager around a link, and the number in it of the page that is shown."""
    for box in link.parents:
        if box.name in _BEYOND or box.find("th"):
            return None
        numbers = sorted((tag for tag in box.find_all(True) if _number(tag)), key=lambda tag: tag.name == "a")
        # Links come last: a saved page may have lost their addresses.
        here = next(filter(_leads_nowhere, numbers), None)
        if here is not None:
            return box, here
    return None


def _leads_nowhere(tag: Tag) -> bool:
    """Whether it is no link, holds none and is in none; or is one that is marked as the current page."""
    if tag.name != "a":
        return tag.find("a") is None and tag.find_parent("a") is None
    marks = {*tag.get_attribute_list("class"), *(tag.parent.get_attribute_list("class") if tag.parent else ())}
    return not tag.get("href") or tag.has_attr("aria-current") or bool(marks & _CURRENT)


def _number(tag: Tag) -> int:
    """The number that is all its text; 0 for anything else."""
    text = text_of(tag)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
