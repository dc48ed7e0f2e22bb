"""What follows every change to a listing: the search finds it as it is now, its flags are those of its facts, and what
its page is made of from now on is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from directory.listings.listing_versions import note_versions
from directory.moderation import flags
from directory.search.search_index import index_listings


def settle(session: Session, listing_ids: Collection[int], *, at: datetime, shown_from: datetime | None = None) -> None:
    """Bring search entries, flags and versions of these listings in step. The caller commits.

    `shown_from` is the time now, where the work began long before and `at` is its beginning.
    """
    session.flush()
    flags.refresh_flags(session, listing_ids, now=at)
    index_listings(session, listing_ids, now=at)
    note_versions(session, listing_ids, at=shown_from or at)
