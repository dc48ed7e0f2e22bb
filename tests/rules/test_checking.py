"""Checking: what a record says of a credential, and when the lack of one says anything."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.checking import check_with_record, check_without_record, may_flag_not_found
from directory.rules.facts import CredentialFacts
from directory.rules.vocabulary import Outcome
from scrapers.record import Authority, CredentialKind, Standing
from tests.rules.makers import TODAY, make_holder, make_license, make_record

PAST, FUTURE = date(2026, 10, 31), date(2027, 10, 31)


def check(record=None, **more):
    return check_with_record(
        more.pop("credential", make_license()),
        record or make_record(),
        today=TODAY,
        registry_title="Invented Register",
        **more,
    )


@pytest.mark.parametrize(
    "standing, expires_on, outcome",
    [
        (Standing.ACTIVE, None, Outcome.CONFIRMED),
        (Standing.ACTIVE, FUTURE, Outcome.CONFIRMED),
        (Standing.ACTIVE, TODAY, Outcome.CONFIRMED),
        (Standing.ACTIVE, PAST, Outcome.AMBIGUOUS),
        (Standing.RESTRICTED, FUTURE, Outcome.RESTRICTED),
        (Standing.INACTIVE, None, Outcome.INACTIVE),
        (Standing.EXPIRED, PAST, Outcome.EXPIRED),
        (Standing.SUSPENDED, FUTURE, Outcome.SUSPENDED),
        (Standing.REVOKED, None, Outcome.REVOKED),
        (Standing.SURRENDERED, None, Outcome.SURRENDERED),
        (Standing.DECEASED, None, Outcome.AMBIGUOUS),
        (Standing.PENDING, None, Outcome.AMBIGUOUS),
        (Standing.UNKNOWN, FUTURE, Outcome.COULD_NOT_CHECK),
        (Standing.NOT_STATED, FUTURE, Outcome.COULD_NOT_CHECK),
        (Standing.DEACTIVATED, None, Outcome.INACTIVE),
        (Standing.EXCLUDED, None, Outcome.COULD_NOT_CHECK),
    ],
)
def test_what_each_standing_says(standing, expires_on, outcome):
    result = check(make_record(standing=standing, standing_raw="as published", expires_on=expires_on))
    assert (result.outcome, result.standing_raw, result.expires_on) == (outcome, "as published", expires_on)
    assert result.reason.endswith(".")


def test_every_standing_has_an_outcome():
    assert all(check(make_record(standing=standing)).outcome for standing in Standing)


def test_an_active_row_past_its_date_is_looked_at_and_never_expired():
    result = check(make_record(expires_on=PAST))
    assert "stale or in grace" in result.reason


@pytest.mark.parametrize("completeness", ["active_only", "opt_in"])
def test_being_on_a_list_of_those_in_force_is_being_in_force(completeness):
    record = make_record(standing=Standing.NOT_STATED, standing_raw="")
    assert check(record, completeness=completeness).outcome is Outcome.CONFIRMED
    assert check(record, completeness="all_statuses").outcome is Outcome.COULD_NOT_CHECK
    ended = replace(record, expires_on=PAST)
    assert check(ended, completeness=completeness).outcome is Outcome.AMBIGUOUS


def test_an_incomplete_run_may_confirm():
    assert check(complete=False, completeness="capped").outcome is Outcome.CONFIRMED


@pytest.mark.parametrize("authority", [Authority.SELF_REPORTED, Authority.THIRD_PARTY])
def test_who_does_not_issue_a_license_confirms_none(authority):
    assert check(authority=authority).outcome is Outcome.STATED_ONLY


def test_an_enumeration_identifies_and_permits_nothing():
    npi = CredentialFacts(id=1, kind=CredentialKind.ENUMERATION, number="1234567893", profession="acupuncturist")
    record = make_record(kind=CredentialKind.ENUMERATION, number="1234567893", jurisdiction="US")
    assert check(record, credential=npi, authority=Authority.SELF_REPORTED).outcome is Outcome.CONFIRMED
    stated = replace(record, number="AC12345", number_raw="AC12345", jurisdiction="US-CA")
    assert check(stated).outcome is Outcome.STATED_ONLY


@pytest.mark.parametrize(
    "record, more, words",
    [
        (make_record(number="AC777"), {}, "AC777"),
        (make_record(), {"name_agrees": False}, "another name"),
        (make_record(), {"conflicts": [make_record(standing=Standing.EXPIRED)]}, "disagree on the standing"),
        (make_record(), {"conflicts": [make_record(holder=make_holder("Wen", "Hu"))]}, "disagree on the holder"),
    ],
)
def test_what_contradicts_itself_goes_to_a_person(record, more, words):
    result = check(record, **more)
    assert result.outcome is Outcome.AMBIGUOUS
    assert words in result.reason


def test_the_same_row_twice_is_no_conflict():
    assert check(conflicts=[make_record(holder=make_holder("Rosalind M.", "Ferncastle"))]).outcome is Outcome.CONFIRMED


@pytest.mark.parametrize(
    "record",
    [
        make_record(jurisdiction="US-NV"),
        make_record(profession="physician"),
        make_record(kind=CredentialKind.EXCLUSION, standing=Standing.EXCLUDED),
        make_record(kind=CredentialKind.BOARD_CERTIFICATION),
    ],
)
def test_a_record_of_something_else_checks_nothing(record):
    assert check(record).outcome is Outcome.COULD_NOT_CHECK


@pytest.mark.parametrize(
    "complete, completeness, more, outcome",
    [
        (True, "all_statuses", {}, Outcome.NOT_FOUND),
        (True, "all_statuses", {"by_number": True}, Outcome.NOT_FOUND),
        (False, "all_statuses", {}, Outcome.COULD_NOT_CHECK),
        (True, "active_only", {}, Outcome.COULD_NOT_CHECK),
        (True, "active_only", {"by_number": True}, Outcome.COULD_NOT_CHECK),
        (True, "opt_in", {}, Outcome.COULD_NOT_CHECK),
        (True, "capped", {}, Outcome.COULD_NOT_CHECK),
        (True, "", {}, Outcome.COULD_NOT_CHECK),
        (True, "something new", {}, Outcome.COULD_NOT_CHECK),
        (True, "all_statuses", {"authority": Authority.SELF_REPORTED}, Outcome.COULD_NOT_CHECK),
        (True, "all_statuses", {"authority": Authority.THIRD_PARTY}, Outcome.COULD_NOT_CHECK),
    ],
)
def test_what_silence_says(complete, completeness, more, outcome):
    result = check_without_record(make_license(), complete=complete, completeness=completeness, **more)
    assert result.outcome is outcome
    assert result.reason


@pytest.mark.parametrize("number", ["", "none", "000"])
def test_a_credential_without_a_number_is_never_not_found(number):
    result = check_without_record(make_license(number=number), complete=True, completeness="all_statuses")
    assert result.outcome is Outcome.COULD_NOT_CHECK


def test_not_being_excluded_is_no_finding():
    exclusion = make_license(kind=CredentialKind.EXCLUSION)
    result = check_without_record(exclusion, complete=True, completeness="all_statuses")
    assert result.outcome is Outcome.COULD_NOT_CHECK


def test_one_miss_is_not_enough_for_a_flag():
    assert [may_flag_not_found(misses) for misses in (0, 1, 2, 3)] == [False, False, True, True]


COMPLETENESS = st.sampled_from(["all_statuses", "active_only", "opt_in", "capped", ""]) | st.text(max_size=5)
LICENSES = st.builds(
    lambda kind, number: make_license(kind=kind, number=number), st.sampled_from(list(CredentialKind)), st.text()
)


@given(LICENSES, COMPLETENESS, st.sampled_from(list(Authority)), st.booleans())
def test_silence_in_an_incomplete_run_is_never_not_found(credential, completeness, authority, by_number):
    result = check_without_record(
        credential, complete=False, completeness=completeness, authority=authority, by_number=by_number
    )
    assert result.outcome is Outcome.COULD_NOT_CHECK


@given(LICENSES, COMPLETENESS, st.sampled_from(list(Authority)), st.booleans(), st.booleans())
def test_silence_never_says_more_than_not_found(credential, completeness, authority, complete, by_number):
    result = check_without_record(
        credential, complete=complete, completeness=completeness, authority=authority, by_number=by_number
    )
    assert result.outcome in (Outcome.COULD_NOT_CHECK, Outcome.NOT_FOUND)


DATES = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(
    st.sampled_from(list(Standing)), DATES, COMPLETENESS, st.sampled_from(list(Authority)), st.none() | st.booleans()
)
def test_only_a_row_in_force_of_the_issuer_confirms(standing, expires_on, completeness, authority, name_agrees):
    result = check(
        make_record(standing=standing, expires_on=expires_on),
        completeness=completeness,
        authority=authority,
        name_agrees=name_agrees,
    )
    if result.outcome is Outcome.CONFIRMED:
        assert authority is Authority.ISSUER
        assert standing in (Standing.ACTIVE, Standing.NOT_STATED)
        assert expires_on is None or expires_on >= TODAY
        assert name_agrees is not False
    if result.outcome is Outcome.EXPIRED:
        assert standing is Standing.EXPIRED
