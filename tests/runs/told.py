"""Who stands in a register, and what a run left on a listing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.credential import Credential, CredentialCheck
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.rules.vocabulary import FlagKind
from tests.conftest import NOW
from tests.registry_files import row

DAY = timedelta(days=1)
LATER = NOW + DAY
NPI, OTHER_NPI = "1234567893", "1245319599"  # the check digit's own examples
BEN = {"first": "Benedikt", "last": "Okonkwo-Lindqvist"}


def people(count: int, **given: object) -> list[dict[str, object]]:
    return [row(f"AC {10001 + number}", last=f"Thorne{chr(97 + number % 26)}", **given) for number in range(count)]


def latest(session: Session, listing: Listing) -> CredentialCheck:
    return session.scalars(
        select(CredentialCheck)
        .join(Credential)
        .where(Credential.listing_id == listing.id)
        .order_by(CredentialCheck.id.desc())
        .limit(1)
    ).one()


def open_flags(session: Session) -> list[FlagKind]:
    kinds = session.scalars(select(Flag.kind).where(Flag.closed_at.is_(None), Flag.listing_id.is_not(None)))
    return sorted(kinds, key=lambda kind: kind.value)
