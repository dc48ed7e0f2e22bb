"""What pages say: never more than the evidence, never against anybody before due process, never what is private."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from directory.evidence.evidence import evidence_page, listing_page
from directory.evidence.explanations import explanation
from directory.evidence.listing_pages import CredentialLine, ListingPage
from directory.evidence.page_words import age_words, amount
from directory.extensions import db
from directory.listings.listing_versions import note_versions
from directory.listings.listings import edit_listing, hide_listing, state_insurance, state_training, withdraw_credential
from directory.listings.stated_facts import PUBLISHED_BY
from directory.models.credential import Credential
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.registry import RegistryRun
from directory.registries.health_changes import note_change
from directory.rules.vocabulary import (
    Consultation,
    CosmeticScope,
    FlagKind,
    FlagState,
    Grade,
    ListingOrigin,
    Outcome,
    PublicState,
    RunChannel,
    RunState,
    StatedBy,
)
from directory.rules.wording import BANNED_WORDS
from directory.views.past_pages import evidence_now, listing_now
from scrapers.record import CredentialKind, Method
from tests.conftest import NOW
from tests.evidence_makers import SHA, make_check, make_flag
from tests.makers import make_account, make_credential, make_listing

AGAINST = [Outcome.EXPIRED, Outcome.INACTIVE, Outcome.RESTRICTED, Outcome.SUSPENDED, Outcome.REVOKED]
AGAINST += [Outcome.SURRENDERED, Outcome.NOT_FOUND, Outcome.AMBIGUOUS]
NATIONAL = {"kind": CredentialKind.BOARD_CERTIFICATION, "jurisdiction": "US"}
DIRECTORY = "NCBAHM (formerly NCCAOM): directory"


def page_of(session: Session, listing: Listing, *, now: datetime = NOW) -> ListingPage:
    page = listing_page(session, listing.slug, now=now)
    assert page is not None
    return page


def line_of(session: Session, listing: Listing, fact: str = "permission", *, now: datetime = NOW) -> CredentialLine:
    return next(line for line in page_of(session, listing, now=now).lines if line.fact == fact)


def unseen(credential: Credential) -> str:
    """What is read of a license that nobody has looked for."""
    return f"License {credential.number} (California): not checked yet."


def text_of(page: Any) -> str:
    return str(asdict(page))


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


def test_an_unclaimed_page_is_a_name_a_town_and_where_it_comes_from(session: Session) -> None:
    private = {
        "phone": "+12135550142",
        "email": "private@quiet-needle.example",
        "website": "https://quiet-needle.example",
        "about": "Words of a stranger",
        "techniques": ["mei_zen"],
        "languages": ["es"],
        "price_session": Decimal(120),
        "other_names": ["Ottoline Before"],
    }
    listing = make_listing(session, origin=ListingOrigin.REGISTRY, origin_key="npi:1234567893", **private)
    listing.locations[0].practice_name = "Somebody's Clinic"
    session.flush()
    for page in (page_of(session, listing), evidence_page(session, listing.slug, now=NOW)):
        text = text_of(page)
        for trace in ("555", "quiet-needle", "stranger", "mei", "Before", "Clinic", "90012", "120"):
            assert trace not in text, trace
    page = page_of(session, listing)
    assert (page.contact, page.price, page.town) == (None, None, "Los Angeles, CA")
    assert (
        page.origin == "From the NPI registry, a public record. The practitioner is not affiliated with this directory."
    )
    assert (page.places[0].lat, page.places[0].lon) == (34.06, -118.24)


def test_a_claimed_page_says_what_its_owner_says(session: Session) -> None:
    listing = make_listing(
        session,
        claimed_by=make_account(session),
        street="12 Harbor Lane",
        about="By appointment.",
        techniques=["mei_zen"],
        languages=["es", "en"],
        price_session=Decimal(120),
        price_sessions=12,
        price_stated_on=date(2026, 11, 1),
        consultation=Consultation.FREE,
        phone="+12135550142",
    )
    page = page_of(session, listing)
    assert page.places[0].street == "12 Harbor Lane"
    assert (page.techniques, page.languages) == (("Mei Zen",), ("Spanish", "English"))
    assert page.price is not None
    assert (page.price.session, page.price.course) == ("$120", "$1,440 for 12 sessions")
    assert page.price.stated_on == date(2026, 11, 1)
    assert page.consultation == "Free consultation before treatment"
    assert page.contact is not None
    assert page.contact.phone == "+12135550142"


def test_a_phone_from_public_records_is_public_only_once_the_owner_gives_it(session: Session) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada, phone="+12135550142", contact_given_at=None)
    contact = page_of(session, listing).contact
    assert contact is not None
    assert contact.phone == ""
    edit_listing(session, listing, {"phone": "+1 213 555 0142"}, by=ada, at=NOW)
    contact = page_of(session, listing).contact
    assert contact is not None
    assert contact.phone == "+12135550142"


def test_hidden_removed_and_unknown_listings_have_no_page(session: Session) -> None:
    listing = make_listing(session)
    hide_listing(session, listing, by="operator", reason="asked", at=NOW)
    for slug in (listing.slug, "nobody"):
        assert listing_page(session, slug, now=NOW) is None
        assert evidence_page(session, slug, now=NOW) is None


def test_what_we_said_on_an_earlier_day_can_be_told(session: Session) -> None:
    listing = make_listing(session, at=NOW - timedelta(days=300))
    note_versions(session, [listing.id], at=NOW - timedelta(days=300))
    credential = make_credential(session, listing, stated_at=NOW - timedelta(days=290))
    note_versions(session, [listing.id], at=NOW - timedelta(days=290))
    make_check(session, credential, at=NOW - timedelta(days=200))
    note_versions(session, [listing.id], at=NOW - timedelta(days=200))
    make_check(session, credential, Outcome.EXPIRED, at=NOW - timedelta(days=40))
    note_versions(session, [listing.id], at=NOW - timedelta(days=40))
    make_flag(session, listing, credential, FlagKind.LICENSE_EXPIRED, FlagState.PUBLISHED, at=NOW - timedelta(days=10))
    note_versions(session, [listing.id], at=NOW - timedelta(days=10))
    said = {}
    for days in (295, 250, 190, 30, 5):
        page = evidence_page(session, listing.slug, now=NOW, as_of=NOW - timedelta(days=days))
        assert page is not None
        said[days] = page.facts[0].line
    assert said[295].anchor == "place-us-ca"
    assert (said[250].state, said[190].state) == (PublicState.NOT_CHECKED, PublicState.CONFIRMED)
    assert (said[30].state, said[30].sentence) == (PublicState.NOT_CHECKED, unseen(credential))
    assert "Word for expired" in said[5].sentence
    assert evidence_page(session, listing.slug, now=NOW, as_of=NOW - timedelta(days=301)) is None


def test_a_credential_that_was_taken_back_stands_in_the_past_only(session: Session) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada, at=NOW - timedelta(days=30))
    credential = make_credential(session, listing, stated_at=NOW - timedelta(days=20))
    note_versions(session, [listing.id], at=NOW - timedelta(days=20))
    withdraw_credential(session, credential, by=ada, at=NOW - timedelta(days=5))
    now, then = (evidence_page(session, listing.slug, now=NOW, as_of=at) for at in (None, NOW - timedelta(days=10)))
    assert now is not None
    assert then is not None
    assert now.facts[0].line.number == ""
    assert then.facts[0].line.number == credential.number


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


def test_a_file_that_somebody_dropped_is_no_link(session: Session) -> None:
    listing = make_listing(session)
    make_check(session, make_credential(session, listing), url="file:///srv/files/roster.csv")
    assert line_of(session, listing).source_url == ""
    assert "srv" not in text_of(evidence_page(session, listing.slug, now=NOW))


def test_a_page_takes_two_statements_and_no_more_however_much_there_is_to_say(session: Session) -> None:
    listing = make_listing(session, claimed_by=make_account(session))
    for _ in range(8):
        credential = make_credential(session, listing)
        for days in range(20):
            make_check(session, credential, days_ago=100 - days)
    session.commit()
    page_of(session, listing)
    slug = listing.slug
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    assert listing_page(session, slug, now=NOW) is not None
    assert len(statements) == 2
    assert evidence_page(session, slug, now=NOW) is not None
    assert len(statements) == 4


def test_ages_and_amounts_are_said_as_people_say_them() -> None:
    today = NOW.date()
    ages = [age_words(today - timedelta(days=days), today) for days in (-1, 0, 1, 12, 59, 90, 800)]
    assert ages == ["today", "today", "yesterday", "12 days ago", "59 days ago", "3 months ago", "2 years ago"]
    assert [amount(Decimal(1440), "USD"), amount(Decimal("85.50"), "GBP"), amount(Decimal(9), "CHF")] == [
        "$1,440",
        "£85.50",
        "CHF 9",
    ]


def test_a_certification_seen_without_its_number_is_the_one_that_is_claimed_with_it(session: Session) -> None:
    listing = make_listing(session)
    make_credential(session, listing, number="108204", number_key="108204", issuer="NCCAOM", **NATIONAL)
    seen = make_credential(session, listing, number="", number_key="", stated_by=StatedBy.REGISTRY, **NATIONAL)
    make_check(session, seen, source_title=DIRECTORY)
    [line] = [each for each in page_of(session, listing).lines if each.fact == "certification"]
    assert (line.title, line.state_words, line.number) == ("Board certification", "Confirmed", "")
    assert "108204" not in line.sentence
    assert line.claimed_number == "Number 108204: stated in an imported list; the source prints none"


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


checks = st.lists(
    st.tuples(
        st.sampled_from(Outcome),
        st.integers(-2, 400),  # days ago
        st.one_of(st.none(), st.integers(-300, 300)),  # until, in days
        st.booleans(),  # has evidence
        st.sampled_from([None, True, False]),  # the name agrees
        st.sampled_from(["us_invented", "us_other"]),
        st.sampled_from(Grade),
    ),
    max_size=5,
)
kinds = st.sampled_from(
    [CredentialKind.LICENSE, CredentialKind.BOARD_CERTIFICATION, CredentialKind.LIABILITY_INSURANCE]
)


@pytest.fixture
def sqlite_app(sqlite_template: Any, sites: Any) -> Any:
    with sqlite_template.fresh() as url, sites.at(url) as app:
        yield app


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=checks, kind=kinds, later=st.integers(0, 500))
def test_no_line_is_confirmed_without_evidence_that_is_young_enough_and_has_not_ended(
    sqlite_app: Flask, history: list[tuple[Any, ...]], kind: CredentialKind, later: int
) -> None:
    with sqlite_app.app_context():
        session = db.session()
        listing = make_listing(session, claimed_by=make_account(session, f"ada-{id(history)}"))
        credential = make_credential(session, listing, kind=kind)
        now = NOW + timedelta(days=later)
        good = add_history(session, credential, history, now)
        text = str([asdict(line) for line in page_of(session, listing, now=now).lines])
        for line in page_of(session, listing, now=now).lines:
            if line.state is PublicState.CONFIRMED:
                assert good
                assert line.checked_on
                assert line.grade
                assert line.expires_on is None or line.expires_on >= now.date()
            assert not [word for word in BANNED_WORDS if word in line.sentence.lower().split()]
        assert "Word for" not in text
        session.rollback()


def add_history(session: Session, credential: Credential, history: list[tuple[Any, ...]], now: datetime) -> bool:
    """Write the checks; answers whether any of them could confirm the credential at `now`."""
    good = False
    for outcome, days_ago, until, evidence, name_agrees, registry, grade in history:
        backed = evidence or outcome not in (Outcome.COULD_NOT_CHECK, Outcome.STATED_ONLY)
        ends = NOW.date() + timedelta(days=until) if until is not None else None
        make_check(
            session,
            credential,
            outcome,
            days_ago=days_ago,
            evidence=backed,
            grade=grade,
            expires_on=ends,
            name_agrees=name_agrees,
            registry_id=registry,
        )
        age = now - (NOW - timedelta(days=days_ago))
        paper = credential.kind is CredentialKind.LIABILITY_INSURANCE
        in_time = age <= timedelta(days=120) or paper
        ending = ends or credential.expires_on
        in_force = ending >= now.date() if ending else not paper
        seen = grade in (Grade.A, Grade.B) or not paper
        good = good or (outcome is Outcome.CONFIRMED and name_agrees is not False and in_time and in_force and seen)
    return good
