"""Which licenses are looked up one by one, and in which order, where no whole list can be read.

Every license is looked up again after MONITORING_AGE, one that is about to end, has changed of late or is under a flag
sooner. A license that was never looked up comes before all others. How often a page is viewed is no part of it: views
are not counted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from directory.rules.freshness import MONITORING_AGE

SOONER = timedelta(days=7)
"""For licenses that are likely to tell something new."""

SECOND_LOOK = timedelta(days=1)
"""Not found is only said after two looks on two days."""

NEARS_ITS_END = timedelta(days=30)
"""Boards print a renewal within weeks of the end date, before or after it."""

DAY = timedelta(days=1)
MOST_CHANGES = 3


@dataclass(frozen=True, slots=True)
class LookupFacts:
    """What is known of one number at one registry. Times are in UTC."""

    told_at: datetime | None = None  # when some registry last told anything of it
    asked_at: datetime | None = None  # when this registry was last asked for it
    failures: int = 0  # answers of late that could not be read, since one that could
    ends_on: date | None = None
    changes: int = 0  # how often the outcome differed of late
    is_flagged: bool = False  # its listing has an open flag
    missed_once: bool = False  # the last look found nothing, and was the first to


def is_due(facts: LookupFacts, now: datetime) -> bool:
    """Whether it should be looked up now."""
    if facts.asked_at is not None and now - facts.asked_at < _pause(facts, now):
        return False
    return facts.told_at is None or now - facts.told_at >= wanted_age(facts, now)


def wanted_age(facts: LookupFacts, now: datetime) -> timedelta:
    """After how long it should be looked up again."""
    if facts.missed_once:
        return SECOND_LOOK
    return SOONER if facts.is_flagged or facts.changes or _nears_its_end(facts, now) else MONITORING_AGE


def urgency(facts: LookupFacts, now: datetime) -> tuple[bool, float]:
    """How much sooner than others it should be looked up: the greater first.

    Never told of, before all. Then by how many times its age is what it should be, the nearness of its end, and how
    unsteady it is.
    """
    weight = _nearness(facts, now) + 0.5 * min(facts.changes, MOST_CHANGES) + 0.5 * facts.is_flagged
    if facts.told_at is None:
        return True, weight
    return False, max(0.0, (now - facts.told_at) / wanted_age(facts, now)) + weight


def _pause(facts: LookupFacts, now: datetime) -> timedelta:
    """How long after it was asked it is left alone: longer each time nothing could be read, up to MONITORING_AGE."""
    if facts.failures:
        doubled: int = 2 ** min(facts.failures - 1, 10)
        return min(doubled * DAY, MONITORING_AGE)
    return wanted_age(facts, now)


def _nears_its_end(facts: LookupFacts, now: datetime) -> bool:
    return _nearness(facts, now) > 0


def _nearness(facts: LookupFacts, now: datetime) -> float:
    """From 0, a month from its end, to 1 on the day; and 1 after it, until somebody looked a month after."""
    if facts.ends_on is None:
        return 0.0
    left = facts.ends_on - now.date()
    if left >= NEARS_ITS_END:
        return 0.0
    settled = facts.told_at is not None and facts.told_at.date() - facts.ends_on > NEARS_ITS_END
    return 0.0 if settled else min(1.0, 1.0 - left / NEARS_ITS_END)
