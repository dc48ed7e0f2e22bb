"""Flags: a table of cases for every kind, the fingerprints, and what changes among a listing's flags."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from directory.rules.facts import ExclusionFacts, PlaceFacts
from directory.rules.flagging import RULES, SEVERITIES, source_flags, wanted_flags
from directory.rules.vocabulary import (
    CosmeticScope,
    FlagKind,
    Grade,
    Judgement,
    Outcome,
    Severity,
    SourceHealth,
)
from scrapers.record import Authority, CredentialKind
from tests.rules.makers import (
    NOW,
    TODAY,
    make_award,
    make_check,
    make_insurance,
    make_license,
    make_listing,
    make_source,
)

K, O = FlagKind, Outcome  # noqa: E741
SOURCES = {"us_invented": make_source()}
AL, CA, FL, GB, NV = (PlaceFacts(*each) for each in (("US", "AL"), ("US", "CA"), ("US", "FL"), ("GB",), ("US", "NV")))


def flags_of(listing, *, today=TODAY, sources=SOURCES):
    return wanted_flags(listing, today=today, now=NOW, sources=sources)


def kinds_of(listing, **more):
    return {flag.kind for flag in flags_of(listing, **more)}


def licensed(outcome, **given):
    check = make_check(outcome, **given)
    return make_listing(make_license(check))


def asked(*credentials, **given):
    confirmed = make_license(make_check())
    return make_listing(confirmed, *credentials, **({"claimed": True} | given))


def certificate(check=None, **given):
    fields = {"id": 20, "kind": CredentialKind.BOARD_CERTIFICATION, "title": "Dipl. Ac.", "number": ""}
    return make_license(check, **(fields | given))


EXCLUDED = ExclusionFacts(7, "us_invented_exclusions", "Invented Exclusions", "FERNCASTLE, R")


@pytest.mark.parametrize(
    "why, listing, kinds",
    [
        ("an active license", licensed(O.CONFIRMED), set()),
        ("no number where a license is asked for", make_listing(), {K.LICENSE_MISSING}),
        ("a number of another place only", make_listing(make_license(jurisdiction="US-NV")), {K.LICENSE_MISSING}),
        ("'none' for a number", make_listing(make_license(number="none")), {K.LICENSE_MISSING}),
        ("a place that issues none", make_listing(places=(AL,)), set()),
        ("the United Kingdom", make_listing(places=(GB,)), set()),
        ("a place nobody has looked at", make_listing(places=(PlaceFacts("FR"),)), set()),
        ("no place", make_listing(places=()), set()),
        ("a physician", make_listing(credentials_text="M.D., FAAMA"), set()),
        ("a degree from abroad", make_listing(credentials_text="OMD (MD in China)"), {K.LICENSE_MISSING}),
        ("another profession's license", make_listing(make_license(profession="physician")), set()),
        ("another profession's listing", make_listing(profession="physician"), set()),
        ("expired", licensed(O.EXPIRED), {K.LICENSE_EXPIRED}),
        ("inactive", licensed(O.INACTIVE), {K.LICENSE_INACTIVE}),
        ("restricted", licensed(O.RESTRICTED), {K.LICENSE_RESTRICTED}),
        ("suspended", licensed(O.SUSPENDED), {K.LICENSE_SUSPENDED}),
        ("revoked", licensed(O.REVOKED), {K.LICENSE_REVOKED}),
        ("surrendered", licensed(O.SURRENDERED), {K.LICENSE_SURRENDERED}),
        ("not found twice", licensed(O.NOT_FOUND), {K.LICENSE_NOT_FOUND}),
        ("not found once", licensed(O.NOT_FOUND, misses=1), set()),
        ("another name", licensed(O.AMBIGUOUS, name_agrees=False), {K.LICENSE_NAME_MISMATCH}),
        ("records that disagree", licensed(O.AMBIGUOUS), {K.LICENSE_AMBIGUOUS}),
        ("a word nobody knows", licensed(O.COULD_NOT_CHECK, standing_raw="Sunset"), {K.LICENSE_STANDING_UNREAD}),
        ("could not be checked", make_listing(make_license(make_check(O.COULD_NOT_CHECK), stated_on=TODAY)), set()),
        ("stated only", make_listing(make_license(make_check(O.STATED_ONLY), stated_on=TODAY)), set()),
        ("a form that is not California's", make_listing(make_license(number="AP4160")), {K.LICENSE_FORMAT}),
        ("a form nobody is sure of", make_listing(make_license(jurisdiction="US-CO", number="?7"), places=()), set()),
        (
            "letters of a certification",
            replace(licensed(O.CONFIRMED), states_certification=True),
            {K.CERTIFICATION_NOT_SEEN},
        ),
        ("a certification without evidence", asked(certificate()), {K.CERTIFICATION_NOT_SEEN}),
        ("a certification that was seen", asked(certificate(make_check()), states_certification=True), set()),
        ("unclaimed and not asked", make_listing(make_license(make_check())), set()),
        ("unclaimed, whatever was asked", asked(claimed=False, asked_insurance=True, asked_training=True), set()),
        ("claimed and not asked", asked(), set()),
        ("asked for insurance", asked(asked_insurance=True), {K.INSURANCE_MISSING}),
        ("asked for training", asked(asked_training=True), {K.TRAINING_MISSING}),
        ("insured", asked(make_insurance(), asked_insurance=True), set()),
        (
            "cover has ended",
            asked(make_insurance(expires_on=date(2026, 11, 30)), asked_insurance=True),
            {K.INSURANCE_EXPIRED},
        ),
        ("cover ends today", asked(make_insurance(expires_on=TODAY), asked_insurance=True), set()),
        (
            "an old policy beside a new one",
            asked(make_insurance(expires_on=date(2025, 1, 1)), make_insurance(id=31), asked_insurance=True),
            set(),
        ),
        (
            "not insured for this",
            asked(make_insurance(cosmetic_scope=CosmeticScope.EXCLUDED), asked_insurance=True),
            {K.INSURANCE_EXCLUDES_COSMETIC},
        ),
        (
            "insured for this by another policy",
            asked(
                make_insurance(cosmetic_scope=CosmeticScope.EXCLUDED),
                make_insurance(id=31, cosmetic_scope=CosmeticScope.COVERED),
                asked_insurance=True,
            ),
            set(),
        ),
        ("training on one's word", asked(make_award(), asked_training=True), {K.TRAINING_SELF_STATED}),
        ("a certificate was seen", asked(make_award(), make_award(grade=Grade.B), asked_training=True), set()),
        ("perhaps excluded", asked(exclusion_candidates=(EXCLUDED,)), {K.EXCLUSION_POSSIBLE}),
        (
            "a namesake is excluded",
            asked(exclusion_candidates=(replace(EXCLUDED, judgement=Judgement.DIFFERENT),)),
            set(),
        ),
    ],
)
def test_which_facts_call_for_which_flags(why, listing, kinds):
    assert kinds_of(listing) == kinds, why


def test_every_kind_of_flag_has_a_severity_and_a_case():
    assert set(SEVERITIES) == set(FlagKind)
    cases = next(mark for mark in test_which_facts_call_for_which_flags.pytestmark if mark.name == "parametrize").args[
        1
    ]
    wanted = set().union(*(kinds for _, _, kinds in cases))
    assert wanted == set(FlagKind) - {K.CHECK_OVERDUE, K.SOURCE_BLOCKED}


def test_a_reason_is_a_sentence_with_the_number_and_the_place():
    (flag,) = flags_of(licensed(O.EXPIRED, reason="Invented Register shows “Delinquent”, until 31 October 2026."))
    assert flag.reason == "AC12345 (California): Invented Register shows “Delinquent”, until 31 October 2026."
    assert (flag.subject_key, flag.severity) == ("credential:12", Severity.HIGH)


def test_missing_insurance_says_whether_law_or_the_directory_asks():
    by_directory = flags_of(asked(asked_insurance=True))[0]
    florida = make_license(make_check(), jurisdiction="US-FL", number="AP4160")
    by_law = flags_of(make_listing(florida, places=(FL,), claimed=True, asked_insurance=True))[0]
    assert "The directory asks" in by_directory.reason and by_directory.severity is Severity.MEDIUM
    assert "by law in Florida ($10,000 per claim" in by_law.reason and by_law.severity is Severity.HIGH


def test_nothing_is_missing_once_the_review_of_the_law_has_lapsed():
    assert kinds_of(make_listing(), today=date(2030, 1, 1)) == set()


def test_a_lapse_elsewhere_or_beside_another_license_weighs_little():
    lapsed = make_license(make_check(O.EXPIRED), jurisdiction="US-NV", number="16")
    elsewhere = make_listing(make_license(make_check(), id=1), lapsed)
    beside = make_listing(make_license(make_check(), id=1), make_license(make_check(O.EXPIRED), number="AC777"))
    assert [flag.severity for flag in flags_of(elsewhere) + flags_of(beside)] == [Severity.LOW, Severity.LOW]
    suspended = make_license(make_check(O.SUSPENDED), jurisdiction="US-NV", number="16")
    assert flags_of(make_listing(make_license(make_check(), id=1), suspended))[0].severity is Severity.CRITICAL


@pytest.mark.parametrize(
    "credential, overdue",
    [
        (make_license(make_check(checked_at=NOW - timedelta(days=30))), False),
        (make_license(make_check(checked_at=NOW - timedelta(days=31))), True),
        (make_license(make_check(O.COULD_NOT_CHECK), last_success_at=NOW - timedelta(days=31)), True),
        (make_license(make_check(O.COULD_NOT_CHECK), last_success_at=NOW - timedelta(days=5)), False),
        (make_license(make_check(O.COULD_NOT_CHECK), stated_on=TODAY - timedelta(days=31)), True),
        (make_license(stated_on=TODAY - timedelta(days=31)), True),
        (make_license(stated_on=TODAY), False),
        (make_license(), False),
        (make_license(stated_on=date(2020, 1, 1), jurisdiction="US-NV"), False),  # no registry could tell
    ],
)
def test_a_check_is_overdue_after_thirty_days_where_a_registry_could_tell(credential, overdue):
    assert (K.CHECK_OVERDUE in kinds_of(make_listing(credential))) is overdue


def test_a_register_of_what_people_state_makes_nothing_overdue():
    stated = {"us_invented": make_source(authority=Authority.SELF_REPORTED)}
    credential = make_license(make_check(checked_at=NOW - timedelta(days=90)))
    assert kinds_of(make_listing(credential), sources=stated) == set()


def test_a_source_that_cannot_be_read_is_flagged_and_nobody_else():
    down = make_source(health=SourceHealth.BLOCKED, since=datetime(2026, 5, 3, tzinfo=UTC), reason="a challenge page.")
    calm = [
        make_source(registry_id=h, health=h) for h in (SourceHealth.OK, SourceHealth.DEGRADED, SourceHealth.MAINTENANCE)
    ]
    (flag,) = source_flags({each.registry_id: each for each in (down, *calm)})
    assert (flag.kind, flag.subject_key, flag.severity) == (
        K.SOURCE_BLOCKED,
        "source:us_invented",
        Severity.OPERATIONAL,
    )
    assert flag.reason == (
        "The Invented Register has been closed to automatic look-ups since 3 May 2026: a challenge page."
    )


def test_each_rule_is_a_function_with_a_reason_to_exist():
    assert all(rule.__doc__ for rule in RULES)
