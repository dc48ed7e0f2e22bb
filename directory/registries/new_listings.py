"""Listings for records that are about nobody listed yet. Somebody who may already be listed waits for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from directory.listings.publishing import is_listable, origin_key, publish_from_records
from directory.registries.listing_pool import ListingPool, PublishedRow, Rows, is_supported
from directory.registries.record_pairs import MADE_FROM_IT, RecordPair
from directory.registries.registry_as_read import RegistryAsRead
from directory.rules import matching
from directory.rules.facts import CredentialFacts, ListingFacts, PlaceFacts
from directory.rules.numbers import same_number
from directory.rules.vocabulary import Verdict
from scrapers.record import Entity, RegistryRecord


@dataclass(slots=True)
class Made:
    """What came of it: pairs of records and the listings made from them, the new listings, and records that wait."""

    pairs: list[RecordPair] = field(default_factory=list)
    waiting: list[tuple[PublishedRow, RegistryRecord]] = field(default_factory=list)
    listings: set[int] = field(default_factory=set)
    suppressed: int = 0


def make_listings(session: Session, registry: RegistryAsRead, rows: Rows, pool: ListingPool, *, at: datetime) -> Made:
    """A listing for each record that is about somebody new; they are candidates of the waiting records from then on.

    Two records that may be the same person's do not become two listings: the second one waits, and is compared with
    what was made of the first. So does a record that makes no listing and may belong to one made now.
    """
    made = Made()
    before = set(pool.made_from.values())
    leaders, made.waiting = _told_apart(registry, [pair for pair in rows if is_listable(pair[1])])
    made.waiting += [pair for pair in rows if not is_listable(pair[1])]
    listings = publish_from_records(session, [record for _, record in leaders], run_id=registry.run_id, at=at)
    there = {listing.id for listing in listings if listing is not None}
    pool.load(there)
    for (row, record), listing in zip(leaders, listings, strict=True):
        if listing is None:
            made.suppressed += 1
        elif listing.id in pool.facts:
            if listing.created_at == at and listing.id not in before:
                made.listings.add(listing.id)
            made.pairs.append(_pair_made(row, record, pool.facts[listing.id]))
    if there and made.waiting:
        pool.find(made.waiting)
    return made


def _pair_made(row: PublishedRow, record: RegistryRecord, listing: ListingFacts) -> RecordPair:
    own = (
        each.id
        for each in listing.credentials
        if (each.jurisdiction, each.profession) == (record.jurisdiction, record.profession)
        and same_number(each.number, record.number_raw or record.number, record.jurisdiction)
    )
    return RecordPair(row, record, listing, Verdict.SURE, 1.0, (MADE_FROM_IT,), next(own, None), name_agrees=True)


def _told_apart(
    registry: RegistryAsRead, rows: Rows
) -> tuple[list[tuple[PublishedRow, RegistryRecord]], list[tuple[PublishedRow, RegistryRecord]]]:
    """The records that are each about somebody else (or share an NPI, and so a listing), and those in doubt."""
    leaders, waiting = [], []
    blocks: defaultdict[object, list[ListingFacts]] = defaultdict(list)
    origins: set[str] = set()
    for row, record in rows:
        origin = origin_key(record)
        if origin not in origins and _is_in_doubt(registry, row, record, blocks):
            waiting.append((row, record))
            continue
        leaders.append((row, record))
        if origin not in origins:
            origins.add(origin)
            for key in _blocks_of(row):
                blocks[key].append(_as_listing(row, record))
    return leaders, waiting


def _is_in_doubt(
    registry: RegistryAsRead,
    row: PublishedRow,
    record: RegistryRecord,
    blocks: defaultdict[object, list[ListingFacts]],
) -> bool:
    if record.holder.entity is Entity.ORGANIZATION:
        return False
    others = {other.id: other for key in _blocks_of(row) for other in blocks[key]}
    return any(
        matching.compare(other, record, shared_numbers=registry.shared_numbers).verdict is not Verdict.NO
        for other in others.values()
        if _is_worth_comparing(other, row, record)
    )


def _is_worth_comparing(other: ListingFacts, row: PublishedRow, record: RegistryRecord) -> bool:
    number = bool(row.number_key) and any(
        same_number(each.number, record.number_raw, record.jurisdiction) for each in other.credentials
    )
    return number or any(
        is_supported(record.place.postal_code, record.phone, postal_code=code, phone=other.phone)
        for code in other.postal_codes or ("",)
    )


def _blocks_of(row: PublishedRow) -> Sequence[object]:
    named = [(row.family_key, row.region)] if row.family_key else []
    numbered = [(row.number_key, row.jurisdiction, row.profession)] if row.number_key else []
    return [*named, *numbered]


def _as_listing(row: PublishedRow, record: RegistryRecord) -> ListingFacts:
    """The facts of the listing that this record would become, as far as comparing needs them."""
    holder = record.holder
    license_facts = CredentialFacts(
        id=row.id,
        kind=record.kind,
        profession=record.profession,
        jurisdiction=record.jurisdiction,
        number=record.number_raw or record.number,
    )
    return ListingFacts(
        id=row.id,
        given=holder.given,
        middle=holder.middle,
        family=holder.family,
        suffix=holder.suffix,
        names=() if holder.family else (holder.raw,),
        npi=record.npi,
        phone=record.phone,
        postal_codes=(record.place.postal_code,) if record.place.postal_code else (),
        places=(PlaceFacts(record.place.country, record.place.region),),
        credentials=(license_facts,),
    )
