"""Makers with good defaults: a test says only what matters to it. Everybody here is invented."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

from flask_security.utils import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.account import Account, AccountRole
from directory.models.credential import Credential
from directory.models.listing import Listing, Location
from directory.rules.vocabulary import ListingOrigin, Role, StatedBy
from scrapers.record import CredentialKind

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

_numbers = count(1)
PASSWORD = "a long passphrase for tests"


def make_listing(session: Session, *, claimed_by: Account | None = None, at: datetime = NOW, **given: Any) -> Listing:
    """A published listing in Los Angeles; unclaimed unless told. `city`, `region`, ... go to its location."""
    number = next(_numbers)
    place = {
        name: given.pop(name)
        for name in ("street", "city", "region", "postal_code", "country", "lat", "lon")
        if name in given
    }
    listing = Listing(
        **{
            "slug": f"ottoline-vasquez-thorne-{number}",
            "origin": ListingOrigin.IMPORT,
            "origin_key": f"test-{number}",
            "given": "Ottoline",
            "family": "Vasquez-Thorne",
            "family_key": "vasquezthorne",
            "region": "CA",
            "created_at": at,
            "updated_at": at,
            **given,
        }
    )
    if claimed_by is not None:
        listing.owner_id, listing.claimed_at = claimed_by.id, at
        listing.contact_given_at = given.get("contact_given_at", at)
    listing.locations = [
        Location(
            **{
                "position": 0,
                "city": "Los Angeles",
                "region": "CA",
                "postal_code": "90012",
                "country": "US",
                "lat": 34.0614,
                "lon": -118.2385,
                "is_practice_address": bool(place.get("street")),
                **place,
            }
        )
    ]
    session.add(listing)
    session.flush()
    return listing


def make_credential(session: Session, listing: Listing, **given: Any) -> Credential:
    """A California acupuncture license the practitioner states."""
    number = next(_numbers)
    credential = Credential(
        **{
            "listing_id": listing.id,
            "kind": CredentialKind.LICENSE,
            "jurisdiction": "US-CA",
            "number": f"AC {10000 + number}",
            "number_key": str(10000 + number),
            "stated_by": StatedBy.IMPORT,
            "stated_at": NOW,
            **given,
        }
    )
    session.add(credential)
    session.flush()
    return credential


@cache
def _hashed() -> str:
    """PASSWORD as it is stored. Made once a process: it is meant to take long, and every test app has one secret."""
    return str(hash_password(PASSWORD))


def make_account(session: Session, name: str = "ada", *, role: Role | None = None) -> Account:
    """Somebody who can sign in with PASSWORD: Ada and Ben are practitioners, Mo moderates, Oz operates."""
    account = Account(
        email=f"{name}@practice.example",
        password=_hashed(),
        active=True,
        fs_uniquifier=f"{name}-{next(_numbers)}",
        confirmed_at=NOW,
    )
    if role is not None:
        held = session.scalar(select(AccountRole).filter_by(name=role.value)) or AccountRole(name=role.value)
        account.roles = [held]
    session.add(account)
    session.flush()
    return account
