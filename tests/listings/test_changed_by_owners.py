"""What an owner changes and states, and a listing that is hidden for a while."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.listings import listings
from directory.listings.listings import EditRefused
from directory.models.audit import AuditLine
from directory.models.credential import CredentialCheck, Evidence
from directory.models.listing import SearchEntry
from directory.rules.vocabulary import CosmeticScope, Grade, ListingState, Outcome, Technique
from tests.conftest import NOW
from tests.evidence_makers import NPI
from tests.listings.counting import rows
from tests.makers import make_account, make_credential, make_listing

LATER = NOW + timedelta(days=1)


def test_an_owner_describes_their_practice(session: Session) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada)
    changes = {
        "about": "Facial work since 2015.\r\n\r\n\r\nBy appointment.",
        "techniques": ["facial_gua_sha", "mei_zen"],
        "languages": ["Spanish", "zh"],
        "price_session": "120.50",
        "price_sessions": 10,
        "phone": "(213) 555-0142",
        "website": "quiet-needle.example",
        "locations": [{"street": "12 Harbor Lane", "city": "Pasadena", "region": "CA", "postal_code": "91101"}],
    }
    changed = listings.edit_listing(session, listing, changes, by=ada, at=LATER)
    session.commit()
    assert set(changed) == set(changes)
    assert listing.about == "Facial work since 2015.\n\nBy appointment."
    assert (listing.price_session, listing.price_stated_on) == (Decimal("120.50"), LATER.date())
    place = listing.locations[0]
    assert (place.street, place.is_practice_address, place.city) == ("12 Harbor Lane", True, "Pasadena")
    assert session.scalars(select(SearchEntry.location_id)).all() == [place.id]
    line = session.scalars(select(AuditLine)).one()
    assert (line.action, line.subject) == ("listing edited", f"listing:{listing.id}")
    assert "Harbor" not in str(line.after)
    assert "555" not in str(line.after)


def test_saving_without_a_change_changes_nothing(session: Session) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada, about="As it was")
    places = [{"city": "Los Angeles", "region": "CA", "postal_code": "90012", "country": "US"}]
    listings.edit_listing(session, listing, {"locations": places}, by=ada, at=NOW)
    assert listings.edit_listing(session, listing, {"about": "As it was", "locations": places}, by=ada, at=LATER) == []
    assert listing.updated_at == NOW


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given", "Another"),
        ("npi", NPI),
        ("state", "hidden"),
        ("owner_id", 1),
        ("website", "javascript:alert(1)"),
        ("website", "https://user:secret@quiet-needle.example"),
        ("email", "a@b"),
        ("phone", "12"),
        ("price_session", "0"),
        ("price_session", "NaN"),
        ("price_session", "1.234"),
        ("price_sessions", "0"),
        ("price_currency", "XBT"),
        ("languages", ["Klingon"]),
        ("techniques", ["levitation"]),
        ("cosmetic_since", 2030),
        ("consultation", "maybe"),
        ("new_patients", "yes"),
        ("about", "x" * 5001),
        ("locations", []),
        ("locations", [{"street": "12 Harbor Lane"}]),
        ("locations", [{"city": "Reno", "lat": 5}]),
    ],
)
def test_facts_that_are_not_the_owners_and_impossible_values_are_refused(
    session: Session, field: str, value: Any
) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada)
    with pytest.raises(EditRefused) as refused:
        listings.edit_listing(session, listing, {field: value}, by=ada, at=NOW)
    assert refused.value.field == field
    assert refused.value.expected


def test_stated_insurance_is_evidence_of_the_lowest_grade_and_replaces_what_was_stated(session: Session) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada)
    first = listings.state_insurance(session, listing, issuer="Mutual", expires_on=date(2026, 12, 1), by=ada, at=NOW)
    second = listings.state_insurance(
        session,
        listing,
        issuer="Mutual",
        issued_on=date(2026, 12, 1),
        expires_on=date(2027, 12, 1),
        cosmetic_scope=CosmeticScope.COVERED,
        by=ada,
        at=LATER,
    )
    session.commit()
    assert (first.withdrawn_at, second.withdrawn_at) == (LATER, None)
    assert listing.insurance_asked_at == NOW
    checks = session.execute(select(CredentialCheck.outcome, Evidence.grade).join(Evidence)).all()
    assert [tuple(row) for row in checks] == [(Outcome.STATED_ONLY, Grade.D)] * 2


def test_stated_training_can_be_taken_back_once(session: Session) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada)
    award = listings.state_training(
        session, listing, title="Mei Zen", issuer="School", hours_total=60, technique=Technique.MEI_ZEN, by=ada, at=NOW
    )
    assert listing.training_asked_at == NOW
    assert listings.withdraw_credential(session, award, by=ada, at=LATER)
    assert not listings.withdraw_credential(session, award, by=ada, at=LATER)
    assert award.withdrawn_at == LATER
    assert session.scalars(select(AuditLine.action)).all() == ["training stated", "credential withdrawn"]


@pytest.mark.parametrize("wrong", [{"title": " "}, {"hours_total": 0}, {"issued_on": date(2030, 1, 1)}])
def test_impossible_training_is_refused(session: Session, wrong: dict[str, Any]) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada)
    with pytest.raises(EditRefused):
        listings.state_training(session, listing, **{"title": "Mei Zen", **wrong}, by=ada, at=NOW)


def test_insurance_that_ends_before_it_begins_is_refused(session: Session) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada)
    with pytest.raises(EditRefused):
        listings.state_insurance(
            session, listing, issuer="M", issued_on=date(2027, 1, 2), expires_on=date(2027, 1, 1), by=ada, at=NOW
        )


def test_a_hidden_listing_is_out_of_sight_until_it_is_shown_again(session: Session) -> None:
    mo = make_account(session, "mo")
    listing = make_listing(session)
    make_credential(session, listing)
    assert listings.hide_listing(session, listing, by=mo, reason="Asked for by mail.", at=NOW)
    assert not listings.hide_listing(session, listing, by=mo, reason="Twice.", at=NOW)
    assert listings.find_listing(session, listing.slug) is listing
    assert listing.state is ListingState.HIDDEN
    assert rows(session, SearchEntry) == 0
    assert listings.show_listing(session, listing, by=mo, reason="It was a mistake.", at=LATER)
    assert listing.state is ListingState.PUBLISHED
    assert rows(session, SearchEntry) == 1
    assert [line.reason for line in session.scalars(select(AuditLine))] == ["Asked for by mail.", "It was a mistake."]
