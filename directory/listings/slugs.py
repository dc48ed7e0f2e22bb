"""The last part of a listing's address: its name and town, readable, and nobody else's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.listing import Listing
from directory.search.folding import fold

_LONGEST = 100  # of 120, so that a mark fits behind it


def slug_candidates(name: str, town: str, *, key: str) -> Iterator[str]:
    """ "ottoline-vasquez-thorne-los-angeles", then the same with a longer and longer mark.

    The mark is made of `key`, which nobody else has, so the same listing gets the same address on every machine.
    """
    words = f"{fold(name)} {fold(town)}".split()
    base = "-".join(words).encode("ascii", "ignore").decode()[:_LONGEST].strip("-") or "practitioner"
    yield base
    mark = hashlib.sha256(key.encode()).hexdigest()
    for length in (4, 8, 16):
        yield f"{base}-{mark[:length]}"


def taken_slugs(session: Session, slugs: Iterable[str]) -> set[str]:
    """Which of `slugs` are in use."""
    wanted = sorted(set(slugs))
    return set(session.scalars(select(Listing.slug).where(Listing.slug.in_(wanted)))) if wanted else set()
