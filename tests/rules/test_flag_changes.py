"""What becomes of a listing's flags when the facts change: opened once, kept, withdrawn, and dismissed for good."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.flagging import FlagFacts, changes
from directory.rules.vocabulary import CLOSED_FLAG_STATES, FlagKind, FlagState, Outcome
from tests.rules.makers import NOW, make_check, make_license
from tests.rules.test_flagging import AL, CA, FL, GB, NV, asked, flags_of, kinds_of, licensed

K, O = FlagKind, Outcome  # noqa: E741


def on_record(wish, state=FlagState.DETECTED, number=1):
    return FlagFacts(number, wish.kind, wish.subject_key, wish.fingerprint, state)


def test_a_later_check_that_finds_the_same_keeps_the_fingerprint():
    earlier = flags_of(licensed(O.EXPIRED, standing_raw="Delinquent"))[0]
    later = flags_of(licensed(O.EXPIRED, standing_raw="Delinquent", retrieved_at=NOW, checked_at=NOW, reason="Again."))[
        0
    ]
    other = flags_of(licensed(O.EXPIRED, standing_raw="Cancelled"))[0]
    assert earlier.fingerprint == later.fingerprint != other.fingerprint


def test_a_wanted_flag_is_opened_once():
    wishes = flags_of(licensed(O.EXPIRED))
    assert changes(wishes, []).open == tuple(wishes)
    flag = on_record(wishes[0])
    again = changes(wishes, [flag])
    assert (again.open, again.keep, again.withdraw, again.refresh) == ((), (flag,), (), ())


def test_a_flag_nothing_calls_for_is_withdrawn():
    flag = on_record(flags_of(licensed(O.EXPIRED))[0])
    assert changes(flags_of(licensed(O.CONFIRMED)), [flag]).withdraw == (flag,)


def test_an_open_flag_whose_facts_changed_stays_and_is_refreshed():
    flag = on_record(flags_of(licensed(O.EXPIRED))[0], FlagState.TRIAGED)
    wish = flags_of(licensed(O.EXPIRED, standing_raw="Cancelled"))[0]
    changed = changes([wish], [flag])
    assert (changed.keep, changed.refresh, changed.open) == ((flag,), ((flag, wish),), ())


def test_a_dismissed_flag_stays_closed_until_the_license_changes():
    wish = flags_of(licensed(O.EXPIRED, standing_raw="Delinquent"))[0]
    flag = on_record(wish, FlagState.DISMISSED)
    assert changes([wish], [flag]).open == ()
    worse = flags_of(licensed(O.EXPIRED, standing_raw="Cancelled"))[0]
    assert changes([worse], [flag]).open == (worse,)
    assert changes([], [flag]).withdraw == ()


@pytest.mark.parametrize("state", [FlagState.WITHDRAWN, FlagState.EXPIRED])
def test_what_went_away_by_itself_may_come_back(state):
    wish = flags_of(licensed(O.EXPIRED))[0]
    assert changes([wish], [on_record(wish, state)]).open == (wish,)


OUTCOMES = st.sampled_from(list(Outcome))
LISTINGS = st.builds(
    lambda outcome, raw, place, claimed, insurance, training, days: asked(
        make_license(
            make_check(outcome, standing_raw=raw, checked_at=NOW - timedelta(days=days)), id=13, number="AC777"
        ),
        places=(place,),
        claimed=claimed,
        asked_insurance=insurance,
        asked_training=training,
    ),
    OUTCOMES,
    st.sampled_from(["", "Current", "Sunset"]),
    st.sampled_from([AL, CA, FL, GB, NV]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 400),
)
STATES = st.sampled_from(list(FlagState))


@given(LISTINGS)
def test_wishes_are_the_same_again_and_unique(listing):
    wishes = flags_of(listing)
    assert wishes == flags_of(listing)
    assert len({(wish.kind, wish.subject_key) for wish in wishes}) == len(wishes)


@given(LISTINGS)
def test_nobody_is_flagged_for_what_nobody_asked(listing):
    unclaimed = replace(listing, claimed=False)
    never = {K.INSURANCE_MISSING, K.INSURANCE_EXPIRED, K.TRAINING_MISSING, K.TRAINING_SELF_STATED}
    assert never.isdisjoint(kinds_of(unclaimed))


@given(LISTINGS, LISTINGS, STATES)
def test_dismissed_stays_dismissed_and_applying_twice_changes_nothing(before, after, state):
    flags = [on_record(wish, state, number) for number, wish in enumerate(flags_of(before))]
    wishes = flags_of(after)
    first = changes(wishes, flags)
    dismissed = {flag.fingerprint for flag in flags if flag.state is FlagState.DISMISSED}
    assert dismissed.isdisjoint(wish.fingerprint for wish in first.open)
    kept = [flag for flag in flags if flag not in first.withdraw]
    second = changes(wishes, [*kept, *(on_record(wish, number=99) for wish in first.open)])
    assert (second.open, second.withdraw) == ((), ())
    assert not CLOSED_FLAG_STATES.intersection(flag.state for flag in first.keep + first.withdraw)
