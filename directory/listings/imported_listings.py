"""One portion of imported rows and the listings they are about: found or made, and brought up to date.

What is not the list's to say is left alone: a claimed listing is its owner's, and a listing made from a registry keeps
the registry's name and town. An empty cell takes nothing back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from directory.listings.drafts import StatedCredential, existing_keys, insert_credentials, insert_listings
from directory.listings.import_rows import ImportedRow
from directory.listings.merged_listings import as_kept
from directory.listings.suppression import name_mark
from directory.models.credential import Credential
from directory.models.listing import Listing, Location
from directory.rules.facts import PERMISSIONS
from directory.rules.numbers import bare
from directory.rules.vocabulary import ListingOrigin, ListingState, StatedBy

_PLACE = ("city", "region", "postal_code", "country", "lat", "lon")
_EMPTY: tuple[Any, ...] = (None, "", [])
_NAMES = ("given", "middle", "family", "suffix", "family_key")


class Fate(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Found:
    """The listing of each row by the row's line, the lines whose listing was made just now, and those whose key is
    one listing's and whose NPI another's: the key counts, and a person should look."""

    ids: dict[int, int]
    made: set[int]
    torn: set[int]


def find_or_make(session: Session, rows: Sequence[ImportedRow], *, at: datetime) -> Found:
    """The listing of each row, made where there is none."""
    there = _listed(session, rows)
    place: dict[int, int | str] = {}  # by line: a listing's id, or the key of one to be made
    torn: set[int] = set()
    for row in rows:
        by_key = there.by_key.get(row.draft.origin_key)
        by_npi = there.by_npi.get(row.npi) if row.npi else None
        if by_key is not None and by_npi is not None and by_key != by_npi:
            torn.add(row.line)
        chosen = next(
            (each for each in (by_key, by_npi, there.of_license(row)) if each is not None), row.draft.origin_key
        )
        place[row.line] = chosen
        there.by_key.setdefault(row.draft.origin_key, chosen)
        if row.npi and row.line not in torn:
            there.by_npi.setdefault(row.npi, chosen)
    new: dict[str, ImportedRow] = {}
    for row in rows:
        key = place[row.line]
        if isinstance(key, str):
            new.setdefault(key, row)
    made = insert_listings(session, [row.draft for row in new.values()], stated_by=StatedBy.IMPORT, at=at)
    ids = {line: made[each] if isinstance(each, str) else each for line, each in place.items()}
    return Found(ids, {row.line for row in new.values()}, torn)


def bring_up_to_date(
    session: Session, rows: Sequence[tuple[ImportedRow, int, bool]], *, at: datetime
) -> dict[int, Fate]:
    """Apply rows, given with the listing's id and whether the row is the first of its file about it, to listings that
    are there. Answers by line."""
    ids = {listing_id for _, listing_id, _ in rows}
    query = select(Listing).where(Listing.id.in_(ids)).options(selectinload(Listing.locations))
    listings = {each.id: each for each in session.scalars(query)}
    stated = _stated(session, ids)
    fates = {}
    for row, listing_id, is_first in rows:
        listing = listings[listing_id]
        changed = not listing.is_claimed and _describe(listing, row, is_first=is_first, at=at)
        changed = _state(session, listing, row.draft.credentials, stated[listing_id], at) or changed
        if changed:
            listing.updated_at = at
        fates[row.line] = Fate.UPDATED if changed else Fate.UNCHANGED
    session.flush()
    return fates


def names_of(session: Session, listing_ids: Iterable[int]) -> dict[int, str]:
    """The comparable name of each listing."""
    query = select(Listing.id, Listing.given, Listing.family).where(Listing.id.in_(set(listing_ids)))
    return {listing_id: name_mark(given, family) for listing_id, given, family in session.execute(query)}


def replaced_credentials(session: Session, stated: dict[int, set[int]]) -> list[Credential]:
    """Credentials that an import stated and this one states otherwise, by listing and `fingerprint_of` in the file."""
    query = select(Credential).where(
        Credential.listing_id.in_(stated),
        Credential.stated_by == StatedBy.IMPORT,
        Credential.withdrawn_at.is_(None),
    )
    groups: defaultdict[Any, list[Credential]] = defaultdict(list)
    for credential in session.scalars(query):
        groups[(credential.listing_id, *_subject(credential))].append(credential)
    replaced = []
    for (listing_id, *_), group in groups.items():
        old = [each for each in group if fingerprint_of(StatedCredential.of(each)) not in stated[listing_id]]
        replaced += old if len(old) < len(group) else []
    return replaced


def fingerprint_of(credential: StatedCredential) -> int:
    """A number for what a credential states, the same as long as this process lives."""
    return hash(credential.identity)


@dataclass(slots=True)
class _Listed:
    """Listings that are there, or about to be made, by what finds them."""

    by_key: dict[str, int | str]
    by_npi: dict[str, int | str]
    by_license: dict[tuple[str, str, str], list[tuple[int, str]]]

    def of_license(self, row: ImportedRow) -> int | None:
        """A listing of the same license and family name, unless two NPIs tell them apart."""
        family = row.draft.names()["family_key"]
        for mark in _license_marks(row):
            for listing_id, npi in self.by_license.get((*mark, family), ()):
                if not (npi and row.npi):
                    return listing_id
        return None


def _listed(session: Session, rows: Sequence[ImportedRow]) -> _Listed:
    keys = as_kept(session, existing_keys(session, {row.draft.origin_key for row in rows}, origin=ListingOrigin.IMPORT))
    npis = _by_npi(session, {row.npi for row in rows} - {""})
    return _Listed({**keys}, {**npis}, _by_license(session, rows))


def _by_npi(session: Session, npis: set[str]) -> dict[str, int]:
    query = select(Listing.npi, Listing.id).where(Listing.npi.in_(npis), Listing.state != ListingState.REMOVED)
    found = session.execute(query.order_by(Listing.id.desc()))
    return as_kept(session, {npi: listing_id for npi, listing_id in found if npi})


def _by_license(session: Session, rows: Iterable[ImportedRow]) -> dict[tuple[str, str, str], list[tuple[int, str]]]:
    """(id, NPI) of listings by jurisdiction, number and family name."""
    numbers = {number for row in rows for _, number in _license_marks(row)}
    query = (
        select(Credential.jurisdiction, Credential.number_key, Listing.family_key, Listing.id, Listing.npi)
        .join(Listing, Listing.id == Credential.listing_id)
        .where(Credential.number_key.in_(numbers), Credential.kind.in_(PERMISSIONS))
        .where(Listing.state != ListingState.REMOVED)
        .order_by(Listing.id)
    )
    found: defaultdict[tuple[str, str, str], list[tuple[int, str]]] = defaultdict(list)
    for jurisdiction, number, family, listing_id, npi in session.execute(query) if numbers else ():
        found[(jurisdiction, number, family)].append((listing_id, npi or ""))
    return found


def _license_marks(row: ImportedRow) -> list[tuple[str, str]]:
    return [
        (each.jurisdiction, bare(each.number, each.jurisdiction))
        for each in row.draft.credentials
        if each.kind in PERMISSIONS and bare(each.number, each.jurisdiction)
    ]


def _describe(listing: Listing, row: ImportedRow, *, is_first: bool, at: datetime) -> bool:
    """Set what the row states of an unclaimed listing; only what is empty, where the list is not the one to say."""
    overwrites = is_first and listing.origin is ListingOrigin.IMPORT
    stated = {**row.draft.columns, **{name: row.draft.names()[name] for name in _NAMES}}
    wanted = {name: value for name, value in stated.items() if value not in _EMPTY and name != "price_stated_on"}
    if not overwrites:
        empty = {name for name in wanted if getattr(listing, name) in _EMPTY}
        wanted = {name: value for name, value in wanted.items() if name in empty or name == "price_currency"}
    if "price_session" not in wanted:
        wanted.pop("price_currency", None)  # a currency without its price says nothing
    changed = [name for name, value in wanted.items() if getattr(listing, name) != value]
    for name in changed:
        setattr(listing, name, wanted[name])
    if "price_session" in changed:
        listing.price_stated_on = at.date()
    return _move(listing, row, overwrites=overwrites) or bool(changed)


def _move(listing: Listing, row: ImportedRow, *, overwrites: bool) -> bool:
    """Put the listing into the row's town; True when that changed anything."""
    town = row.draft.town
    if not (town.city or town.postal_code or town.region):
        return False
    columns = town.columns()
    place = listing.locations[0] if listing.locations else None
    if place is None:
        place = Location(position=0)
        listing.locations.append(place)
    elif not overwrites and (place.city or place.postal_code or place.region):
        return False
    wanted = {name: columns[name] for name in _PLACE}
    if columns["practice_name"]:
        wanted["practice_name"] = columns["practice_name"]
    if {name: getattr(place, name) for name in wanted} == wanted:
        return False
    for name, value in wanted.items():
        setattr(place, name, value)
    listing.region = columns["region"]
    return True


