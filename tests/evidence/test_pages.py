"""A listing's page beside its credentials: claimed, unclaimed, hidden, and as it was on an earlier day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import event
from sqlalchemy.orm import Session

from directory.evidence.evidence import evidence_page, listing_page
from directory.evidence.page_words import age_words, amount
from directory.extensions import db
from directory.listings.listing_versions import note_versions
from directory.listings.listings import edit_listing, hide_listing, withdraw_credential
from directory.rules.vocabulary import (
    Consultation,
    FlagKind,
    FlagState,
    ListingOrigin,
    Outcome,
    PublicState,
)
from tests.conftest import NOW
from tests.evidence.reading import page_of, text_of, unseen
from tests.evidence_makers import make_check, make_flag
from tests.makers import make_account, make_credential, make_listing


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
