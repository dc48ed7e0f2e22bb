"""Listings made from a registry's records: readable names, one per practitioner, none for whom it must not be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.listings.name_case import readable_organization, readable_parts
from directory.listings.publishing import publish_from_record, publish_from_records
from directory.models.credential import Credential
from directory.rules.vocabulary import ListingOrigin, StatedBy
from scrapers.record import CredentialKind, Entity, Holder, Place, Standing
from tests.conftest import NOW
from tests.evidence_makers import NPI, OTHER_NPI, holder_of, make_record
from tests.listings.counting import rows
from tests.makers import make_listing

LATER = NOW + timedelta(days=1)


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


def test_another_npi_is_another_person(session: Session) -> None:
    records = [make_record("1", npi=NPI), make_record("2", npi=OTHER_NPI)]
    one, other = publish_from_records(session, records, run_id=None, at=NOW)
    assert one is not other
