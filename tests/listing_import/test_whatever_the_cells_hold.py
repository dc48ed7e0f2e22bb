"""Whatever the cells hold: each row is taken or reported, and a second import changes nothing."""

from __future__ import annotations

import functools
import io
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from directory.listings.import_cells import COLUMNS
from directory.listings.listing_import import import_listings
from tests.conftest import NOW
from tests.listing_import.taking import csv_of, everything, take

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
