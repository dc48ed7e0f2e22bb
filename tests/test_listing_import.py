"""Lists from associations and practices: what goes in, what is refused and why, and what a second import changes."""

from __future__ import annotations

import csv
import functools
import io
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from directory.listings.import_cells import COLUMNS
from directory.listings.listing_import import ImportRefused, ImportReport, import_listings
from directory.models.credential import Credential
from directory.models.flag import Flag
from directory.models.listing import Listing, Location, SearchEntry
from directory.rules.vocabulary import ListingOrigin, StatedBy
from scrapers.record import CredentialKind
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing

FULL = {
    "name": "Ottoline Vasquez-Thorne, L.Ac.",
    "license_number": "AC 10001",
    "license_jurisdiction": "CA",
    "certification_number": "109876",
    "practice_name": "Quiet Needle",
    "street": "12 Harbor Lane",
    "city": "Los Angeles",
    "region": "California",
    "postal_code": "90012",
    "country": "USA",
    "phone": "(213) 555-0142",
    "email": "ottoline@quiet-needle.example",
    "website": "quiet-needle.example",
    "techniques": "Mei Zen; facial gua sha",
    "languages": "Spanish, Mandarin",
    "price_session": "$120.50",
    "sessions": "10",
    "insurance_expires_on": "2027-03-31",
    "training": "Mei Zen, 60 hours; Facial cupping 12h",
    "external_id": "m-1",
}


def csv_of(*rows: dict[str, str], delimiter: str = ",", **options: Any) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    body = io.StringIO()
    writer = csv.DictWriter(body, columns, restval="", delimiter=delimiter, **options)
    writer.writeheader()
    writer.writerows(rows)
    return body.getvalue()


def take(session: Session, content: str | bytes, *, days: int = 0) -> ImportReport:
    body = content.encode() if isinstance(content, str) else content
    at = NOW + timedelta(days=days)
    return import_listings(session, io.BytesIO(body), at=at, commit=session.commit, progress=lambda _: None)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.rejected)


def everything(session: Session) -> list[list[tuple[Any, ...]]]:
    tables = (Listing, Location, Credential, SearchEntry, Flag)
    return [[tuple(row) for row in session.execute(select(*model.__table__.c).order_by(text("1")))] for model in tables]


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


@pytest.mark.parametrize(
    ("cell", "value", "field"),
    [
        ("name", "", "name"),
        ("name", "Cher", "name"),
        ("npi", "1234567890", "npi"),
        ("email", "not an address", "email"),
        ("phone", "call me", "phone"),
        ("website", "javascript:alert(1)", "website"),
        ("price_session", "-5", "price_session"),
        ("price_session", "ask", "price_session"),
        ("sessions", "ten", "sessions"),
        ("insurance_expires_on", "31/03/2027", "insurance_expires_on"),
        ("insurance_expires_on", "2027-02-30", "insurance_expires_on"),
        ("country", "Atlantis", "country"),
        ("region", "Nowhere-in-Particular", "region"),
        ("license_jurisdiction", "Narnia", "license_jurisdiction"),
        ("training", "Course 99999 hours", "training"),
        ("city", "x" * 101, "city"),
    ],
)
def test_a_bad_row_is_reported_and_the_others_go_in(session: Session, cell: str, value: str, field: str) -> None:
    good = {**FULL, "name": "Hollis Quillfeather", "external_id": "m-2", "license_number": "AC 9"}
    report = take(session, csv_of({**FULL, cell: value}, good))
    assert counts(report) == (1, 0, 0, 1)
    assert report.rejected[0]["line"] == 2
    assert report.rejected[0]["field"] == field
    assert report.rejected[0]["reason"]
    assert report.rejected[0]["expected"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_files_come_in_many_forms(session: Session, encoding: str, delimiter: str, ending: str) -> None:
    row = {**FULL, "name": "José O'Brien"}
    body = csv_of(row, delimiter=delimiter, lineterminator=ending)
    assert counts(take(session, body.encode(encoding))) == (1, 0, 0, 0)
    assert session.scalars(select(Listing)).one().name == "José O'Brien"


def test_a_nul_byte_an_open_quote_and_lost_bytes_spoil_only_their_rows(session: Session) -> None:
    body = (
        b"name,city,region\n"
        b"Hollis Quillfeather,Reno,NV\n"
        b"Nul\0 Byte,Reno,NV\n"
        b"Lost \xff Letter,Reno,NV\n"
        b'"Open Quote,Reno,NV\n'
        b"Wei Li,Reno,NV\n"
        b"Too,Many,Cells,Here\n"
        b"Cut Of"
    )
    report = take(session, body)
    assert {"Quillfeather"} <= set(session.scalars(select(Listing.family)))
    assert {each["line"] for each in report.rejected} >= {3, 4, 5}
    assert report.rows == report.created + len(report.rejected)


def test_a_quoted_cell_may_span_lines_and_lines_are_counted_all_the_same(session: Session) -> None:
    body = 'name,training,npi\n"Hollis Quillfeather","Mei Zen\n60 hours",\nWei Li,,12\n'
    report = take(session, body)
    assert [each["line"] for each in report.rejected] == [4]


def test_an_unknown_column_is_named_and_left_out(session: Session) -> None:
    report = take(session, csv_of({**FULL, "Shoe size": "42"}))
    assert counts(report) == (1, 0, 0, 0)
    assert [(each["line"], each["field"]) for each in report.warnings] == [(1, "Shoe size")]


@pytest.mark.parametrize(
    "body", ["", "\n\n", "city,region\nReno,NV\n", "given_name\nWei\n", "name,name\nA B,C D\n", "Wei Li,Reno\n"]
)
def test_a_file_without_a_usable_header_is_refused_whole(session: Session, body: str) -> None:
    with pytest.raises(ImportRefused):
        take(session, body)
    assert session.scalar(select(func.count()).select_from(Listing)) == 0


def test_header_words_may_be_written_in_capitals_and_with_blanks(session: Session) -> None:
    assert counts(take(session, "Given Name,FAMILY_NAME,License Number,region\nWEI,LI,AC 5,ca\n")) == (1, 0, 0, 0)
    listing = session.scalars(select(Listing)).one()
    assert listing.name == "Wei Li"
    assert session.scalars(select(Credential.jurisdiction)).one() == "US-CA"


def test_prices_and_places_abroad_are_read_in_their_own_way(session: Session) -> None:
    take(
        session,
        csv_of({"name": "Una Penrose", "city": "Bath", "country": "UK", "price_session": "85,50"}, delimiter=";"),
    )
    listing = session.scalars(select(Listing)).one()
    assert (str(listing.price_session), listing.price_currency) == ("85.50", "GBP")
    assert listing.locations[0].country == "GB"


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


CELLS = st.one_of(
    st.text(max_size=30),
    st.text(min_size=1, max_size=12, alphabet="0123456789.,-$£€ ;|/()"),
    st.sampled_from(["Wei Li", "Li, Wei", "US-CA", "California", "2027-03-31", "1234567893", "90012", "x" * 400]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELLS)), min_size=1, max_size=12))
