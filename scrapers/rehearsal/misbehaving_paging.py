"""Misbehavior of lists in pages: pages that repeat, skip, never end, or change their total on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scrapers.rehearsal.misbehavior import CHANGED, INCOMPLETE, PAGED, SUSPECT, Misbehavior
from scrapers.rehearsal.shapes.shape import Window


def repeating(listed: Sequence[Any], start: int, size: int) -> Window:
    return Window(listed[:size], len(listed), start + size < len(listed))


def skipping(listed: Sequence[Any], start: int, size: int) -> Window:
    """Two rows at the beginning of every further page are on none."""
    shown = listed[start + 2 : start + size] if start else listed[:size]
    return Window(shown, len(listed), start + size < len(listed))


def never_ending(listed: Sequence[Any], start: int, size: int) -> Window:
    """Behind the last page is the last page again."""
    return Window(listed[start : start + size] or listed[-3:], max(len(listed), start + size + 5), True)


def changing(listed: Sequence[Any], start: int, size: int) -> Window:
    return Window(listed[start : start + size], len(listed) - bool(start), start + size < len(listed))


_SAME = "gives the same"
PAGING = (
    Misbehavior(
        "pages_repeat", "every page is the first one", SUSPECT, _SAME, shapes=PAGED, window=repeating, withholds=True
    ),
    Misbehavior(
        "pages_skip",
        "rows between two pages are on neither",
        INCOMPLETE,
        r"\d+ of \d+",
        shapes=("json", "table", "postback", "us_az"),
        window=skipping,
        withholds=True,
        right_for={"table": (CHANGED, "has no a.next"), "postback": (CHANGED, "has no a.next")},
    ),
    Misbehavior(
        "pages_never_end",
        "behind the last page is the last page again",
        SUSPECT,
        _SAME,
        shapes=(*PAGED, "us_az"),
        window=never_ending,
        right_for={"us_az": (INCOMPLETE, r"\d+ of \d+")},
    ),
    Misbehavior(
        "total_changes",
        "the announced total is another on each page",
        INCOMPLETE,
        "different totals",
        shapes=("json", "table", "postback"),
        window=changing,
    ),
)
