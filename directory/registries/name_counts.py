"""How common the family names of a portion of records are among all listings, in two short queries.

Two "Min Lee" with one postal code are less likely one person than two "Ottoline Vasquez-Thorne". Given names, and all
names while there are few listings, are weighed by the table of common names alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models.listing import Listing
from directory.registries.listing_pool import Rows
from directory.rules.rarity import Rarity

_counted: ContextVar[dict[str, int] | None] = ContextVar("counted", default=None)
_EVERYBODY = ""  # no family is called so


@contextmanager
def counted_once() -> Iterator[None]:
    """Inside, everybody and each name is counted once: for many looks one after the other."""
    if _counted.get() is not None:
        yield
        return
    token = _counted.set({})
    try:
        yield
    finally:
        _counted.reset(token)


def rarity_among_listings(session: Session, rows: Rows) -> Rarity:
    """What it says that a listing shares the family name of one of these records."""
    keys = {row.family_key for row, _ in rows} - {""}
    if not keys:
        return Rarity()
    known = _counted.get()
    known = {} if known is None else known
    if _EVERYBODY not in known:
        known[_EVERYBODY] = session.scalar(select(func.count(Listing.id))) or 0
    if new := keys - known.keys():
        counted = select(Listing.family_key, func.count()).where(Listing.family_key.in_(new))
        known.update(dict.fromkeys(new, 0))
        known.update(session.execute(counted.group_by(Listing.family_key)).tuples().all())
    return Rarity(known[_EVERYBODY], {("name", key): known[key] for key in keys if known[key]})