def test_whatever_the_cells_hold_each_row_is_taken_or_reported_and_the_second_time_nothing_changes(
    session: Session, rows: list[dict[str, str]]
) -> None:
    body = csv_of(*({**row, "name": f"Ada {row['name']}"} for row in rows)).encode(errors="replace")
    first = take(session, body)
    counted = first.created + first.updated + first.unchanged + len(first.rejected) + first.suppressed
    assert first.rows == counted
    before = everything(session)
    second = take(session, body, days=1)
    assert (second.created, second.updated) == (0, 0)
    assert everything(session) == before


def some(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *values])


LIKELY = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Wei Li", "LI, WEI", "Ada Penrose", "Ada Quill Penrose, L.Ac.", "Una O'Brien"]),
        "external_id": some("m-1", "m-2"),
        "npi": some("1234567893", "1245319599"),
        "license_number": some("AC 1", "AC 0001", "2", "no digits"),
        "license_jurisdiction": st.sampled_from(["US-CA", "NV"]),
        "certification_number": some("5", "6"),
        "city": some("Los Angeles", "Reno"),
        "region": some("CA", "NV"),
        "phone": some("213 555 0142", "213 555 0143"),
        "price_session": some("100", "£100", "120"),
        "insurance_expires_on": some("2027-01-01", "2028-01-01"),
        "training": some("Mei Zen 60h", "Mei Zen 61h; Cupping"),
        "techniques": some("cupping", "gua sha"),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(LIKELY, min_size=1, max_size=8))
def test_however_rows_share_keys_names_and_numbers_the_second_import_changes_nothing(
    session: Session, rows: list[dict[str, str]]
) -> None:
    first, later = (
        functools.partial(import_listings, session, at=at, commit=session.flush, progress=lambda _: None)
        for at in (NOW, NOW + timedelta(days=1))
    )
    body = csv_of(*rows).encode()
    first(io.BytesIO(body))
    before = everything(session)
    second = later(io.BytesIO(body))
    left = everything(session)
    session.rollback()
    assert (second.created, second.updated) == (0, 0)
    assert left == before


def test_a_key_of_one_listing_with_the_npi_of_another_is_left_to_a_person(session: Session) -> None:
    npi = "1234567893"
    take(session, csv_of({"name": "Wei Li", "external_id": "m-1", "npi": ""}, {"name": "Wei Li", "npi": npi}))
    report = take(session, csv_of({"name": "Wei Li", "external_id": "m-1", "npi": npi}))
    assert counts(report) == (0, 0, 1, 0)
    assert [each["field"] for each in report.warnings] == ["npi"]
    assert sorted(session.scalars(select(Listing.npi)), key=str) == [npi, None]
