"""What a place requires of somebody who practices acupuncture: cited data with review dates, read from a pack.

Each row of `requirements/acupuncture.csv` is one jurisdiction, with its sources, the words they use, the day it was
reviewed and the day the review lapses; `requirements/alternatives.csv` has the other professions that may needle there.
A cell that is not verified, and every legal cell of a row that is not verified or whose review has lapsed, answers
None, and None means "not checked": no flag and no public sentence may rest on it. Nothing here is legal advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from directory.rules.requirement_facts import Alternative, Certification, Requirement
from directory.rules.requirement_pack import PACK, RequirementsError, load

__all__ = [
    "COUNTRY_NAMES",
    "PACK",
    "PROFESSION",
    "Alternative",
    "Certification",
    "Requirement",
    "RequirementsError",
    "known_jurisdictions",
    "load",
    "place_name",
    "requirement",
    "whole_pack",
]

PROFESSION = "acupuncturist"
COUNTRY_NAMES = {"US": "United States", "CA": "Canada"}
"""Countries whose parts have rows in the pack, and which have none themselves."""


def requirement(jurisdiction: str, profession: str = PROFESSION, *, on: date) -> Requirement:
    """What `jurisdiction` asks of `profession` on a day. A place or profession not in the pack answers None throughout.

    "AU-NSW" is answered by "AU" where the pack has no row for the part. A row that nobody verified, or past its review
    date, keeps its texts and loses its answers.
    """
    code = jurisdiction.strip().upper()
    row = _pack().get(code) or _pack().get(code.partition("-")[0])
    if row is None or profession != PROFESSION:
        return Requirement(jurisdiction=code, name=row.name if row else code)
    return row.as_of(on)


def known_jurisdictions() -> tuple[str, ...]:
    """The codes of all jurisdictions in the pack, in its order."""
    return tuple(_pack())


def place_name(jurisdiction: str) -> str:
    """The jurisdiction's name for a sentence: "California"; its code where nobody knows it."""
    row = _pack().get(jurisdiction) or _pack().get(jurisdiction.partition("-")[0])
    return row.name if row else COUNTRY_NAMES.get(jurisdiction, jurisdiction)


def whole_pack() -> Mapping[str, Requirement]:
    """Every row as it stands in the files, whatever the day: for those who review it, never for a page or a flag."""
    return _pack()


@cache
def _pack() -> Mapping[str, Requirement]:
    return load(PACK)
