"""Imported rows and the listings they are about: the second import of a list changes nothing."""

from __future__ import annotations

import io
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.listings.listing_import import import_listings
from directory.models.credential import Credential
from directory.models.listing import Listing, SearchEntry
from directory.rules.vocabulary import ListingOrigin, StatedBy
from scrapers.record import CredentialKind
from tests.conftest import NOW
from tests.listing_import.taking import FULL, counts, csv_of, everything, take
from tests.makers import make_account, make_credential, make_listing


def test_every_column_finds_its_place(session: Session) -> None:
    report = take(session, csv_of(FULL))
    assert counts(report) == (1, 0, 0, 0)
    listing = session.scalars(select(Listing)).one()
    assert (listing.given, listing.family, listing.credentials_text) == ("Ottoline", "Vasquez-Thorne", "L.Ac.")
    assert (listing.phone, listing.website) == ("+12135550142", "https://quiet-needle.example")
    assert listing.techniques == ["mei_zen", "facial_gua_sha"]
    assert listing.languages == ["es", "zh"]
    assert (str(listing.price_session), listing.price_currency, listing.price_sessions) == ("120.50", "USD", 10)
    place = listing.locations[0]
    assert (place.city, place.region, place.practice_name, place.street) == ("Los Angeles", "CA", "Quiet Needle", "")
    assert place.lat is not None
    held = {each.kind: each for each in session.scalars(select(Credential)) if each.title != "Facial cupping"}
    assert held[CredentialKind.LICENSE].jurisdiction == "US-CA"
    assert held[CredentialKind.LICENSE].number == "AC 10001"
    assert held[CredentialKind.LIABILITY_INSURANCE].expires_on == date(2027, 3, 31)
    award = held[CredentialKind.TRAINING_AWARD]
    assert (award.title, award.hours_total, award.technique) == ("Mei Zen", 60, "mei_zen")
    assert {each.stated_by for each in session.scalars(select(Credential))} == {StatedBy.IMPORT}
    assert session.scalar(select(func.count()).select_from(SearchEntry)) == 1


@pytest.mark.parametrize("leave_out", [(), ("external_id",), ("external_id", "license_number")])
def test_importing_twice_changes_nothing(session: Session, leave_out: tuple[str, ...]) -> None:
    rows = [{**FULL}, {**FULL, "name": "LI, WEI", "external_id": "m-2", "license_number": "AC 777", "phone": ""}]
    rows = [{name: value for name, value in row.items() if name not in leave_out} for row in rows]
    assert counts(take(session, csv_of(*rows))) == (2, 0, 0, 0)
    before = everything(session)
    assert counts(take(session, csv_of(*rows), days=1)) == (0, 0, 2, 0)
    assert everything(session) == before


def test_two_rows_of_one_person_are_one_listing_and_stay_as_they_are_the_second_time(session: Session) -> None:
    second = {"name": FULL["name"], "external_id": "m-1", "license_number": "9912", "license_jurisdiction": "US-NV"}
    rows = csv_of(FULL, {**second, "phone": "213 555 0199"})
    assert counts(take(session, rows)) == (1, 1, 0, 0)
    before = everything(session)
    assert counts(take(session, rows, days=1)) == (0, 0, 2, 0)
    assert everything(session) == before
    assert session.scalars(select(Listing)).one().phone == "+12135550142"


def test_one_npi_is_one_person_whatever_the_list_calls_them(session: Session) -> None:
    npi = {"name": "Wei Li", "npi": "1234567893"}
    report = take(session, csv_of({**npi, "external_id": "m-1"}, {**npi, "external_id": "m-2"}, npi))
    assert counts(report) == (1, 0, 2, 0)


def test_the_same_key_under_another_name_is_refused(session: Session) -> None:
    report = take(session, csv_of(FULL, {**FULL, "name": "Hollis Quillfeather"}))
    assert counts(report) == (1, 0, 0, 1)
    assert (report.rejected[0]["line"], report.rejected[0]["field"]) == (3, "name")


