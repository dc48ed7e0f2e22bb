"""What a check lets a listing's page say of a credential, and whose word counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from directory.evidence.evidence import evidence_page
from directory.listings.listings import state_insurance, state_training
from directory.models.registry import RegistryRun
from directory.registries.health_changes import note_change
from directory.rules.vocabulary import (
    CosmeticScope,
    Grade,
    Outcome,
    PublicState,
    RunChannel,
    RunState,
    StatedBy,
)
from scrapers.record import CredentialKind, Method
from tests.conftest import NOW
from tests.evidence.reading import AGAINST, DIRECTORY, NATIONAL, line_of, page_of, text_of
from tests.evidence_makers import SHA, make_check
from tests.makers import make_account, make_credential, make_listing


def test_a_license_seen_at_its_board_is_confirmed_with_source_day_and_grade(session: Session) -> None:
    listing = make_listing(session)
    credential = make_credential(session, listing, number="AC 10001", number_key="10001")
    make_check(session, credential, days_ago=12, expires_on=date(2027, 5, 31))
    line = line_of(session, listing)
    assert (line.state, line.state_words) == (PublicState.CONFIRMED, "Confirmed")
    assert "AC 10001" in line.sentence
    assert "10 November 2026" in line.sentence
    assert line.title == "California acupuncture license AC 10001"
    assert (line.source_name, line.source_url) == ("Invented California Register", "https://register.example/AC10001")
    assert (line.checked_on, line.age_words, line.grade) == (date(2026, 11, 10), "12 days ago", "A")
    assert line.expires_on == date(2027, 5, 31)
    page = evidence_page(session, listing.slug, now=NOW)
    assert page is not None
    fact = page.facts[0]
    assert (fact.words_of_source, fact.sha256) == ("Current-Active", SHA[:12])
    assert fact.method_words == "read from a file the source publishes"
    assert fact.lapses_on == date(2027, 3, 10)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, PublicState.CONFIRMED),
        ({"days_ago": 120}, PublicState.CONFIRMED),
        ({"days_ago": 121}, PublicState.NOT_CHECKED),
        ({"expires_on": NOW.date()}, PublicState.CONFIRMED),
        ({"expires_on": NOW.date() - timedelta(days=1)}, PublicState.NOT_CHECKED),
        ({"evidence": False, "outcome": Outcome.COULD_NOT_CHECK}, PublicState.NOT_CHECKED),
        ({"outcome": Outcome.STATED_ONLY}, PublicState.NOT_CHECKED),
        ({"name_agrees": False}, PublicState.NOT_CHECKED),
        *(({"outcome": outcome}, PublicState.NOT_CHECKED) for outcome in AGAINST),
    ],
)
def test_what_a_check_lets_a_page_say(session: Session, changes: dict[str, Any], state: PublicState) -> None:
    listing = make_listing(session)
    make_check(session, make_credential(session, listing), **changes)
    assert line_of(session, listing).state is state


def test_the_issuer_counts_before_whoever_repeats_it_and_what_was_found_before_what_was_not(session: Session) -> None:
    listing = make_listing(session)
    credential = make_credential(session, listing)
    make_check(session, credential, days_ago=20)
    make_check(session, credential, Outcome.STATED_ONLY, days_ago=2, registry_id="us_nppes", grade=Grade.D)
    make_check(session, credential, Outcome.COULD_NOT_CHECK, days_ago=1, registry_id="us_other", evidence=False)
    assert line_of(session, listing).state is PublicState.CONFIRMED


def test_a_source_that_is_away_is_no_absence_and_comes_back(session: Session) -> None:
    listing = make_listing(session)
    make_check(session, make_credential(session, listing), Outcome.COULD_NOT_CHECK, evidence=False, days_ago=1)
    described = {
        "title": "Invented California Register",
        "kind": "license",
        "profession": "acupuncturist",
        "jurisdiction": "US-CA",
        "authority": "issuer",
    }
    for at, outcome, state in (
        (1, "down", PublicState.SOURCE_UNAVAILABLE),
        (2, "complete", PublicState.NOT_CHECKED),
        (3, "blocked", PublicState.SOURCE_UNAVAILABLE),
    ):
        run = RegistryRun(
            registry_id="us_invented",
            channel=RunChannel.ROSTER,
            state=RunState.FAILED,
            outcome=outcome,
            report={},
            described=described,
            queued_at=NOW,
            finished_at=NOW + timedelta(minutes=at),
        )
        session.add(run)
        session.flush()
        note_change(session, run, at=NOW + timedelta(minutes=at))
        assert line_of(session, listing).state is state
    assert "Invented California Register" in line_of(session, listing).sentence


def test_alabama_issues_no_license_and_nobody_lacks_one_there(session: Session) -> None:
    listing = make_listing(session, city="Birmingham", region="AL", postal_code="35203")
    line = line_of(session, listing)
    assert (line.state, line.sentence) == (PublicState.NOT_REQUIRED, "Alabama issues no acupuncture license.")
    make_check(session, make_credential(session, listing, jurisdiction="US-AL"))
    assert page_of(session, listing).notes == ("Alabama issues no acupuncture license.",)


def test_without_a_number_the_place_says_what_was_not_given(session: Session) -> None:
    listing = make_listing(session)
    line = line_of(session, listing)
    assert (line.state, line.anchor) == (PublicState.NOT_CHECKED, "place-us-ca")
    assert "no license number for California has been given" in line.sentence


def test_on_an_unclaimed_listing_nobody_has_been_asked(session: Session) -> None:
    listing = make_listing(session, insurance_asked_at=NOW)
    make_credential(session, listing, kind=CredentialKind.LIABILITY_INSURANCE, number="", number_key="")
    make_credential(session, listing, kind=CredentialKind.TRAINING_AWARD, number="", number_key="", hours_total=60)
    lines = [line for line in page_of(session, listing).lines if line.fact in ("insurance", "training")]
    assert [(line.asked, line.state_words) for line in lines] == [(False, "Nobody has been asked yet")] * 2
    assert "60" not in text_of(lines[1])


def test_an_owner_who_was_asked_and_stated_none_is_not_judged(session: Session) -> None:
    listing = make_listing(session, claimed_by=make_account(session), insurance_asked_at=NOW)
    line = line_of(session, listing, "insurance")
    assert (line.asked, line.state_words) == (True, "None stated")
    assert line.state is PublicState.NOT_CHECKED


def test_stated_insurance_and_training_are_shown_as_statements(session: Session) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada)
    covered = CosmeticScope.COVERED
    ends = date(2027, 3, 31)
    state_insurance(session, listing, issuer="Mutual", expires_on=ends, cosmetic_scope=covered, by=ada, at=NOW)
    state_training(session, listing, title="Mei Zen", hours_total=60, by=ada, at=NOW)
    insurance, training = line_of(session, listing, "insurance"), line_of(session, listing, "training")
    assert (insurance.state, insurance.grade, insurance.icon) == (PublicState.NOT_CHECKED, "D", "stated")
    assert (insurance.expires_on, insurance.cosmetic_words) == (ends, "Cosmetic acupuncture is covered")
    assert (training.state, training.hours, training.title) == (PublicState.NOT_CHECKED, 60, "Mei Zen, 60 hours")
    assert training.stated_words == "stated by the practitioner"


def test_insurance_is_confirmed_until_the_day_a_seen_certificate_ends(session: Session) -> None:
    listing = make_listing(session, claimed_by=make_account(session))
    given = {"kind": CredentialKind.LIABILITY_INSURANCE, "number": "", "number_key": ""}
    credential = make_credential(session, listing, **given, stated_by=StatedBy.PRACTITIONER)
    make_check(session, credential, grade=Grade.B, method=Method.DOCUMENT, days_ago=200, expires_on=date(2026, 12, 1))
    assert line_of(session, listing, "insurance").state is PublicState.CONFIRMED
    later = datetime(2026, 12, 2, tzinfo=UTC)
    line = line_of(session, listing, "insurance", now=later)
    assert (line.state, line.grade, line.icon, line.expires_on) == (PublicState.NOT_CHECKED, "", "stated", None)
    assert line.sentence.startswith("Insurance stated by the practitioner, certificate not seen yet")


def test_a_file_that_somebody_dropped_is_no_link(session: Session) -> None:
    listing = make_listing(session)
    make_check(session, make_credential(session, listing), url="file:///srv/files/roster.csv")
    assert line_of(session, listing).source_url == ""
    assert "srv" not in text_of(evidence_page(session, listing.slug, now=NOW))


def test_a_certification_seen_without_its_number_is_the_one_that_is_claimed_with_it(session: Session) -> None:
    listing = make_listing(session)
    make_credential(session, listing, number="108204", number_key="108204", issuer="NCCAOM", **NATIONAL)
    seen = make_credential(session, listing, number="", number_key="", stated_by=StatedBy.REGISTRY, **NATIONAL)
    make_check(session, seen, source_title=DIRECTORY)
    [line] = [each for each in page_of(session, listing).lines if each.fact == "certification"]
    assert (line.title, line.state_words, line.number) == ("Board certification", "Confirmed", "")
    assert "108204" not in line.sentence
    assert line.claimed_number == "Number 108204: stated in an imported list; the source prints none"
