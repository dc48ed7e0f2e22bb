"""The five public states: evidence, its age, the source's health and the clock."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.freshness import DISPLAY_AGES, is_away, is_recent, last_success, public_state
from directory.rules.requirements import requirement
from directory.rules.vocabulary import Grade, Outcome, PublicState, SourceHealth
from scrapers.record import CredentialKind
from tests.rules.makers import (
    NOW,
    SEEN,
    TODAY,
    make_award,
    make_check,
    make_insurance,
    make_license,
    make_source,
)

S, O = PublicState, Outcome  # noqa: E741
CALIFORNIA, ALABAMA, NOWHERE = (requirement(code, on=TODAY) for code in ("US-CA", "US-AL", "XX"))
DOWN = SourceHealth.UNREACHABLE
OLD = NOW - timedelta(days=121)


@pytest.mark.parametrize(
    "why, credential, place, health, state",
    [
        ("confirmed", make_license(make_check()), CALIFORNIA, None, S.CONFIRMED),
        ("confirmed, register down since", make_license(make_check()), CALIFORNIA, DOWN, S.CONFIRMED),
        ("120 days old", make_license(make_check(retrieved_at=NOW - timedelta(days=120))), None, None, S.CONFIRMED),
        ("too old", make_license(make_check(retrieved_at=OLD)), CALIFORNIA, None, S.NOT_CHECKED),
        ("too old, register down", make_license(make_check(retrieved_at=OLD)), None, DOWN, S.SOURCE_UNAVAILABLE),
        ("from the future", make_license(make_check(retrieved_at=NOW + timedelta(days=2))), None, None, S.NOT_CHECKED),
        ("its date has passed", make_license(make_check(expires_on=date(2026, 11, 30))), None, None, S.NOT_CHECKED),
        ("it ends today", make_license(make_check(expires_on=TODAY)), None, None, S.CONFIRMED),
        ("another name", make_license(make_check(name_agrees=False)), None, None, S.NOT_CHECKED),
        ("expired", make_license(make_check(O.EXPIRED)), None, None, S.NOT_CONFIRMED),
        ("expired, long ago", make_license(make_check(O.EXPIRED, retrieved_at=OLD)), None, None, S.NOT_CHECKED),
        ("not found", make_license(make_check(O.NOT_FOUND)), None, None, S.NOT_CONFIRMED),
        ("could not check", make_license(make_check(O.COULD_NOT_CHECK)), None, None, S.NOT_CHECKED),
        ("could not check, down", make_license(make_check(O.COULD_NOT_CHECK)), None, DOWN, S.SOURCE_UNAVAILABLE),
        ("stated only", make_license(make_check(O.STATED_ONLY)), None, None, S.NOT_CHECKED),
        ("never checked", make_license(), CALIFORNIA, None, S.NOT_CHECKED),
        ("never checked, down", make_license(), CALIFORNIA, DOWN, S.SOURCE_UNAVAILABLE),
        ("no license, one is asked for", None, CALIFORNIA, None, S.NOT_CHECKED),
        ("no license, none is issued", None, ALABAMA, None, S.NOT_REQUIRED),
        ("no license, nobody knows", None, NOWHERE, None, S.NOT_CHECKED),
        ("a number where none is issued", make_license(jurisdiction="US-AL"), ALABAMA, None, S.NOT_REQUIRED),
        ("a certification where none is issued", make_award(make_check()), ALABAMA, None, S.CONFIRMED),
        ("insurance, certificate seen", make_insurance(make_check()), None, None, S.CONFIRMED),
        ("insurance, seen a year ago", make_insurance(make_check(retrieved_at=OLD)), None, None, S.CONFIRMED),
        ("insurance on one's word", make_insurance(), None, None, S.NOT_CHECKED),
        ("insurance, word and check", make_insurance(make_check(), grade=Grade.D), None, None, S.NOT_CHECKED),
        ("insurance without an end", make_insurance(make_check(), expires_on=None), None, None, S.NOT_CHECKED),
        (
            "insurance that ended",
            make_insurance(make_check(), expires_on=date(2026, 1, 1)),
            None,
            None,
            S.NOT_CONFIRMED,
        ),
        (
            "insurance that ended, never seen",
            make_insurance(make_check(O.STATED_ONLY), expires_on=date(2026, 1, 1)),
            None,
            None,
            S.NOT_CHECKED,
        ),
        ("training, certificate seen", make_award(make_check(retrieved_at=OLD)), None, None, S.CONFIRMED),
        ("training by a third party", make_award(make_check(), grade=Grade.C), None, None, S.NOT_CHECKED),
        ("training on one's word", make_award(), None, None, S.NOT_CHECKED),
    ],
)
def test_what_a_page_may_say(why, credential, place, health, state):
    assert public_state(credential, place, health, NOW) is state, why


def test_a_source_may_be_given_with_its_facts():
    down = make_source(health=SourceHealth.BLOCKED)
    assert public_state(make_license(), CALIFORNIA, down, NOW) is S.SOURCE_UNAVAILABLE
    assert public_state(make_license(), CALIFORNIA, make_source(), NOW) is S.NOT_CHECKED


@pytest.mark.parametrize("health, away", [(each, each not in ("ok", "degraded")) for each in SourceHealth])
def test_a_degraded_source_still_answers(health, away):
    assert is_away(health) is away


def test_every_kind_has_an_age_policy():
    assert set(DISPLAY_AGES) == set(CredentialKind)


def test_only_a_check_that_told_something_is_a_success():
    assert last_success(make_license(make_check(O.NOT_FOUND))) == SEEN
    assert last_success(make_license(make_check(O.COULD_NOT_CHECK, standing_raw="Sunset"))) == SEEN
    assert last_success(make_license(make_check(O.COULD_NOT_CHECK))) is None
    assert last_success(make_license(make_check(O.STATED_ONLY, standing_raw="Active"))) is None
    assert last_success(make_license()) is None


AGES = st.integers(-400, 400).map(lambda days: NOW - timedelta(days=days))
DATES = st.none() | st.dates(date(2025, 1, 1), date(2028, 1, 1))
CHECKS = st.none() | st.builds(
    lambda outcome, at, ending, agrees: make_check(outcome, retrieved_at=at, expires_on=ending, name_agrees=agrees),
    st.sampled_from(list(Outcome)),
    AGES,
    DATES,
    st.none() | st.booleans(),
)
CREDENTIALS = st.builds(
    lambda kind, check, ending, grade, place: make_license(
        check, kind=kind, expires_on=ending, grade=grade, jurisdiction=place
    ),
    st.sampled_from(list(CredentialKind)),
    CHECKS,
    DATES,
    st.none() | st.sampled_from(list(Grade)),
    st.sampled_from(["US-CA", "US-AL", ""]),
)
PLACES = st.sampled_from([None, CALIFORNIA, ALABAMA, NOWHERE])
HEALTHS = st.none() | st.sampled_from(list(SourceHealth))


@given(CREDENTIALS, PLACES, HEALTHS)
def test_nothing_is_confirmed_without_recent_evidence(credential, place, health):
    if public_state(credential, place, health, NOW) is S.CONFIRMED:
        assert credential.check is not None
        assert credential.check.outcome is O.CONFIRMED
        assert is_recent(credential.kind, credential.check, NOW)
        assert credential.check.expires_on is None or credential.check.expires_on >= TODAY


@given(CREDENTIALS, PLACES, HEALTHS)
def test_a_state_against_somebody_rests_on_somebody_having_looked(credential, place, health):
    if public_state(credential, place, health, NOW) is S.NOT_CONFIRMED:
        assert credential.check is not None
        assert credential.check.outcome not in (O.COULD_NOT_CHECK, O.STATED_ONLY)


@given(CREDENTIALS, PLACES, st.sampled_from([h for h in SourceHealth if is_away(h)]))
def test_an_outage_never_makes_things_worse_than_unavailable(credential, place, health):
    before = public_state(credential, place, None, NOW)
    after = public_state(credential, place, health, NOW)
    assert after is before or (before, after) == (S.NOT_CHECKED, S.SOURCE_UNAVAILABLE)


@given(st.none() | CREDENTIALS)
def test_nothing_is_called_not_required_where_nobody_has_checked_the_law(credential):
    assert public_state(credential, NOWHERE, None, NOW) is not S.NOT_REQUIRED
    assert public_state(credential, None, None, NOW) is not S.NOT_REQUIRED
