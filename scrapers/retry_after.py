"""The Retry-After header: seconds or a date."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_BELIEVED = 7 * 24 * 3600.0


def seconds_to_wait(header: str, now: datetime) -> float | None:
    """How many seconds a source asks to be left alone, a week at most; None when it doesn't say or says nonsense."""
    header = header.strip()
    if header.isascii() and header.isdigit():
        return min(float(header[:12]), LONGEST_BELIEVED)
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, IndexError, TypeError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_BELIEVED)
