"""Which licenses are looked up first, and which are not due: by tables and by properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.freshness import MONITORING_AGE
from directory.rules.lookup_order import DAY, SECOND_LOOK, LookupFacts, is_due, urgency, wanted_age
from tests.conftest import NOW


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def in_days(days: int) -> date:
    return (NOW + timedelta(days=days)).date()


FACTS = st.builds(
    LookupFacts,
    told_at=st.none() | st.floats(0, 900).map(days_ago),
    asked_at=st.none() | st.floats(0, 60).map(days_ago),
    failures=st.integers(0, 40),
    ends_on=st.none() | st.integers(-800, 800).map(in_days),
    changes=st.integers(0, 9),
    is_flagged=st.booleans(),
    missed_once=st.booleans(),
)


@pytest.mark.parametrize(
    ("facts", "due"),
    [
        (LookupFacts(), True),
        (LookupFacts(told_at=days_ago(29)), False),
        (LookupFacts(told_at=days_ago(30)), True),
        (LookupFacts(told_at=days_ago(7), ends_on=in_days(29)), True),
        (LookupFacts(told_at=days_ago(7), ends_on=in_days(31)), False),
        (LookupFacts(told_at=days_ago(7), ends_on=in_days(-3)), True),  # the renewal may be printed any day
        (LookupFacts(told_at=days_ago(7), ends_on=in_days(-60)), False),  # long lapsed, and looked at since
        (LookupFacts(told_at=days_ago(7), is_flagged=True), True),
        (LookupFacts(told_at=days_ago(6), is_flagged=True), False),
        (LookupFacts(told_at=days_ago(7), changes=1), True),
        (LookupFacts(told_at=days_ago(1), missed_once=True), True),
        (LookupFacts(told_at=days_ago(0.9), missed_once=True), False),
        (LookupFacts(asked_at=days_ago(2)), False),  # it answered, and told nothing: once a month is enough
        (LookupFacts(asked_at=days_ago(2), failures=1), True),
        (LookupFacts(asked_at=days_ago(2), failures=3), False),
        (LookupFacts(asked_at=days_ago(4), failures=3), True),
        (LookupFacts(asked_at=days_ago(29), failures=40), False),
        (LookupFacts(asked_at=days_ago(30), failures=40), True),
    ],
)
def test_when_a_number_is_due(facts: LookupFacts, due: bool) -> None:
    assert is_due(facts, NOW) is due


@given(FACTS, FACTS)
def test_who_was_never_looked_up_comes_first(one: LookupFacts, other: LookupFacts) -> None:
    never, before = replace(one, told_at=None), replace(other, told_at=other.told_at or days_ago(400))
    assert urgency(never, NOW) > urgency(before, NOW)


@given(FACTS, st.floats(0.01, 300))
def test_the_longer_ago_the_more_urgent(facts: LookupFacts, days: float) -> None:
    at = facts.told_at or NOW
    facts = replace(facts, told_at=at, ends_on=None)
    assert urgency(replace(facts, told_at=at - timedelta(days=days)), NOW) >= urgency(facts, NOW)


@given(FACTS, st.integers(0, 400), st.integers(0, 400))
def test_the_nearer_its_end_the_more_urgent(facts: LookupFacts, sooner: int, later: int) -> None:
    sooner, later = sorted((sooner, later))
    near, far = (replace(facts, ends_on=in_days(days)) for days in (sooner, later))
    assert urgency(near, NOW) >= urgency(far, NOW)


@given(FACTS)
def test_an_open_flag_and_a_change_make_it_more_urgent(facts: LookupFacts) -> None:
    steady = replace(facts, is_flagged=False, changes=0)
    assert urgency(replace(steady, is_flagged=True), NOW) > urgency(steady, NOW)
    assert urgency(replace(steady, changes=1), NOW) > urgency(steady, NOW)


@given(FACTS)
def test_nothing_is_asked_twice_on_one_day_or_left_for_longer_than_monitoring_allows(facts: LookupFacts) -> None:
    assert not is_due(replace(facts, asked_at=NOW - DAY / 2), NOW)
    assert SECOND_LOOK <= wanted_age(facts, NOW) <= MONITORING_AGE
    assert is_due(replace(facts, told_at=NOW - MONITORING_AGE, asked_at=NOW - MONITORING_AGE), NOW)
