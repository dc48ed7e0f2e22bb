"""Street lines as words and numbers to compare: "123 N. Main St., Ste 4" and "123 North Main Street #4" are one door.

Kinds of streets are written the same way everywhere and words for suites left out: they say next to nothing of who
somebody is.
"""

from __future__ import annotations

import re

from directory.rules.romanization import fold

_WORDS = re.compile(r"[^\W_]+")
_HOUSE = re.compile(r"\d+[a-z]?")
_BOX = re.compile(r"\bp\.?\s*o\.?\s*(?:box|bx)\s*(\d+)|\bbox\s+(\d+)\s*$")
_FULL = dict(
    pair.split("=")
    for line in (
        "st=street str=street ave=avenue av=avenue rd=road dr=drive ln=lane blvd=boulevard bl=boulevard ct=court",
        "pl=place pkwy=parkway hwy=highway cir=circle sq=square ter=terrace trl=trail cres=crescent fwy=freeway",
        "n=north s=south e=east w=west ne=northeast nw=northwest se=southeast sw=southwest mt=mount ft=fort",
    )
    for pair in line.split()
)
_SUITES = frozenset(("suite", "ste", "unit", "apt", "apartment", "room", "rm", "floor", "fl", "no", "number", "bldg"))


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a street line or a town, in full."""
    return tuple(_FULL.get(word, word) for word in _WORDS.findall(fold(text)))


def street_parts(line: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers of a street line, the house's first, and its words. A post office box is at no street."""
    if box_of(line):
        return (), ()
    words = words_of(line)
    house = tuple(word for word in words if _HOUSE.fullmatch(word))
    return house, tuple(word for word in words if word not in house and word not in _SUITES)


def box_of(line: str) -> str:
    """ "box 12" of "P.O. Box 12"; "" for a street."""
    found = _BOX.search(fold(line))
    return f"box {found.group(1) or found.group(2)}" if found else ""
