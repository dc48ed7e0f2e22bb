"""Which of several checks speaks for a credential: pages, flags and search ask the same rule.

What was found counts before what could not be, the issuer before who repeats it, then the newest.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from directory.rules.vocabulary import Grade, Outcome, StatedBy
from scrapers.record import CredentialKind

TELLS_NOTHING = frozenset({Outcome.COULD_NOT_CHECK, Outcome.STATED_ONLY})
_CLOSENESS: Mapping[Grade | None, int] = {Grade.A: 3, Grade.B: 2, Grade.C: 1, Grade.D: 0, None: 0}
_PAPERS = frozenset({CredentialKind.LIABILITY_INSURANCE, CredentialKind.TRAINING_AWARD})

Weight = tuple[bool, int, datetime, int]


def weight(outcome: Outcome, grade: Grade | None, *, at: datetime, check_id: int) -> Weight:
    """Of the latest checks of each registry, the one with the greatest weight speaks. `at` is when it was read."""
    return outcome not in TELLS_NOTHING, _CLOSENESS[grade], at, check_id


def grade_of(kind: CredentialKind, stated_by: StatedBy, seen: Grade | None) -> Grade | None:
    """The grade of what is known of a credential: that of its evidence, and D for a paper on somebody's word."""
    return Grade.D if seen is None and kind in _PAPERS and stated_by is not StatedBy.REGISTRY else seen