def test_a_changed_row_updates_what_the_list_stated(session: Session) -> None:
    take(session, csv_of(FULL))
    changed = {
        **FULL,
        "phone": "213 555 0177",
        "city": "Pasadena",
        "postal_code": "91101",
        "license_number": "AC 20002",
        "insurance_expires_on": "2028-03-31",
        "techniques": "",
    }
    assert counts(take(session, csv_of(changed), days=1)) == (0, 1, 0, 0)
    listing = session.scalars(select(Listing)).one()
    assert (listing.phone, listing.locations[0].city) == ("+12135550177", "Pasadena")
    assert listing.techniques == ["mei_zen", "facial_gua_sha"]  # an empty cell takes nothing back
    standing = session.scalars(select(Credential).where(Credential.withdrawn_at.is_(None))).all()
    assert sorted(each.number for each in standing if each.number) == ["109876", "AC 20002"]
    assert [each.expires_on for each in standing if each.expires_on] == [date(2028, 3, 31)]
    assert counts(take(session, csv_of(FULL), days=2)) == (0, 1, 0, 0)
    numbers = session.scalars(select(Credential.number).where(Credential.withdrawn_at.is_(None))).all()
    assert "AC 10001" in numbers
    assert "AC 20002" not in numbers


def test_what_an_owner_edited_is_left_alone(session: Session) -> None:
    take(session, csv_of(FULL))
    listing = session.scalars(select(Listing)).one()
    listing.owner_id, listing.claimed_at = make_account(session).id, NOW
    listing.phone = "+12135550111"
    session.commit()
    changed = {**FULL, "phone": "213 555 0177", "city": "Pasadena", "postal_code": "91101"}
    assert counts(take(session, csv_of(changed), days=1)) == (0, 0, 1, 0)
    session.expire_all()
    assert listing.phone == "+12135550111"
    assert listing.locations[0].city == "Los Angeles"


def test_somebody_listed_from_a_registry_is_completed_and_not_listed_twice(session: Session) -> None:
    listing = make_listing(session, origin=ListingOrigin.REGISTRY, origin_key="npi:1234567893", npi="1234567893")
    session.commit()
    row = {"name": "Ottoline Thorne", "npi": "1234567893", "city": "Pasadena", "region": "CA", "phone": "2135550142"}
    assert counts(take(session, csv_of(row))) == (0, 1, 0, 0)
    session.expire_all()
    assert listing.phone == "+12135550142"
    assert (listing.family, listing.locations[0].city) == ("Vasquez-Thorne", "Los Angeles")
    assert counts(take(session, csv_of(row), days=1)) == (0, 0, 1, 0)


def test_a_license_and_a_name_find_a_listing_and_a_license_alone_does_not(session: Session) -> None:
    listing = make_listing(session)
    make_credential(session, listing, number="AC 500", number_key="500")
    session.commit()
    same = {"name": "O. Vasquez-Thorne", "license_number": "ac-0500", "license_jurisdiction": "US-CA"}
    other = {"name": "Hollis Quillfeather", "license_number": "ac-0500", "license_jurisdiction": "US-CA"}
    report = take(session, csv_of(same, other))
    assert report.created == 1
    assert session.scalar(select(func.count()).select_from(Listing)) == 2


def test_many_rows_go_in_by_portions_and_each_portion_is_kept(session: Session) -> None:
    rows = [{"name": f"Ada Quill{number:04}", "city": "Reno", "region": "NV"} for number in range(1201)]
    commits = []
    body = io.BytesIO(csv_of(*rows).encode())

    def commit() -> None:
        session.commit()
        commits.append(session.scalar(select(func.count()).select_from(Listing)))

    report = import_listings(session, body, at=NOW, commit=commit, progress=lambda _: None)
    assert report.created == 1201
    assert commits[:3] == [500, 1000, 1201]
    assert len(set(session.scalars(select(Listing.slug)))) == 1201


def test_a_key_of_one_listing_with_the_npi_of_another_is_left_to_a_person(session: Session) -> None:
    npi = "1234567893"
    take(session, csv_of({"name": "Wei Li", "external_id": "m-1", "npi": ""}, {"name": "Wei Li", "npi": npi}))
    report = take(session, csv_of({"name": "Wei Li", "external_id": "m-1", "npi": npi}))
    assert counts(report) == (0, 0, 1, 0)
    assert [each["field"] for each in report.warnings] == ["npi"]
    assert sorted(session.scalars(select(Listing.npi)), key=str) == [npi, None]
