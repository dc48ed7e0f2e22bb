"""Listings that a portion of records may be about, found in a few statements and held in memory with their facts.

Whatever the matcher calls sure shares an NPI or a license number. A name is only worth comparing where a postal code or
the phone supports it, so other namesakes are not even loaded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, tuple_
from sqlalchemy.orm import Session

from directory.listings.drafts import existing_keys
from directory.listings.merged_listings import as_kept, kept_for
from directory.listings.publishing import origin_key
from directory.models.credential import Credential
from directory.models.listing import Listing, Location
from directory.moderation.listing_facts import facts_of
from directory.rules.facts import ListingFacts
from directory.rules.numbers import postal_key, same_phone
from directory.rules.vocabulary import ListingOrigin, ListingState
from scrapers.record import RegistryRecord

PublishedRow = Row[Any]
"""A row of PublishedRecord as `published_records.rows_of` selects it."""

Rows = Sequence[tuple[PublishedRow, RegistryRecord]]


class ListingPool:
    """Candidates for a portion of records, by record. `facts` holds the listings, `made_from` their origin."""

    def __init__(self, session: Session, *, now: datetime, only: Collection[int] | None = None) -> None:
        """`only` narrows the candidates to these listings."""
        self._session, self._now = session, now
        self._only = set(only) if only is not None else None
        self._ids: defaultdict[int, set[int]] = defaultdict(set)  # published row -> listings
        self.facts: dict[int, ListingFacts] = {}
        self.made_from: dict[str, int] = {}  # origin key -> listing

    def find(self, rows: Rows, judged_same: Iterable[tuple[str, int]] = ()) -> None:
        """Adds the candidates of these rows, and the pairs (source key, listing) that a person called the same."""
        by_key = {row.source_key: row.id for row, _ in rows}
        for source_key, listing_id in judged_same:
            if source_key in by_key:
                self._ids[by_key[source_key]].add(listing_id)
        self._find_by_npi(rows)
        self._find_by_number(rows)
        self._find_by_name(rows)
        self._find_by_origin(rows)
        self._follow_merges(rows)
        wanted = set().union(*(self._ids[row.id] for row, _ in rows)) - self.facts.keys()
        if self._only is not None:
            wanted &= self._only
        self.load(wanted)

    def load(self, listing_ids: Collection[int]) -> None:
        """Adds, or reads again, the facts of these listings. Removed ones are left out."""
        if not listing_ids:
            return
        there = self._session.scalars(
            select(Listing.id).where(Listing.id.in_(listing_ids), Listing.state != ListingState.REMOVED)
        ).all()
        self.facts |= facts_of(self._session, there, self._now)

    def of(self, row: PublishedRow) -> list[ListingFacts]:
        """The candidates of one row, by id."""
        return [self.facts[listing_id] for listing_id in sorted(self._ids[row.id]) if listing_id in self.facts]

    # Looking for them ------------------------------------------------------------------------------------------------

    def _follow_merges(self, rows: Rows) -> None:
        """What means a listing that became part of another one means that one."""
        kept = kept_for(self._session, set().union(*(self._ids[row.id] for row, _ in rows)))
        for row, _ in rows if kept else ():
            self._ids[row.id] = {kept.get(listing_id, listing_id) for listing_id in self._ids[row.id]}

    def _find_by_npi(self, rows: Rows) -> None:
        npis = {row.npi for row, _ in rows} - {""}
        found: defaultdict[str, set[int]] = defaultdict(set)
        for listing_id, npi in self._rows(select(Listing.id, Listing.npi).where(Listing.npi.in_(npis)), npis):
            found[npi].add(listing_id)
        for row, _ in rows:
            self._ids[row.id] |= found.get(row.npi, set())

    def _find_by_number(self, rows: Rows) -> None:
        keys = {row.number_key for row, _ in rows} - {""}
        places = {row.jurisdiction for row, _ in rows}
        query = select(Credential.listing_id, Credential.jurisdiction, Credential.number_key).where(
            Credential.jurisdiction.in_(places), Credential.number_key.in_(keys), Credential.withdrawn_at.is_(None)
        )
        found: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for listing_id, jurisdiction, number_key in self._rows(query, keys):
            found[jurisdiction, number_key].add(listing_id)
        for row, _ in rows:
            self._ids[row.id] |= found.get((row.jurisdiction, row.number_key), set())

    def _find_by_name(self, rows: Rows) -> None:
        keys = {(row.family_key, row.region) for row, _ in rows if row.family_key}
        query = (
            select(Listing.id, Listing.family_key, Listing.region, Listing.phone, Location.postal_code)
            .join(Location, Location.listing_id == Listing.id)
            .where(tuple_(Listing.family_key, Listing.region).in_(keys))  # in pairs: a common name is everywhere
        )
        namesakes: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
        for each in self._rows(query, keys):
            namesakes[each.family_key, each.region].append(each)
        for row, record in rows:
            for each in namesakes.get((row.family_key, row.region), ()):
                code, phone = each.postal_code, each.phone
                if is_supported(record.place.postal_code, record.phone, postal_code=code, phone=phone):
                    self._ids[row.id].add(each.id)

    def _find_by_origin(self, rows: Rows) -> None:
        keys = {origin_key(record) for _, record in rows}
        self.made_from |= as_kept(self._session, existing_keys(self._session, keys, origin=ListingOrigin.REGISTRY))
        for row, record in rows:
            made = self.made_from.get(origin_key(record))
            if made is not None:
                self._ids[row.id].add(made)

    def _rows(self, query: Any, keys: Collection[Any]) -> Iterable[Any]:
        if not keys:
            return ()
        if self._only is not None:
            column = query.selected_columns[0]
            query = query.where(column.in_(self._only))
        return self._session.execute(query)


def is_supported(record_code: str, record_phone: str, *, postal_code: str, phone: str) -> bool:
    """Whether a record and a namesake share the postal area or the phone, without which a name says nothing."""
    same_area = postal_key(record_code) == postal_key(postal_code) != ""
    return same_area or bool(same_phone(phone, record_phone))
