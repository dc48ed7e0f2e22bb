"""How common the family names of a portion of records are among all listings, in two short queries.

Two "Min Lee" with one postal code are less likely one person than two "Ottoline Vasquez-Thorne". Given names, and all
names while there are few listings, are weighed by the table of common names alone.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models.listing import Listing
from directory.registries.listing_pool import Rows
from directory.rules.rarity import Rarity


def rarity_among_listings(session: Session, rows: Rows) -> Rarity:
    """What it says that a listing shares the family name of one of these records."""
    keys = {row.family_key for row, _ in rows} - {""}
    if not keys:
        return Rarity()
    people = session.scalar(select(func.count(Listing.id))) or 0
    counted = select(Listing.family_key, func.count()).where(Listing.family_key.in_(keys)).group_by(Listing.family_key)
    return Rarity(people, {("name", key): count for key, count in session.execute(counted).tuples()})
