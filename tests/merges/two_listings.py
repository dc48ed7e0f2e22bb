"""Two listings that may be one person, and how things stand with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.listings.merge_rows import rows_of
from directory.models.account import Account
from directory.models.credential import Credential, CredentialCheck
from directory.models.listing import Listing, SearchEntry
from directory.registries.checks import check_listing
from directory.rules.vocabulary import (
    Outcome,
)
from tests.conftest import NOW
from tests.makers import make_credential, make_listing
from tests.registry_files import Register, read_file, row

WHY = "Same certificate on both walls, seen by hand."
LATER = NOW + timedelta(days=1)
MUCH_LATER = NOW + timedelta(days=2)


def two_listings(session: Session, register: Register, *, owner: Account | None = None) -> tuple[Listing, Listing]:
    """One person's two listings, read about: the kept one in Los Angeles, the other under a former name in Fresno."""
    kept = make_listing(session, claimed_by=owner)
    make_credential(session, kept, number="AC 10001", number_key="10001")
    other = make_listing(
        session, family="Quarles", family_key="quarles", city="Fresno", postal_code="93701", npi="1234567893"
    )
    make_credential(session, other, number="AC 10002", number_key="10002")
    session.commit()
    check_listing(session, [kept.id, other.id], now=NOW)
    session.commit()
    read_file(session, register, the_two(), at=NOW)
    return session.get_one(Listing, kept.id), session.get_one(Listing, other.id)


def the_two() -> list[dict[str, str]]:
    return [
        row("AC 10001", first="Ottoline", last="Vasquez-Thorne"),
        row("AC 10002", first="Ottoline", last="Quarles", Status="Expired", City="Fresno", Zip="93701"),
    ]


def as_it_stands(session: Session, *ids: int) -> Mapping[str, Any]:
    """Everything that may change about these listings, and what search makes of them."""
    session.rollback()
    entries = session.execute(
        select(*SearchEntry.__table__.c).where(SearchEntry.listing_id.in_(ids)).order_by(SearchEntry.location_id)
    ).mappings()
    return {"rows": dict(rows_of(session, ids)), "search": [dict(each) for each in entries]}


def outcomes(session: Session, listing_id: int) -> dict[str, Outcome]:
    """The last outcome of each credential that stands on the listing, by number."""
    rows = session.execute(
        select(Credential.number, CredentialCheck.outcome)
        .join(CredentialCheck, CredentialCheck.credential_id == Credential.id)
        .where(Credential.listing_id == listing_id, Credential.withdrawn_at.is_(None))
        .order_by(CredentialCheck.id)
    )
    return dict(rows.tuples().all())
