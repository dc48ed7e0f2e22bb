"""The Retry-After header: seconds or a date."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_BELIEVED = 7 * 24 * 3600.0


def seconds_to_wait(header: str, now: datetime, *, server_date: str = "") -> float | None:
    """How many seconds a source asks to be left alone, a week at most; None when it doesn't say or says nonsense.

    A date is compared with our own clock. Where the server's clock (`server_date`, its Date header) runs differently,
    it may mean its own: the shorter of the two waits that lie ahead is taken; 0 when both are past.
    """
    header = header.strip()
    if header.isascii() and header.isdigit():
        return min(float(header[:12]), LONGEST_BELIEVED)
    until, server_now = _moment(header), _moment(server_date)
    if until is None:
        return None
    clocks = [now] if server_now is None else [now, server_now]
    ahead = [seconds for clock in clocks if (seconds := (until - clock).total_seconds()) > 0]
    return min(min(ahead, default=0.0), LONGEST_BELIEVED)


def _moment(header: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
