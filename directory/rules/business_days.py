"""Until when somebody may answer: a window of days that never ends on a weekend or a public holiday where they are.

Calendars are those of the `holidays` library. A jurisdiction it does not know in detail (a territory, a national body)
has its country's holidays, an unknown one only weekends.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import holidays

_SATURDAY, _SUNDAY = 5, 6
DAY_IS_OVER_EVERYWHERE = time(12, tzinfo=UTC)
"""At noon UTC the day before has ended in the last place on earth (UTC-12)."""


def window_end(start: datetime, days: int, jurisdiction: str) -> date:
    """The last day to answer: `days` days after the day of `start`, or the next business day of "US-CA" or "GB"."""
    end = start.date() + timedelta(days=days)
    while not is_business_day(end, jurisdiction):
        end += timedelta(days=1)
    return end


def is_over(last_day: date, now: datetime) -> bool:
    """Whether `last_day` has ended, wherever somebody may be."""
    return now >= datetime.combine(last_day + timedelta(days=1), DAY_IS_OVER_EVERYWHERE)


def is_business_day(day: date, jurisdiction: str) -> bool:
    calendar = _calendar(jurisdiction)
    weekend = {_SATURDAY, _SUNDAY} if calendar is None else set(calendar.weekend)
    return day.weekday() not in weekend and (calendar is None or day not in calendar)


@cache
def _calendar(jurisdiction: str) -> holidays.HolidayBase | None:
    country, _, region = jurisdiction.upper().partition("-")
    if country not in holidays.list_supported_countries():
        return None
    known = region in holidays.list_supported_countries()[country]
    return holidays.country_holidays(country, subdiv=region if known else None)
