"""The hours in which a source is asked by schedule, and where in them each registry's own moment lies.

Who comes at a round hour comes with everybody else. So each registry has a moment of its own within its hours, made
from its id: the same in every process and on every machine, and another one for another registry.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AskingHours:
    """From when to when, in the source's own time zone. Hours that end before they begin end on the next day."""

    begins: time
    length: timedelta
    zone: tzinfo

    def beginning(self, day: date) -> datetime:
        """When the hours of that day begin, in UTC."""
        return datetime.combine(day, self.begins, self.zone).astimezone(UTC)

    def latest(self, now: datetime) -> datetime:
        """When the hours that began last began."""
        today = now.astimezone(self.zone).date()
        began = self.beginning(today)
        return began if began <= now else self.beginning(today - DAY)


def hours_between(opens: time, closes: time, zone: tzinfo) -> AskingHours:
    """The hours from `opens` to `closes`: to the next day's where that is not later."""
    minutes = (closes.hour * 60 + closes.minute - opens.hour * 60 - opens.minute) % (24 * 60) or 24 * 60
    return AskingHours(opens, timedelta(minutes=minutes), zone)


USUAL = hours_between(time(4), time(12), UTC)
"""For sources that state no hours: the night of North America, 23:00 to 7:00 in its east."""


def own_moment(registry_id: str, within: timedelta) -> timedelta:
    """How long after its hours began a registry's turn is: whole minutes, always the same, less than `within`."""
    digest = hashlib.sha256(registry_id.encode()).digest()
    minutes = max(1, int(within.total_seconds() // 60))
    return timedelta(minutes=int.from_bytes(digest[:8]) % minutes)
