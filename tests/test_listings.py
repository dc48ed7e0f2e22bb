"""Listings made from records, described by their owners, hidden and shown."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.listings import listings
from directory.listings.listings import EditRefused
from directory.listings.name_case import readable_organization, readable_parts
from directory.listings.publishing import publish_from_record, publish_from_records
from directory.models.audit import AuditLine
from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.listing import Listing, SearchEntry
from directory.rules.vocabulary import CosmeticScope, Grade, ListingOrigin, ListingState, Outcome, StatedBy, Technique
from scrapers.record import CredentialKind, Entity, Holder, Place, Standing
from tests.conftest import NOW
from tests.evidence_makers import NPI, OTHER_NPI, holder_of, make_record
from tests.makers import make_account, make_credential, make_listing

LATER = NOW + timedelta(days=1)


def rows(session: Session, model: Any = Listing) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(
    ("published", "readable"),
    [
        (("JOSÉ", "O'BRIEN"), ("José", "O'Brien")),
        (("WEI", "LI"), ("Wei", "Li")),
        (("anna", "de la cruz"), ("Anna", "De La Cruz")),
        (("JANE", "MCDONALD-LEE"), ("Jane", "McDonald-Lee")),
        (("AJ", "Smith"), ("AJ", "Smith")),
        (("Mary", "SMITHSON"), ("Mary", "Smithson")),
        (("DeShawn", "van der Berg"), ("DeShawn", "van der Berg")),
        (("ROBERT", "III"), ("Robert", "III")),
        (("", ""), ("", "")),
    ],
)
def test_names_in_capitals_become_readable_and_mixed_case_stays(
    published: tuple[str, str], readable: tuple[str, str]
) -> None:
    assert readable_parts(*published) == readable


@pytest.mark.parametrize(
    ("published", "readable"),
    [
        ("ACME ACUPUNCTURE OF AUSTIN, LLC", "Acme Acupuncture of Austin, LLC"),
        ("MARIA'S NEEDLES INC.", "Maria's Needles Inc."),
        ("iNeedle Clinic", "iNeedle Clinic"),
    ],
)
def test_names_of_practices_become_readable(published: str, readable: str) -> None:
    assert readable_organization(published) == readable


def test_a_record_becomes_an_unclaimed_listing_at_its_town(session: Session) -> None:
    holder = holder_of("JOSÉ", "O'BRIEN", credentials="L.AC.")
    listing = publish_from_record(session, make_record(holder=holder, phone="+12135550142"), run_id=None, at=NOW)
    session.commit()
    assert listing is not None
    assert (listing.name, listing.slug) == ("José O'Brien", "jose-obrien-los-angeles")
    assert (listing.origin, listing.origin_key) == (ListingOrigin.REGISTRY, "us_invented:key-AC10001")
    assert not listing.is_claimed
    assert listing.credentials_text == "L.AC."
    place = listing.locations[0]
    assert (place.city, place.region, place.street, place.is_practice_address) == ("Los Angeles", "CA", "", False)
    assert place.lat == pytest.approx(34.06, abs=0.1)
    credential = session.scalars(select(Credential)).one()
    assert (credential.number, credential.number_key, credential.stated_by) == ("AC10001", "10001", StatedBy.REGISTRY)


def test_the_same_records_again_make_nothing_new(session: Session) -> None:
    records = [make_record(), make_record("NO DIGITS"), make_record("", source_key="without", npi=NPI)]
    first = publish_from_records(session, records, run_id=None, at=NOW)
    session.commit()
    ids = [each.id for each in first if each]
    again = publish_from_records(session, records, run_id=None, at=LATER)
    session.commit()
    assert [each.id for each in again if each] == ids
    assert (rows(session), rows(session, Credential)) == (3, 2)


def test_two_records_of_one_npi_are_one_practitioner_with_two_licenses(session: Session) -> None:
    records = [make_record("AC 1", npi=NPI), make_record("9912", npi=NPI, jurisdiction="US-NV")]
    one, other = publish_from_records(session, records, run_id=None, at=NOW)
    assert one is not None
    assert one is other
    assert one.origin_key == f"npi:{NPI}"
    third = publish_from_record(session, make_record("77", npi=NPI, jurisdiction="US-OR"), run_id=None, at=LATER)
    assert third is one
    assert sorted(session.scalars(select(Credential.jurisdiction))) == ["US-CA", "US-NV", "US-OR"]


def test_somebody_imported_before_is_found_by_their_npi(session: Session) -> None:
    listing = make_listing(session, npi=NPI)
    assert publish_from_record(session, make_record(npi=NPI), run_id=None, at=NOW) is listing


def test_a_practice_is_listed_under_its_name_alone(session: Session) -> None:
    holder = Holder(raw="QUIET NEEDLE ACUPUNCTURE LLC", entity=Entity.ORGANIZATION)
    listing = publish_from_record(session, make_record(holder=holder), run_id=None, at=NOW)
    assert listing is not None
    assert (listing.organization, listing.given, listing.family) == ("Quiet Needle Acupuncture LLC", "", "")
    assert listing.slug == "quiet-needle-acupuncture-llc-los-angeles"


def test_a_person_whose_name_is_printed_unsplit_is_no_practice(session: Session) -> None:
    holder = Holder(raw="VASQUEZ-THORNE OTTOLINE Q")
    listing = publish_from_record(session, make_record(holder=holder), run_id=None, at=NOW)
    assert listing is not None
    assert (listing.organization, listing.name) == ("", "Vasquez-Thorne Ottoline Q")


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": CredentialKind.EXCLUSION},
        {"standing": Standing.DECEASED},
        {"holder": Holder()},
        {"profession": "nucc:111N00000X"},
    ],
)
def test_exclusions_the_dead_the_nameless_and_other_professions_are_not_listed(
    session: Session, changes: dict[str, Any]
) -> None:
    assert publish_from_record(session, make_record(**changes), run_id=None, at=NOW) is None
    assert rows(session) == 0


def test_a_license_of_another_profession_is_not_put_on_an_acupuncturists_listing(session: Session) -> None:
    records = [make_record("AC 1", npi=NPI), make_record("DC 5", npi=NPI, profession="nucc:111N00000X")]
    publish_from_records(session, records, run_id=None, at=NOW)
    assert session.scalars(select(Credential.number)).all() == ["AC 1"]


def test_namesakes_in_one_town_get_addresses_of_their_own_that_stay(session: Session) -> None:
    records = [make_record(str(number)) for number in range(1000, 1012)]
    made = publish_from_records(session, records, run_id=None, at=NOW)
    slugs = [each.slug for each in made if each]
    assert len(set(slugs)) == 12
    assert slugs[0] == "ottoline-vasquez-thorne-los-angeles"
    assert all(slug.startswith("ottoline-vasquez-thorne-los-angeles-") for slug in slugs[1:])
    again = publish_from_records(session, records, run_id=None, at=LATER)
    assert [each.slug for each in again if each] == slugs


def test_names_without_latin_letters_still_get_an_address(session: Session) -> None:
    holder = Holder(given="伟", family="李", raw="李伟")
    listing = publish_from_record(session, make_record(holder=holder, place=Place()), run_id=None, at=NOW)
    assert listing is not None
    assert listing.slug == "practitioner"
    assert listing.locations[0].region == "CA"  # where the board is; no town is known


def test_overlong_and_odd_values_of_a_registry_fit_the_columns(session: Session) -> None:
    holder = holder_of("A" * 150, "B" * 150, suffix="C" * 60, credentials="D" * 300)
    place = Place(city="E" * 200, region="SOMEWHERE FAR AWAY", postal_code="F" * 40, country="XX")
    record = make_record("9" * 120, holder=holder, place=place, phone="1" * 60, source_key="K" * 290)
    listing = publish_from_record(session, record, run_id=None, at=NOW)
    session.commit()
    assert listing is not None
    assert listing.locations[0].region == ""


def test_hundreds_of_records_take_few_statements(session: Session) -> None:
    records = [make_record(str(number), holder=holder_of("ADA", f"QUILL{number}")) for number in range(400)]
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    made = publish_from_records(session, records, run_id=None, at=NOW)
    assert len({each.id for each in made if each}) == 400
    assert len(statements) <= 12


# What an owner changes ------------------------------------------------------------------------------------------------


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


def test_another_npi_is_another_person(session: Session) -> None:
    records = [make_record("1", npi=NPI), make_record("2", npi=OTHER_NPI)]
    one, other = publish_from_records(session, records, run_id=None, at=NOW)
    assert one is not other
