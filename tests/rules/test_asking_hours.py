"""The hours of a source, and each registry's own moment in them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.asking_hours import USUAL, AskingHours, hours_between, own_moment


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("hours", "now", "began", "are_open"),
    [
        (USUAL, utc(2026, 11, 22, 12, 0), utc(2026, 11, 22, 4, 0), False),
        (USUAL, utc(2026, 11, 22, 11, 59), utc(2026, 11, 22, 4, 0), True),
        (USUAL, utc(2026, 11, 22, 3, 59), utc(2026, 11, 21, 4, 0), False),
        (hours_between(time(22), time(6), UTC), utc(2026, 11, 22, 5, 59), utc(2026, 11, 21, 22, 0), True),
        (hours_between(time(22), time(6), UTC), utc(2026, 11, 22, 6, 0), utc(2026, 11, 21, 22, 0), False),
        (hours_between(time(22), time(6), NEW_YORK), utc(2026, 11, 23, 3, 0), utc(2026, 11, 23, 3, 0), True),
        (hours_between(time(22), time(6), NEW_YORK), utc(2026, 7, 23, 2, 0), utc(2026, 7, 23, 2, 0), True),
        (hours_between(time(22), time(6), NEW_YORK), utc(2026, 7, 23, 1, 59), utc(2026, 7, 22, 2, 0), False),
        (hours_between(time(0), time(0), UTC), utc(2026, 11, 22, 23, 59), utc(2026, 11, 22, 0, 0), True),
    ],
)
def test_when_a_source_is_asked(hours: AskingHours, now: datetime, began: datetime, are_open: bool) -> None:
    assert (hours.latest(now), now < began + hours.length) == (began, are_open)


@given(st.text("abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1), st.integers(1, 1440))
def test_a_moment_lies_within_the_hours_and_stays_where_it_is(registry_id: str, minutes: int) -> None:
    within = timedelta(minutes=minutes)
    assert timedelta(0) <= own_moment(registry_id, within) < within
    assert own_moment(registry_id, within) == own_moment(registry_id, within)


def test_registries_are_spread_and_a_moment_is_the_same_in_every_process() -> None:
    moments = [own_moment(f"us_{number}", timedelta(hours=8)) for number in range(60)]
    assert len(set(moments)) > 45
    assert max(moments) - min(moments) > timedelta(hours=6)
    assert own_moment("us_wa", timedelta(hours=8)) == timedelta(minutes=413)  # no process-wide hash seed in it
