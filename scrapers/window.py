"""The hours in which a source may be asked, in its own time zone. They may reach over midnight."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scrapers.errors import SpecError


@dataclass(frozen=True, slots=True)
class Window:
    """From `opens` on, and before `closes`."""

    opens: time
    closes: time
    zone: ZoneInfo

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M} {self.zone.key}"

    def is_open(self, at: datetime) -> bool:
        clock = at.astimezone(self.zone).time()
        if self.opens < self.closes:
            return self.opens <= clock < self.closes
        return clock >= self.opens or clock < self.closes

    def opens_in(self, at: datetime) -> float:
        """Seconds until it opens next; 0 while it is open."""
        if self.is_open(at):
            return 0.0
        day = at.astimezone(self.zone).date()
        begins = (datetime.combine(day + timedelta(days=n), self.opens, self.zone).astimezone(UTC) for n in range(3))
        return next((begin - at).total_seconds() for begin in begins if begin > at)


def window_of(hours: str, zone: str, where: str) -> Window | None:
    """The window written as "22:00-06:00" with the name of a time zone; None where there is none. Raises SpecError."""
    if not hours:
        if zone:
            raise SpecError(f"{where}: time_zone belongs to a window, and there is none")
        return None
    clock = r"([01]\d|2[0-3]):([0-5]\d)"
    found = re.fullmatch(f"{clock}-{clock}", hours, re.ASCII)
    if found is None:
        raise SpecError(f"{where}: window should be hours such as 22:00-06:00, found {hours!r}")
    first, second, third, fourth = (int(part) for part in found.groups())
    opens, closes = time(first, second), time(third, fourth)
    if opens == closes:
        raise SpecError(f"{where}: window {hours!r} opens and closes at the same time; leave it out to ask at any hour")
    if not zone:
        raise SpecError(f"{where}: window {hours!r} needs time_zone, such as America/New_York")
    try:
        return Window(opens, closes, ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise SpecError(f"{where}: time_zone {zone!r} is not known; write it as America/New_York") from wrong
