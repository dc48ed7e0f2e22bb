"""What an owner states about insurance and training, and what they take back.

A statement is evidence of the lowest grade, D, and is shown as one. Having stated or been asked is remembered with its
time: only from then on can something be missing.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from directory import audit
from directory.listings.listing_changes import settle
from directory.listings.listing_edits import EditRefused
from directory.models.account import Account
from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.listing import Listing
from directory.rules.vocabulary import CosmeticScope, Grade, Outcome, StatedBy, Technique
from scrapers.normalize import tidy
from scrapers.record import CredentialKind, Method

PRACTITIONER = "practitioner"
MOST_HOURS = 10_000


def state_insurance(
    session: Session,
    listing: Listing,
    *,
    issuer: str,
    expires_on: date,
    issued_on: date | None = None,
    cosmetic_scope: CosmeticScope = CosmeticScope.NOT_STATED,
    per_occurrence: Decimal | None = None,
    aggregate: Decimal | None = None,
    by: Account,
    at: datetime,
) -> Credential:
    """The owner states their liability insurance. What they stated before is kept as taken back.

    Raises EditRefused when it ends before it begins, or names no insurer.
    """
    if not tidy(issuer):
        raise EditRefused("issuer", "the name of the insurer")
    if issued_on is not None and expires_on < issued_on:
        raise EditRefused("expires_on", "a day after the first day of the cover")
    session.execute(
        update(Credential)
        .where(
            Credential.listing_id == listing.id,
            Credential.kind == CredentialKind.LIABILITY_INSURANCE,
            Credential.stated_by == StatedBy.PRACTITIONER,
            Credential.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=at)
    )
    credential = Credential(
        listing_id=listing.id,
        kind=CredentialKind.LIABILITY_INSURANCE,
        issuer=tidy(issuer, 200),
        issued_on=issued_on,
        expires_on=expires_on,
        cosmetic_scope=cosmetic_scope,
        per_occurrence=per_occurrence,
        aggregate=aggregate,
        stated_by=StatedBy.PRACTITIONER,
        stated_at=at,
    )
    listing.insurance_asked_at = listing.insurance_asked_at or at
    return _stated(session, listing, credential, "insurance stated", by=by, at=at)


def state_training(
    session: Session,
    listing: Listing,
    *,
    title: str,
    issuer: str = "",
    hours_total: int | None = None,
    technique: Technique | None = None,
    issued_on: date | None = None,
    by: Account,
    at: datetime,
) -> Credential:
    """The owner states a course in facial acupuncture. Raises EditRefused without a title or with impossible hours."""
    if not tidy(title):
        raise EditRefused("title", "the name of the course")
    if hours_total is not None and not 0 < hours_total <= MOST_HOURS:
        raise EditRefused("hours_total", f"a whole number from 1 to {MOST_HOURS}")
    if issued_on is not None and issued_on > at.date():
        raise EditRefused("issued_on", "the day the course was finished")
    credential = Credential(
        listing_id=listing.id,
        kind=CredentialKind.TRAINING_AWARD,
        title=tidy(title, 200),
        issuer=tidy(issuer, 200),
        hours_total=hours_total,
        technique=technique.value if technique else "",
        issued_on=issued_on,
        stated_by=StatedBy.PRACTITIONER,
        stated_at=at,
    )
    listing.training_asked_at = listing.training_asked_at or at
    return _stated(session, listing, credential, "training stated", by=by, at=at)


def withdraw_credential(session: Session, credential: Credential, *, by: Account, at: datetime) -> bool:
    """The owner takes a statement back; it is kept for the history. False when it was taken back already."""
    session.flush()
    taken = session.execute(
        update(Credential)
        .where(Credential.id == credential.id, Credential.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )
    if cast(CursorResult[Any], taken).rowcount != 1:
        return False
    _touch(session, credential.listing_id, at)
    settle(session, [credential.listing_id], at=at)
    subject = f"credential:{credential.id}"
    audit.record(session, actor=by, action="credential withdrawn", subject=subject, at=at)
    return True


def _stated(
    session: Session, listing: Listing, credential: Credential, action: str, *, by: Account, at: datetime
) -> Credential:
    listing.updated_at = at
    session.add(credential)
    session.flush()
    _add_statement(session, credential, at)
    settle(session, [listing.id], at=at)
    subject = f"credential:{credential.id}"
    audit.record(session, actor=by, action=action, subject=subject, after={"listing": listing.id}, at=at)
    return credential


def _add_statement(session: Session, credential: Credential, at: datetime) -> None:
    evidence = Evidence(
        source=PRACTITIONER,
        source_title="the practitioner's own statement",
        method=Method.ATTESTATION,
        grade=Grade.D,
        retrieved_at=at,
        recorded_at=at,
    )
    session.add(evidence)
    session.flush()
    check = CredentialCheck(
        credential_id=credential.id,
        registry_id=PRACTITIONER,
        outcome=Outcome.STATED_ONLY,
        reason="The practitioner states it; nobody has looked at a document yet.",
        evidence_id=evidence.id,
        at=at,
    )
    session.add(check)
    session.flush()


def _touch(session: Session, listing_id: int, at: datetime) -> None:
    session.execute(update(Listing).where(Listing.id == listing_id).values(updated_at=at))
