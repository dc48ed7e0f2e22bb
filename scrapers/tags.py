"""Tags that no parser should be given: too many of them, or one with so many attributes that it takes minutes, for each
is compared with all others."""

from __future__ import annotations

import re

from scrapers.errors import SourceChanged

MOST_TAGS = 120_000  # in a page that becomes a tree: each takes a kilobyte there
MOST_ATTRIBUTES = 2_000
LONGEST_TAG = 5_000_000  # letters; hidden state is long, and one value
_VALUES = re.compile(r"\"[^\"]*\"|'[^']*'")
_BETWEEN = re.compile(r"[\s/\"']+")


def refuse_long_tags(text: str, *, begun: str = "") -> str:
    """What `text` leaves open, to be given as `begun` with what follows. Raises SourceChanged for a tag with more than
    MOST_ATTRIBUTES attributes, or longer than LONGEST_TAG."""
    pieces = (begun + text).split(">")
    for piece in pieces:
        if len(piece) > 2 * MOST_ATTRIBUTES and _attributes(piece) > MOST_ATTRIBUTES:
            raise SourceChanged(f"has a tag of more than {MOST_ATTRIBUTES} attributes", expected="a page")
    _, mark, tag = pieces[-1].partition("<")  # before it stands text, of any length
    if len(tag) > LONGEST_TAG:
        raise SourceChanged(f"has a tag of more than {LONGEST_TAG} letters", expected="a page")
    return mark + tag


def tags_in(text: str) -> int:
    """How many tags begin something, closed or not."""
    return text.count("<") - text.count("</")


def _attributes(piece: str) -> int:
    start = piece.find("<")
    return len(_BETWEEN.findall(_VALUES.sub('""', piece[start:]))) if start >= 0 else 0
