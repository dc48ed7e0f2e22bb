"""The one neutral sentence: dated, sourced, and never an accusation."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.findings import is_finding
from directory.rules.requirements import known_jurisdictions, requirement
from directory.rules.speaking import grade_of
from directory.rules.vocabulary import CosmeticScope, Grade, Outcome, PublicState, SourceHealth
from directory.rules.wording import (
    BANNED_WORDS,
    WORDS_THAT_NEED_A_SOURCE,
    cause,
    credential_sentence,
    day,
    not_asked_sentence,
    place_sentence,
    register_of,
    state_words,
)
from scrapers.record import CredentialKind
from tests.rules.makers import NOW, TODAY, make_award, make_check, make_insurance, make_license, make_source
from tests.rules.test_freshness import CREDENTIALS, HEALTHS, PLACES

CALIFORNIA = requirement("US-CA", on=TODAY)
SEEN_ON = "20 November 2026"
REGISTER = "Invented Register"
UNSEEN = "License AC12345 (California): not checked yet."
OUTAGE = "he Invented Register has been unreachable since 28 November 2026"
DOWN = make_source(health=SourceHealth.UNREACHABLE, since=datetime(2026, 11, 28, tzinfo=UTC))


def says(credential, place=CALIFORNIA, source=None, **more):
    return credential_sentence(credential, place, source, now=NOW, **more).text


@pytest.mark.parametrize(
    "credential, more, text",
    [
        (
            make_license(make_check(), issuer="California Acupuncture Board"),
            {},
            "Active license AC12345, California Acupuncture Board, seen in the Invented Register on 20 November 2026.",
        ),
        (
            make_license(make_check(expires_on=date(2027, 5, 31))),
            {},
            f"Active license AC12345 (California), valid until 31 May 2027, seen in the {REGISTER} on {SEEN_ON}.",
        ),
        (
            make_license(make_check()),
            {"place": None, "source": DOWN},
            f"Active license AC12345 (California), seen in the Invented Register on {SEEN_ON}. T{OUTAGE}.",
        ),
        (make_license(make_check(Outcome.EXPIRED, standing_raw="Delinquent")), {}, UNSEEN),
        (
            make_license(make_check(Outcome.EXPIRED, standing_raw="Delinquent")),
            {"published": True},
            "The Invented Register showed license AC12345 (California) as “Delinquent” on 20 November 2026.",
        ),
        (make_license(make_check(Outcome.NOT_FOUND)), {}, UNSEEN),
        (make_license(make_check(name_agrees=False)), {}, UNSEEN),
        (
            make_license(make_check(Outcome.REVOKED)),
            {"source": DOWN},
            f"License AC12345 (California): could not be checked: t{OUTAGE}.",
        ),
        (
            make_license(make_check(Outcome.NOT_FOUND)),
            {"published": True},
            "No active record found in the Invented Register on 20 November 2026.",
        ),
        (
            make_license(make_check(Outcome.AMBIGUOUS)),
            {"published": True},
            "License AC12345 (California): not confirmed by the Invented Register on 20 November 2026.",
        ),
        (make_license(), {}, UNSEEN),
        (
            make_license(make_check(Outcome.STATED_ONLY)),
            {},
            "License AC12345 (California): stated in the Invented Register, not checked with the issuer yet.",
        ),
        (
            make_license(make_check(retrieved_at=datetime(2026, 1, 5, tzinfo=UTC))),
            {},
            "License AC12345 (California): last seen as active on 5 January 2026; due to be checked again.",
        ),
        (
            make_license(),
            {"source": DOWN},
            f"License AC12345 (California): could not be checked: t{OUTAGE}.",
        ),
        (
            make_insurance(make_check(), cosmetic_scope=CosmeticScope.EXCLUDED),
            {},
            "Insurance certificate seen on 20 November 2026, cover until 1 March 2027; cosmetic acupuncture excluded.",
        ),
        (
            make_insurance(),
            {},
            "Insurance stated by the practitioner, certificate not seen yet; cosmetic acupuncture not mentioned.",
        ),
        (
            make_insurance(make_check(), expires_on=date(2026, 1, 1)),
            {},
            "Insurance stated by the practitioner, certificate not seen yet; cosmetic acupuncture not mentioned.",
        ),
        (
            make_insurance(make_check(), expires_on=date(2026, 1, 1)),
            {"published": True},
            f"The insurance certificate seen on {SEEN_ON} ran until 1 January 2026; no later one has been seen.",
        ),
        (
            make_award(make_check()),
            {},
            "Facial course, 48 hours, Invented School: certificate seen (grade B) on 20 November 2026.",
        ),
        (
            make_award(make_check(), grade=Grade.A),
            {},
            "Facial course, 48 hours, Invented School: confirmed by the issuer (grade A) on 20 November 2026.",
        ),
        (
            make_award(),
            {},
            "Facial course, 48 hours, Invented School: stated by the practitioner (grade D), not checked yet.",
        ),
    ],
)
def test_what_the_public_reads(credential, more, text):
    assert says(credential, **more) == text


@pytest.mark.parametrize(
    "title, told",
    [
        ("Oregon Medical Board", "the register of the Oregon Medical Board"),
        (
            "Washington State Department of Health: health care provider credentials",
            "the register of the Washington State Department of Health",
        ),
        ("NCBAHM (formerly NCCAOM): directory", "the register of NCBAHM (formerly NCCAOM)"),
        ("National Provider Identifier registry (NPPES): files", "the National Provider Identifier registry (NPPES)"),
        ("The list of somebody", "The list of somebody"),
        ("a register", "a register"),
    ],
)
def test_a_registry_is_named_within_a_sentence_by_who_keeps_it(title, told):
    assert register_of(title) == told


@pytest.mark.parametrize(
    "reason, told",
    [
        ("us_az, https://board.example/a?b=count(*)&c: a captcha stands in the way", "a captcha stands in the way"),
        ("it was closed (https://www.board.example/a?b=c(d)&e)", "it was closed (board.example)"),
        ("3 records instead of 1,900", "3 records instead of 1,900"),
        ("", ""),
    ],
)
def test_a_cause_is_told_without_addresses(reason, told):
    assert cause(reason) == told


@pytest.mark.parametrize(
    "code, text, state",
    [
        ("US-AL", "Alabama issues no acupuncture license.", PublicState.NOT_REQUIRED),
        (
            "GB",
            "The United Kingdom issues no acupuncture license. Registers there are voluntary.",
            PublicState.NOT_REQUIRED,
        ),
        ("US-CA", "Not checked yet: no license number for California has been given.", PublicState.NOT_CHECKED),
        ("XX", "Not checked yet: what XX asks of acupuncturists has not been reviewed.", PublicState.NOT_CHECKED),
    ],
)
def test_what_a_place_asks_is_said_in_one_sentence(code, text, state):
    sentence = place_sentence(requirement(code, on=TODAY))
    assert (sentence.text, sentence.state) == (text, state)


def test_an_outage_is_told_apart_from_an_absence():
    sentence = place_sentence(CALIFORNIA, source=DOWN)
    assert sentence.state is PublicState.SOURCE_UNAVAILABLE
    assert "unreachable since 28 November 2026" in sentence.text


def test_nobody_asked_is_no_gap():
    sentence = not_asked_sentence(CredentialKind.LIABILITY_INSURANCE)
    assert sentence.text == "Insurance: the practitioner has not been asked yet."


def test_a_sentence_says_where_it_may_be_looked_up():
    sentence = credential_sentence(make_license(make_check()), CALIFORNIA, now=NOW)
    assert (sentence.source_title, sentence.source_url) == ("Invented Register", "https://register.example/1")
    assert (sentence.checked_on, sentence.tone) == (date(2026, 11, 20), "good")


def test_days_are_written_one_way():
    assert day(date(2026, 5, 3)) == "3 May 2026"


def words_in(text):
    return set(re.findall(r"[a-z]+", text.lower()))


FORBIDDEN = frozenset(BANNED_WORDS + WORDS_THAT_NEED_A_SOURCE)


@given(CREDENTIALS, PLACES, HEALTHS, st.booleans())
def test_no_sentence_contains_a_forbidden_word(credential, place, health, published):
    source = make_source(health=health) if health else None
    sentence = credential_sentence(credential, place, source, now=NOW, published=published)
    assert FORBIDDEN.isdisjoint(words_in(sentence.text))
    assert re.fullmatch(r"[A-Z“].*\.", sentence.text)


@given(CREDENTIALS, PLACES, HEALTHS)
def test_before_due_process_a_finding_reads_as_if_nobody_had_looked(credential, place, health):
    source = make_source(health=health) if health else None
    sentence = credential_sentence(credential, place, source, now=NOW)
    assert sentence.state is not PublicState.NOT_CONFIRMED
    if is_finding(credential, NOW):
        word = grade_of(credential.kind, credential.stated_by, None)
        unseen = replace(credential, check=None, grade=word)
        assert sentence == credential_sentence(unseen, place, source, now=NOW)
        assert (sentence.source_title, sentence.checked_on) == ("", None)


@given(CREDENTIALS, PLACES)
def test_what_is_confirmed_has_a_day_and_a_source(credential, place):
    sentence = credential_sentence(credential, place, now=NOW)
    if sentence.state is PublicState.CONFIRMED:
        assert sentence.checked_on is not None and day(sentence.checked_on) in sentence.text
        assert sentence.source_title and sentence.source_url


@pytest.mark.parametrize("code", known_jurisdictions())
def test_no_place_is_spoken_of_with_a_forbidden_word(code):
    assert FORBIDDEN.isdisjoint(words_in(place_sentence(requirement(code, on=TODAY)).text))


def test_every_state_has_words():
    assert len({state_words(state) for state in PublicState}) == 5
