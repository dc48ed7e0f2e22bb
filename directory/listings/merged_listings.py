"""Where listings that became part of another are to be found now. Small queries that many ask."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from directory.models.listing import Listing
from directory.models.merge import ListingJudgement, ListingLikeness, ListingMerge, MergedRow
from directory.rules.vocabulary import ListingState

K = TypeVar("K")
_MERGES = 0x6D657267  # the number of an advisory lock, as long as nobody else in this database takes it


def wait_for_merges(session: Session) -> None:
    """From here to the end of the transaction nobody merges or parts listings: what is found is of the right one.

    Call it before anything is locked. SQLite's writers already wait for each other.
    """
    _hold(session, "pg_advisory_xact_lock_shared")


def merge_alone(session: Session) -> None:
    """From here to the end of the transaction no run looks at listings: its portion is over, or begins later."""
    _hold(session, "pg_advisory_xact_lock")


def _hold(session: Session, lock: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(getattr(func, lock)(_MERGES)))


def kept_for(session: Session, listing_ids: Collection[int]) -> dict[int, int]:
    """For each of these listings that became part of another one the listing that it is part of now."""
    found: dict[int, int] = {}
    asked = set(listing_ids)
    while asked:  # a merge of a merge: one round for each link of the longest chain
        query = select(Listing.id, Listing.merged_into_id).where(
            Listing.id.in_(asked), Listing.merged_into_id.is_not(None)
        )
        step = {listing_id: kept for listing_id, kept in session.execute(query) if kept is not None}
        found = {listing_id: step.get(kept, kept) for listing_id, kept in found.items()} | {
            listing_id: kept for listing_id, kept in step.items() if listing_id in listing_ids
        }
        asked = set(step.values())
    return found


def as_kept(session: Session, ids: dict[K, int]) -> dict[K, int]:
    """The same, with each listing that became part of another replaced by that one."""
    kept = kept_for(session, set(ids.values()))
    return {key: kept.get(listing_id, listing_id) for key, listing_id in ids.items()}


def parts_of(session: Session, listing_ids: Iterable[int]) -> dict[int, int]:
    """The listings that became part of these, over several merges, and which of these each is part of."""
    whole = {listing_id: listing_id for listing_id in listing_ids}
    asked = set(whole)
    while asked:
        query = select(Listing.id, Listing.merged_into_id).where(Listing.merged_into_id.in_(asked))
        step = {part: whole[kept] for part, kept in session.execute(query) if kept is not None and part not in whole}
        whole |= step
        asked = set(step)
    return {part: kept for part, kept in whole.items() if part != kept}


def kept_slug(session: Session, slug: str) -> str | None:
    """The address of the published listing that the one of that address became part of; None where it did not."""
    old = select(Listing.id).where(Listing.slug == slug, Listing.merged_into_id.is_not(None))
    listing_id = session.scalar(old)
    if listing_id is None:
        return None
    kept = kept_for(session, [listing_id])[listing_id]
    return session.scalar(select(Listing.slug).where(Listing.id == kept, Listing.state == ListingState.PUBLISHED))


def forget_pairs(session: Session, listing_id: int) -> None:
    """What was compared, said and moved of a listing whose person left for good. That there was a merge stays."""
    for model in (ListingLikeness, ListingJudgement):
        either = or_(model.low_id == listing_id, model.high_id == listing_id)
        session.execute(delete(model).where(either).execution_options(synchronize_session=False))
    merge = aliased(ListingMerge)
    of_it = select(merge.id).where(or_(merge.kept_id == listing_id, merge.merged_id == listing_id))
    session.execute(delete(MergedRow).where(MergedRow.merge_id.in_(of_it)).execution_options(synchronize_session=False))
