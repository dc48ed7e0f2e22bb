"""Claims as practitioners make them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.notice import Notice
from directory.moderation.claims import make_claim
from directory.rules.vocabulary import FlagKind
from tests.conftest import NOW

SAID = "It is my practice at 12 Lotus Road; the board has my number and the year 2011."


def mails_to(session: Session, email: str) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Notice.text).where(Notice.to == email).order_by(Notice.id)))


def open_kinds(session: Session, listing: Listing) -> set[FlagKind]:
    session.rollback()
    return set(session.scalars(select(Flag.kind).where(Flag.listing_id == listing.id, Flag.closed_at.is_(None))))


def claim_in(session: Session, listing: Listing, account: Account, **given: str) -> Claim:
    return make_claim(
        session, listing, account, **{"number": "", "jurisdiction": "", "statement": SAID, **given}, at=NOW
    )
