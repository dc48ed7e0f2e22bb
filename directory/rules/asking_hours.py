"""The hours in which a source is asked by schedule, and where in them each registry's own moment lies.

Who comes at a round hour comes with everybody else. So each registry has a moment of its own within its hours, made
from its id: the same in every process and on every machine, and another one for another registry.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT_HOURS = "04:00-12:00"
"""In UTC, for sources that state no hours: the night of North America, 23:00 to 7:00 in its east."""

DAY = timedelta(days=1)
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class AskingHours:
    """From when to when, in the source's own time zone. Hours that end before they begin end on the next day."""

    begins: time
    length: timedelta
    zone: tzinfo
    are_stated: bool  # by the source's description; otherwise they only say when it is usual

    def beginning(self, day: date) -> datetime:
        """When the hours of that day begin, in UTC."""
        return datetime.combine(day, self.begins, self.zone).astimezone(UTC)

    def latest(self, now: datetime) -> datetime:
        """When the hours that began last began."""
        today = now.astimezone(self.zone).date()
        began = self.beginning(today)
        return began if began <= now else self.beginning(today - DAY)

    def are_open(self, now: datetime) -> bool:
        """Whether it is within the hours."""
        return now < self.latest(now) + self.length


def asking_hours(window: str, time_zone: str = "") -> AskingHours:
    """The hours of a source that states `window` ("22:00-06:00", "" for the usual ones) in `time_zone` (UTC when "").

    Raises ValueError for hours or a time zone that cannot be read.
    """
    found = _HOURS.fullmatch((window or DEFAULT_HOURS).strip())
    if found is None:
        raise ValueError(f"hours should look like 22:00-06:00, found {window!r}")
    first_hour, first_minute, last_hour, last_minute = map(int, found.groups())
    minutes = (last_hour * 60 + last_minute - first_hour * 60 - first_minute) % (24 * 60) or 24 * 60
    return AskingHours(time(first_hour, first_minute), timedelta(minutes=minutes), _zone(time_zone), bool(window))


def own_moment(registry_id: str, within: timedelta) -> timedelta:
    """How long after its hours began a registry's turn is: whole minutes, always the same, less than `within`."""
    digest = hashlib.sha256(registry_id.encode()).digest()
    minutes = max(1, int(within.total_seconds() // 60))
    return timedelta(minutes=int.from_bytes(digest[:8]) % minutes)


def _zone(name: str) -> tzinfo:
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as wrong:
        raise ValueError(f"{name!r} is no time zone such as America/New_York") from wrong
