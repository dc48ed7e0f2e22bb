"""When a registry's roster is due, by the schedule in its description: a word, or the five fields of cron, in UTC.

A word leaves the hour to us: each registry comes at a moment of its own within its source's hours. Cron is exact.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from huey import crontab

from directory.rules.asking_hours import DAY, USUAL, AskingHours, hours_between, own_moment
from scrapers.spec import RegistrySpec

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(hours=26)
"""A time that passed while nobody was at work is still kept for so long."""

LOOK_AHEAD = 62
"""Days: in so many each schedule that comes round monthly or sooner has its turn."""

WORDS = ("hourly", "daily", "weekly", "monthly")
TUESDAY, TWELFTH = 1, 12
"""Monthly is the night of the 12th: the monthly files of registries are out by then."""

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def latest_due(spec: RegistrySpec, now: datetime) -> datetime | None:
    """The last time at or before `now` that the schedule names; None where there is none within LOOK_BACK."""
    earliest = now - LOOK_BACK
    return max((due for due in _dues(spec, earliest, now) if earliest < due <= now), default=None)


def next_due(spec: RegistrySpec, now: datetime) -> datetime | None:
    """The first time after `now` that the schedule names; None where it names none."""
    for days in range(LOOK_AHEAD):
        begins = now + days * DAY
        coming = [due for due in _dues(spec, begins, begins + DAY) if due > now]
        if coming:
            return min(coming)
    return None


def hours_of(spec: RegistrySpec) -> AskingHours:
    """The hours in which the source is asked by schedule: those that it states, or the usual ones."""
    window = spec.politeness.window
    return hours_between(window.opens, window.closes, window.zone) if window else USUAL


def _dues(spec: RegistrySpec, earliest: datetime, latest: datetime) -> Iterator[datetime]:
    """The times that the schedule names between these two, and perhaps some around them."""
    word = spec.schedule.strip().partition(",")[0].strip().lower()
    if word == "hourly":
        moment = own_moment(spec.id, HOUR)
        begins = earliest.replace(minute=0, second=0, microsecond=0)
        yield from (begins + hours * HOUR + moment for hours in range((latest - begins) // HOUR + 1))
    elif word in WORDS:
        hours = hours_of(spec)
        moment = own_moment(spec.id, hours.length)
        yield from (hours.beginning(day) + moment for day in _days(earliest, latest) if _is_day_of(word, day))
    else:
        yield from _by_cron(spec.schedule, earliest, latest)


def _is_day_of(word: str, day: date) -> bool:
    return word == "daily" or (day.weekday() == TUESDAY if word == "weekly" else day.day == TWELFTH)


def _days(earliest: datetime, latest: datetime) -> Iterator[date]:
    """The days that the hours may have begun on: another zone's day may be yesterday or tomorrow."""
    day = earliest.date() - 2 * DAY
    while day <= latest.date() + DAY:
        yield day
        day += DAY


def _by_cron(schedule: str, earliest: datetime, latest: datetime) -> Iterator[datetime]:
    readers = _readers(schedule)
    if readers is None:
        return
    is_day, is_minute = readers
    minute = earliest.replace(second=0, microsecond=0)
    while minute <= latest:
        if not is_day(minute):
            minute = (minute + DAY).replace(hour=0, minute=0)
            continue
        if is_minute(minute):
            yield minute
        minute += MINUTE


Reader = Callable[[datetime], bool]


@lru_cache(maxsize=500)
def _readers(schedule: str) -> tuple[Reader, Reader] | None:
    """Says of a day and of a minute whether it is due. None for no schedule, and for one that cannot be read: the log
    says so."""
    fields = schedule.split()
    if not fields:
        return None
    try:
        minute, hour, day, month, day_of_week = fields
        is_day: Reader = crontab(day=day, month=month, day_of_week=day_of_week, strict=True)
        is_minute: Reader = crontab(minute, hour, day, month, day_of_week, strict=True)
    except ValueError as wrong:
        log.error("The schedule %r cannot be read, so nothing is run by it: %s", schedule, wrong)
        return None
    return is_day, is_minute
