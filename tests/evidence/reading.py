"""A listing's page as tests read it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from directory.evidence.evidence import listing_page
from directory.evidence.listing_pages import CredentialLine, ListingPage
from directory.models.credential import Credential
from directory.models.listing import Listing
from directory.rules.vocabulary import (
    Outcome,
)
from scrapers.record import CredentialKind
from tests.conftest import NOW

AGAINST = [
    *(Outcome.EXPIRED, Outcome.INACTIVE, Outcome.RESTRICTED, Outcome.SUSPENDED, Outcome.REVOKED),
    *(Outcome.SURRENDERED, Outcome.NOT_FOUND, Outcome.AMBIGUOUS),
]
NATIONAL = {"kind": CredentialKind.BOARD_CERTIFICATION, "jurisdiction": "US"}
DIRECTORY = "NCBAHM (formerly NCCAOM): directory"


def page_of(session: Session, listing: Listing, *, now: datetime = NOW) -> ListingPage:
    page = listing_page(session, listing.slug, now=now)
    assert page is not None
    return page


def line_of(session: Session, listing: Listing, fact: str = "permission", *, now: datetime = NOW) -> CredentialLine:
    return next(line for line in page_of(session, listing, now=now).lines if line.fact == fact)


def unseen(credential: Credential) -> str:
    """What is read of a license that nobody has looked for."""
    return f"License {credential.number} (California): not checked yet."


def text_of(page: Any) -> str:
    return str(asdict(page))
