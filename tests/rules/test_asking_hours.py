"""The hours of a source, and each registry's own moment in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.asking_hours import asking_hours, own_moment


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("window", "zone", "now", "began", "is_open"),
    [
        ("", "", utc(2026, 11, 22, 12, 0), utc(2026, 11, 22, 4, 0), False),
        ("", "", utc(2026, 11, 22, 11, 59), utc(2026, 11, 22, 4, 0), True),
        ("", "", utc(2026, 11, 22, 3, 59), utc(2026, 11, 21, 4, 0), False),
        ("22:00-06:00", "", utc(2026, 11, 22, 5, 59), utc(2026, 11, 21, 22, 0), True),
        ("22:00-06:00", "", utc(2026, 11, 22, 6, 0), utc(2026, 11, 21, 22, 0), False),
        ("22:00-06:00", "America/New_York", utc(2026, 11, 23, 3, 0), utc(2026, 11, 23, 3, 0), True),
        ("22:00-06:00", "America/New_York", utc(2026, 7, 23, 2, 0), utc(2026, 7, 23, 2, 0), True),
        ("22:00-06:00", "America/New_York", utc(2026, 7, 23, 1, 59), utc(2026, 7, 22, 2, 0), False),
        ("00:00-00:00", "", utc(2026, 11, 22, 23, 59), utc(2026, 11, 22, 0, 0), True),
    ],
)
def test_when_a_source_may_be_asked(window: str, zone: str, now: datetime, began: datetime, is_open: bool) -> None:
    hours = asking_hours(window, zone)
    assert (hours.latest(now), hours.are_open(now)) == (began, is_open)


@pytest.mark.parametrize(
    ("window", "zone"), [("at night", ""), ("25:00-06:00", ""), ("22:00-06:00", "Atlantis/Center")]
)
def test_hours_that_cannot_be_read_are_refused(window: str, zone: str) -> None:
    with pytest.raises(ValueError, match=r"hours should look like|is no time zone"):
        asking_hours(window, zone)


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
