"""Listings: found, described by their owner, hidden, shown again. Making, stating and removing are told beside this.

Verbs change rows and do not commit. After each the search index and the flags of the listing are in step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from directory import audit
from directory.listings.drafts import Town
from directory.listings.listing_changes import settle
from directory.listings.listing_edits import EditRefused, checked_changes
from directory.listings.listing_removal import remove_listing
from directory.listings.listing_statements import state_insurance, state_training, withdraw_credential
from directory.listings.publishing import publish_from_record, publish_from_records
from directory.models.account import Account
from directory.models.listing import Listing, Location
from directory.rules.claims import find_claims, withheld
from directory.rules.vocabulary import ListingState
from scrapers.normalize import tidy

__all__ = [
    "EditRefused",
    "edit_listing",
    "find_listing",
    "hide_listing",
    "publish_from_record",
    "publish_from_records",
    "remove_listing",
    "show_listing",
    "state_insurance",
    "state_training",
    "withdraw_credential",
]

MOST_PLACES = 5
_PLACE_FIELDS = frozenset({"practice_name", "street", "city", "region", "postal_code", "country"})
_CONTACT = {"phone", "email", "website"}
_PRICES = frozenset({"price_session", "price_sessions", "price_currency"})


def find_listing(session: Session, slug: str) -> Listing | None:
    """The listing of that address, published or hidden; never a removed one."""
    return session.scalar(select(Listing).where(Listing.slug == slug, Listing.state != ListingState.REMOVED))


def edit_listing(
    session: Session, listing: Listing, changes: Mapping[str, Any], *, by: Account, at: datetime
) -> list[str]:
    """Change descriptive fields, and with "locations" the practice addresses. Returns the names of what changed.

    Raises EditRefused naming the field: a value that cannot be taken, or a fact that is not the owner's to change.
    """
    wanted = dict(changes)
    places = wanted.pop("locations", None)
    country = listing.locations[0].country if listing.locations else "US"
    values = checked_changes(wanted, country=country, at=at)
    changed = sorted(name for name, value in values.items() if getattr(listing, name) != value)
    if "about" in changed and (stopped := withheld(find_claims(values["about"]))):
        raise EditRefused("about", f"other words for “{stopped[0].words}”. {stopped[0].reason}")
    for name in changed:
        setattr(listing, name, values[name])
    if _CONTACT & values.keys():
        listing.contact_given_at = at
    if _PRICES & set(changed):
        listing.price_stated_on = at.date() if listing.price_session is not None else None
    if places is not None and _replace_places(session, listing, places):
        changed.append("locations")
    if changed:
        listing.updated_at = at
        settle(session, [listing.id], at=at)
        record_change(session, listing, "listing edited", by=by, at=at, after={"changed": changed})
    return changed


def hide_listing(session: Session, listing: Listing, *, by: Account | str, reason: str, at: datetime) -> bool:
    """Take a published listing out of sight. False when it was not published (any more)."""
    return _move(session, listing, ListingState.PUBLISHED, ListingState.HIDDEN, by=by, reason=reason, at=at)


def show_listing(session: Session, listing: Listing, *, by: Account | str, reason: str, at: datetime) -> bool:
    """Show a hidden listing again. False when it was not hidden (any more), or is part of another one."""
    return _move(session, listing, ListingState.HIDDEN, ListingState.PUBLISHED, by=by, reason=reason, at=at)


def record_change(
    session: Session,
    listing: Listing,
    action: str,
    *,
    by: Account | str,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """A line in the audit log about this listing. It names fields, and does not repeat what somebody wrote."""
    subject = f"listing:{listing.id}"
    audit.record(session, actor=by, action=action, subject=subject, before=before, after=after, reason=reason, at=at)


def _move(
    session: Session,
    listing: Listing,
    old: ListingState,
    new: ListingState,
    *,
    by: Account | str,
    reason: str,
    at: datetime,
) -> bool:
    session.flush()
    moved = session.execute(
        update(Listing)
        .where(Listing.id == listing.id, Listing.state == old, Listing.merged_into_id.is_(None))
        .values(state=new, updated_at=at)
    )
    if cast(CursorResult[Any], moved).rowcount != 1:
        return False
    settle(session, [listing.id], at=at)
    action = "listing hidden" if new is ListingState.HIDDEN else "listing shown again"
    record_change(session, listing, action, by=by, at=at, before={"state": old}, after={"state": new}, reason=reason)
    return True


def _replace_places(session: Session, listing: Listing, places: Sequence[Mapping[str, Any]]) -> bool:
    """Give the listing these places; True when that changed anything. A place with a street is a practice address."""
    if not 1 <= len(places) <= MOST_PLACES:
        raise EditRefused("locations", f"from 1 to {MOST_PLACES} places")
    rows = [_place_columns(place) for place in places]
    if [_columns_of(place) for place in listing.locations] == rows:
        return False
    listing.locations.clear()
    session.flush()  # positions are unique: the old ones go first
    listing.locations = [Location(position=position, **row) for position, row in enumerate(rows)]
    listing.region = rows[0]["region"]
    return True


def _place_columns(place: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := sorted(place.keys() - _PLACE_FIELDS):
        raise EditRefused("locations", f"{', '.join(sorted(_PLACE_FIELDS))}; not {unknown[0]}")
    texts = {name: tidy(str(place.get(name) or ""), 200) for name in _PLACE_FIELDS}
    if not texts["city"]:
        raise EditRefused("locations", "the town where patients are seen")
    street = texts.pop("street")
    texts["country"] = texts["country"] or "US"
    return {**Town(**texts).columns(), "street": street, "is_practice_address": bool(street)}


def _columns_of(place: Location) -> dict[str, Any]:
    names = (*_PLACE_FIELDS, "lat", "lon", "is_practice_address")
    return {name: getattr(place, name) for name in names}
