"""Leaving is final: what identifies the person becomes keyed hashes, and everything else about them goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import Any, cast

from sqlalchemy import CursorResult, and_, delete, select, update
from sqlalchemy.orm import Session

from directory import audit
from directory.listings import suppression
from directory.listings.held_words import forget_held_words
from directory.listings.merged_listings import forget_pairs, parts_of
from directory.listings.suppression import Identity
from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.credential import Credential
from directory.models.flag import Flag
from directory.models.listing import Listing, Location, SearchEntry
from directory.models.listing_version import ListingContent, ListingVersion
from directory.models.registry import MatchJudgement, PublishedRecord, RecordMatch
from directory.registries.match_judgements import judgements_on_listings
from directory.rules.vocabulary import Consultation, Judgement, ListingState, Verdict
from scrapers.record import CredentialKind, RegistryRecord

_BLANK: dict[str, Any] = {
    **dict.fromkeys(("given", "middle", "family", "suffix", "organization", "credentials_text", "family_key"), ""),
    **dict.fromkeys(("region", "phone", "email", "website", "about"), ""),
    **dict.fromkeys(("npi", "origin_key", "owner_id", "claimed_at", "cosmetic_since", "new_patients")),
    **dict.fromkeys(("price_session", "price_sessions", "price_stated_on", "insurance_asked_at", "training_asked_at")),
    "other_names": [],
    "techniques": [],
    "languages": [],
    "consultation": Consultation.NOT_STATED,
}
_OF_THE_LISTING = (
    *(SearchEntry, Location, Flag, RecordMatch, MatchJudgement, Credential),
    *(ListingVersion, ListingContent),
)


def remove_listing(session: Session, listing: Listing, *, by: Account | str, reason: str, at: datetime) -> bool:
    """Remove a listing for good, with those that are part of it. False when it was removed already.

    Its row stays, empty, so that the log's lines have something to be about; its address answers nothing any more.
    """
    session.flush()
    listing_id, identity = listing.id, _identity(session, listing)
    parts = parts_of(session, [listing_id])
    removed = session.execute(
        update(Listing)
        .where(Listing.id == listing_id, Listing.state != ListingState.REMOVED)
        .values(state=ListingState.REMOVED, slug=f"removed-{listing_id}", updated_at=at, **_BLANK)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], removed).rowcount != 1:
        return False
    suppression.suppress(session, identity, at=at)
    forget_held_words(session, listing_id, at=at)
    for model in _OF_THE_LISTING:
        session.execute(
            delete(model).where(model.listing_id == listing_id).execution_options(synchronize_session=False)
        )
    session.execute(
        update(Claim)
        .where(Claim.listing_id == listing_id)
        .values(license_number="", license_jurisdiction="", statement="")
        .execution_options(synchronize_session=False)
    )
    forget_pairs(session, listing_id)
    session.expire_all()  # what was loaded of the listing is gone
    for part_id in parts:  # the same person
        remove_listing(session, session.get_one(Listing, part_id), by=by, reason=reason, at=at)
    audit.record(
        session,
        actor=by,
        action="listing removed",
        subject=f"listing:{listing_id}",
        after={"state": ListingState.REMOVED},
        reason=reason,
        at=at,
    )
    return True


def _identity(session: Session, listing: Listing) -> Identity:
    """By everything the listing states, and by every record that was found to be about the same person."""
    of_records = (suppression.identity_of_record(record) for record in _records_of(session, listing.id))
    return reduce(Identity.__or__, of_records, suppression.identity_of_listing(session, listing))


def _records_of(session: Session, listing_id: int) -> Iterable[RegistryRecord]:
    rows = session.execute(
        select(RecordMatch.verdict, RecordMatch.registry_id, RecordMatch.source_key, PublishedRecord.record)
        .join(
            PublishedRecord,
            and_(
                PublishedRecord.registry_id == RecordMatch.registry_id,
                PublishedRecord.source_key == RecordMatch.source_key,
                PublishedRecord.is_current.is_(True),
                PublishedRecord.kind != CredentialKind.EXCLUSION,
            ),
        )
        .where(RecordMatch.listing_id == listing_id)
    ).all()
    judged = judgements_on_listings(session, [listing_id]) if rows else {}
    for verdict, registry_id, source_key, record in rows:
        judgement = judged.get((registry_id, source_key, listing_id))
        if judgement is Judgement.SAME or (judgement is None and verdict is Verdict.SURE):
            yield RegistryRecord.from_json(record)