def _stated(session: Session, listing_ids: Iterable[int]) -> defaultdict[int, dict[Any, Credential]]:
    """Every credential of the listings, those taken back too, by what it states."""
    found: defaultdict[int, dict[Any, Credential]] = defaultdict(dict)
    for credential in session.scalars(select(Credential).where(Credential.listing_id.in_(set(listing_ids)))):
        found[credential.listing_id][StatedCredential.of(credential).identity] = credential
    return found


def _state(
    session: Session,
    listing: Listing,
    credentials: Iterable[StatedCredential],
    stated: dict[Any, Credential],
    at: datetime,
) -> bool:
    """Add credentials that are not there. What an import took back may return; what an owner took back does not."""
    changed = False
    for each in credentials:
        there = stated.get(each.identity)
        if there is None:
            insert_credentials(session, [(listing.id, each)], stated_by=StatedBy.IMPORT, at=at)
            row = session.scalars(select(Credential).where(Credential.listing_id == listing.id))
            stated |= {StatedCredential.of(credential).identity: credential for credential in row}
            changed = True
        elif there.withdrawn_at is not None and not listing.is_claimed and there.stated_by is StatedBy.IMPORT:
            there.withdrawn_at = None
            changed = True
    return changed


def withdraw_replaced(credentials: Iterable[Credential], *, at: datetime) -> set[int]:
    """Take back what the list now states otherwise. Returns the listings."""
    touched = set()
    for credential in credentials:
        credential.withdrawn_at = at
        touched.add(credential.listing_id)
    return touched


def _subject(credential: Credential) -> tuple[Any, ...]:
    """What a statement is about: another one about the same replaces it."""
    title = credential.title.casefold() if not credential.number else ""
    return (credential.kind, credential.jurisdiction, title)
