"""Files as they come: encodings, damage, headers, and cells that cannot be taken."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.listings.listing_import import ImportRefused
from directory.models.credential import Credential
from directory.models.listing import Listing
from tests.listing_import.taking import FULL, counts, csv_of, take


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
