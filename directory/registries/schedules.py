"""When a registry's roster is due, by the schedule in its description: a word, or the five fields of cron, in UTC."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

from huey import crontab

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(hours=26)
"""A time that passed while nobody was at work is still kept for so long."""

WORDS = {"hourly": "7 * * * *", "daily": "17 4 * * *", "weekly": "17 4 * * 2", "monthly": "17 4 12 * *"}
"""Monthly is the 12th: the monthly files of registries are out by then."""


def latest_due(schedule: str, now: datetime) -> datetime | None:
    """The last minute at or before `now` that the schedule names; None where there is none within LOOK_BACK."""
    is_due = _reader(schedule)
    if is_due is None:
        return None
    minute = now.replace(second=0, microsecond=0)
    for _ in range(int(LOOK_BACK.total_seconds() // 60)):
        if is_due(minute):
            return minute
        minute -= timedelta(minutes=1)
    return None


@lru_cache(maxsize=500)
def _reader(schedule: str) -> Callable[[datetime], bool] | None:
    """Says of a minute whether it is due. None for no schedule, and for one that cannot be read: the log says so."""
    first = schedule.strip().partition(",")[0].strip().lower()
    fields = WORDS.get(first, schedule).split()
    if not fields:
        return None
    try:
        minute, hour, day, month, day_of_week = fields
        reader: Callable[[datetime], bool] = crontab(
            minute=minute, hour=hour, day=day, month=month, day_of_week=day_of_week, strict=True
        )
    except ValueError as wrong:
        log.error("The schedule %r cannot be read, so nothing is run by it: %s", schedule, wrong)
        return None
    return reader
