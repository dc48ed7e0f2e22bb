"""A finding against somebody is silent until due process has published it, and then told in its source's words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from directory.evidence.evidence import evidence_page
from directory.evidence.explanations import explanation
from directory.listings.stated_facts import PUBLISHED_BY
from directory.models.flag import Flag
from directory.rules.vocabulary import (
    FlagKind,
    FlagState,
    Grade,
    Outcome,
    PublicState,
    StatedBy,
)
from directory.views.past_pages import evidence_now, listing_now
from scrapers.record import CredentialKind, Method
from tests.conftest import NOW
from tests.evidence.reading import AGAINST, DIRECTORY, NATIONAL, line_of, page_of, text_of, unseen
from tests.evidence_makers import make_check, make_flag
from tests.makers import make_account, make_credential, make_listing


@pytest.mark.parametrize("outcome", AGAINST)
def test_nothing_gives_a_finding_away_before_due_process_has_ended(session: Session, outcome: Outcome) -> None:
    listing = make_listing(session)
    credential = make_credential(session, listing, expires_on=date(2025, 1, 31))
    make_check(session, credential, outcome, days_ago=3, expires_on=date(2026, 1, 31))
    kind = min(PUBLISHED_BY[outcome])
    flag = make_flag(session, listing, credential, kind, FlagState.DETECTED)
    for state in FlagState:
        if state is FlagState.PUBLISHED:
            continue
        closed = NOW if state in (FlagState.WITHDRAWN, FlagState.EXPIRED, FlagState.DISMISSED) else None
        session.execute(update(Flag).where(Flag.id == flag.id).values(state=state, closed_at=closed))
        for page in (page_of(session, listing), evidence_page(session, listing.slug, now=NOW)):
            text = text_of(page)
            assert f"Word for {outcome.value}" not in text
            assert "register.example" not in text
            assert "2026, 1, 31" not in text
            assert "2025, 1, 31" not in text
        assert line_of(session, listing).sentence == unseen(credential)


@pytest.mark.parametrize("outcome", [*AGAINST, "another name"])
def test_before_due_process_both_pages_read_to_the_letter_as_if_nobody_had_looked(
    session: Session, outcome: Outcome | str
) -> None:
    listing = make_listing(session)
    credential = make_credential(session, listing, expires_on=date(2027, 1, 31))
    before = (listing_now(listing.slug, NOW), evidence_now(listing.slug, NOW))
    make_check(session, credential, days_ago=30)
    confirmed = (listing_now(listing.slug, NOW), evidence_now(listing.slug, NOW))
    found: dict[str, Any] = {"name_agrees": False} if isinstance(outcome, str) else {"outcome": outcome}
    make_check(session, credential, days_ago=3, expires_on=date(2026, 1, 31), **found)
    assert (listing_now(listing.slug, NOW), evidence_now(listing.slug, NOW)) == before
    assert confirmed[0] != before[0]
    assert confirmed[1] != before[1]


def test_a_certificate_that_ran_out_reads_as_the_owner_s_word_until_due_process_has_ended(session: Session) -> None:
    listing = make_listing(session, claimed_by=make_account(session))
    given = {"kind": CredentialKind.LIABILITY_INSURANCE, "number": "", "number_key": "", "jurisdiction": ""}
    credential = make_credential(session, listing, **given, stated_by=StatedBy.PRACTITIONER)
    before = evidence_now(listing.slug, NOW)
    make_check(session, credential, grade=Grade.B, method=Method.DOCUMENT, days_ago=200, expires_on=date(2026, 11, 1))
    assert evidence_now(listing.slug, NOW) == before
    make_flag(session, listing, credential, FlagKind.INSURANCE_EXPIRED, FlagState.PUBLISHED)
    assert "ran until 1 November 2026; no later one has been seen" in str(evidence_now(listing.slug, NOW))


@pytest.mark.parametrize("outcome", AGAINST)
def test_a_published_finding_is_told_in_the_words_of_its_source(session: Session, outcome: Outcome) -> None:
    listing = make_listing(session)
    credential = make_credential(session, listing)
    make_check(session, credential, outcome, days_ago=3)
    make_flag(session, listing, credential, min(PUBLISHED_BY[outcome]), FlagState.PUBLISHED)
    line = line_of(session, listing)
    assert (line.state, line.tone) == (PublicState.NOT_CONFIRMED, "caution")
    assert "19 November 2026" in line.sentence
    assert line.source_url


def test_one_finding_that_was_published_does_not_publish_another(session: Session) -> None:
    listing = make_listing(session)
    credential = make_credential(session, listing)
    make_check(session, credential, Outcome.EXPIRED, days_ago=30)
    make_flag(session, listing, credential, FlagKind.LICENSE_EXPIRED, FlagState.PUBLISHED)
    make_check(session, credential, Outcome.REVOKED, days_ago=3)
    assert line_of(session, listing).sentence == unseen(credential)
    page = evidence_page(session, listing.slug, now=NOW)
    assert "Word for revoked" not in text_of(page)


def test_earlier_checks_are_history_newest_first_without_anything_against_anybody(session: Session) -> None:
    listing = make_listing(session)
    credential = make_credential(session, listing)
    make_check(session, credential, days_ago=90)
    make_check(session, credential, Outcome.SUSPENDED, days_ago=60)
    make_check(session, credential, Outcome.COULD_NOT_CHECK, evidence=False, days_ago=30)
    make_check(session, credential, days_ago=5)
    page = evidence_page(session, listing.slug, now=NOW)
    assert page is not None
    checks = page.facts[0].checks
    assert [check.on for check in checks] == [NOW.date() - timedelta(days=days) for days in (5, 30, 90)]
    assert [check.words for check in checks] == [
        "confirmed, “Current-Active”",
        "could not be checked",
        "confirmed, “Current-Active”",
    ]


@pytest.mark.parametrize("outcome", AGAINST)
def test_a_finding_that_nobody_has_decided_on_says_neither_where_nor_when(session: Session, outcome: Outcome) -> None:
    listing = make_listing(session)
    make_check(session, make_credential(session, listing), outcome, days_ago=3)
    page = evidence_page(session, listing.slug, now=NOW)
    assert page is not None
    fact = page.facts[0]
    assert (fact.line.state, fact.line.source_name, fact.retrieved_at) == (PublicState.NOT_CHECKED, "", None)
    assert (fact.method_words, fact.sha256, fact.checks) == ("", "", ())
    assert line_of(session, listing).source_name == ""


def test_what_was_found_without_a_number_leaves_the_claim_as_it_was(session: Session) -> None:
    listing = make_listing(session)
    make_credential(session, listing, number="108204", number_key="108204", **NATIONAL)
    before = page_of(session, listing)
    seen = make_credential(session, listing, number="", number_key="", stated_by=StatedBy.REGISTRY, **NATIONAL)
    found = make_check(session, seen, Outcome.EXPIRED, source_title=DIRECTORY)
    assert page_of(session, listing) == before
    known = explanation(session, listing.slug, now=NOW)
    assert known is not None
    assert [each.check_id for line in known.lines for each in line.on_file] == [found.id], "moderators see it"
