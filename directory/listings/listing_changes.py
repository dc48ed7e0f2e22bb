"""What follows every change to a listing: the search finds it as it is now, and its flags are those of its facts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from directory.moderation import flags
from directory.search.search_index import index_listings


def settle(session: Session, listing_ids: Collection[int], *, at: datetime) -> None:
    """Bring search entries and flags of these listings in step. The caller commits."""
    session.flush()
    flags.refresh_flags(session, listing_ids, now=at)
    index_listings(session, listing_ids, now=at)
