"""Records and listings put together: what the matcher thinks of each pair, what people decided, and the rows of that.

A person's word wins over the matcher. Sure pairs are checked; unsure ones are kept for moderators and are never
evidence; a pair that is no longer thought to be the same stops being so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.orm import Session

from directory.listings.publishing import origin_key
from directory.models.registry import RecordMatch
from directory.registries.listing_pool import ListingPool, PublishedRow, Rows
from directory.registries.match_judgements import Pair as PairKey
from directory.registries.match_judgements import judgements_on_records
from directory.registries.name_counts import rarity_among_listings
from directory.registries.person_points import points_of_listing, points_of_record
from directory.registries.registry_as_read import RegistryAsRead
from directory.rules import matching
from directory.rules.facts import ListingFacts
from directory.rules.rarity import Rarity
from directory.rules.vocabulary import Judgement, Verdict
from directory.search.folding import fold
from scrapers.record import CredentialKind, Entity, RegistryRecord

MADE_FROM_IT = "The listing was made from this record."
SAME_BY_A_PERSON = "A person decided that these are the same."
NOTHING_IN_COMMON = "They no longer have a number or an NPI in common."
DIFFERENT_BY_A_PERSON = "A person decided that these are different people."


@dataclass(frozen=True, slots=True)
class RecordPair:
    """A record and a listing, and what is thought of them. `number_agrees` names the credential whose number it is."""

    row: PublishedRow
    record: RegistryRecord
    listing: ListingFacts
    verdict: Verdict
    score: float
    reasons: tuple[str, ...]
    credential_id: int | None = None
    name_agrees: bool | None = None

    @property
    def key(self) -> tuple[str, int]:
        return (self.row.source_key, self.listing.id)


def pair_records(session: Session, registry: RegistryAsRead, rows: Rows, pool: ListingPool) -> list[RecordPair]:
    """Every pair of these records and their candidates that anything can be said of; the candidates are loaded here."""
    judged = judgements_on_records(session, registry.registry_id, {row.source_key for row, _ in rows})
    same = [(key, listing) for (_, key, listing), word in judged.items() if word is Judgement.SAME]
    pool.find(rows, same)
    return pairs_in(registry, rows, pool, judged, rarity_among_listings(session, rows))


def pairs_in(
    registry: RegistryAsRead, rows: Rows, pool: ListingPool, judged: Mapping[PairKey, Judgement], rarity: Rarity
) -> list[RecordPair]:
    """As `pair_records`, with the candidates that are in the pool already."""
    return [
        _pair(row, record, listing, found, judged.get((registry.registry_id, row.source_key, listing.id)))
        for row, record in rows
        for listing in pool.of(row)
        for found in (
            _thought(registry, record, listing, pool.made_from.get(origin_key(record)) == listing.id, rarity),
        )
    ]


def _pair(
    row: PublishedRow,
    record: RegistryRecord,
    listing: ListingFacts,
    found: matching.Match,
    judgement: Judgement | None,
) -> RecordPair:
    pair = RecordPair(row, record, listing, found.verdict, found.score, found.reasons, found.credential_id)
    if judgement is Judgement.DIFFERENT:
        return replace(pair, verdict=Verdict.NO, score=0.0, reasons=(DIFFERENT_BY_A_PERSON,), credential_id=None)
    if judgement is Judgement.SAME and record.kind is not CredentialKind.EXCLUSION:
        return replace(pair, verdict=Verdict.SURE, score=1.0, reasons=(SAME_BY_A_PERSON, *found.reasons))
    if pair.verdict is Verdict.SURE:
        return replace(pair, name_agrees=True)
    if pair.verdict is Verdict.UNSURE and pair.credential_id is not None:
        return replace(pair, name_agrees=matching.names_agree(listing, record))
    return pair


def _thought(
    registry: RegistryAsRead, record: RegistryRecord, listing: ListingFacts, made_from_it: bool, rarity: Rarity
) -> matching.Match:
    found = matching.compare(
        listing,
        record,
        registry_authority=registry.authority,
        shared_numbers=registry.shared_numbers,
        rarity=rarity,
        points=(points_of_listing(listing), points_of_record(record)),
    )
    if found.verdict is Verdict.SURE or not made_from_it or record.kind is CredentialKind.EXCLUSION:
        return found
    if record.holder.entity is Entity.ORGANIZATION:
        same = fold(record.holder.raw) in {fold(name) for name in listing.names}
    else:  # the same key as long as the name is the same: boards give the numbers of the dead to others
        same = matching.names_agree(listing, record) is True
    return replace(found, verdict=Verdict.SURE, score=1.0, reasons=(MADE_FROM_IT,)) if same else found


# Rows ----------------------------------------------------------------------------------------------------------------


StoredMatch = Row[Any]
"""A row of RecordMatch: id, source_key, listing_id, credential_id, verdict, score, reasons."""

Stored = Mapping[str, Sequence[StoredMatch]]


def stored_matches(session: Session, registry_id: str, source_keys: Collection[str]) -> Stored:
    """The match rows of these records, by source key."""
    rows: Any = session.execute(
        select(
            RecordMatch.id,
            RecordMatch.source_key,
            RecordMatch.listing_id,
            RecordMatch.credential_id,
            RecordMatch.verdict,
            RecordMatch.score,
            RecordMatch.reasons,
        )
        .where(RecordMatch.registry_id == registry_id, RecordMatch.source_key.in_(source_keys))
        .order_by(RecordMatch.id)
    )
    grouped: defaultdict[str, list[StoredMatch]] = defaultdict(list)
    for row in rows:
        grouped[row.source_key].append(row)
    return grouped


def store_pairs(
    session: Session,
    registry: RegistryAsRead,
    pairs: Sequence[RecordPair],
    stored: Stored,
    *,
    at: datetime,
) -> set[int]:
    """Brings the match rows in step with the pairs. Returns the listings about which anything changed.

    A pair that is ruled out gets no row, unless it has one: then the row says so.
    """
    known = {(row.source_key, row.listing_id): row for rows in stored.values() for row in rows}
    new = [each for each in pairs if each.key not in known and each.verdict is not Verdict.NO]
    changed = [each for each in pairs if each.key in known and _differs(known[each.key], each)]
    if new:
        session.execute(insert(RecordMatch), [_values(registry, each, at) for each in new])
    if changed:
        table: Any = RecordMatch.__table__
        session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("row_id"))
            .values({name: bindparam(f"new_{name}") for name in _CHANGING}),
            [_changed_values(registry, known[each.key].id, each, at) for each in changed],
        )
    return {each.listing.id for each in (*new, *changed)}


_CHANGING = ("verdict", "score", "reasons", "credential_id", "run_id", "at")


def _differs(row: StoredMatch, pair: RecordPair) -> bool:
    said = (row.verdict, row.score, list(row.reasons), row.credential_id)
    return said != (pair.verdict, pair.score, list(pair.reasons), pair.credential_id)


def _values(registry: RegistryAsRead, pair: RecordPair, at: datetime) -> dict[str, Any]:
    return {
        "registry_id": registry.registry_id,
        "source_key": pair.row.source_key,
        "listing_id": pair.listing.id,
        "credential_id": pair.credential_id,
        "verdict": pair.verdict,
        "score": pair.score,
        "reasons": list(pair.reasons),
        "run_id": registry.run_id,
        "at": at,
    }


def _changed_values(registry: RegistryAsRead, row_id: int, pair: RecordPair, at: datetime) -> dict[str, Any]:
    values = _values(registry, pair, at)
    return {"row_id": row_id} | {f"new_{name}": values[name] for name in _CHANGING}


def rule_out_gone(
    session: Session,
    registry: RegistryAsRead,
    pairs: Sequence[RecordPair],
    stored: Stored,
    *,
    at: datetime,
    only: Collection[int] | None = None,
) -> list[StoredMatch]:
    """Match rows of pairs that nothing connects any more now say so. Returns those rows as they were.

    `only` leaves the rows of other listings alone.
    """
    there = {pair.key for pair in pairs}
    gone = [
        row
        for rows in stored.values()
        for row in rows
        if (row.source_key, row.listing_id) not in there
        and row.verdict is not Verdict.NO
        and (only is None or row.listing_id in only)
    ]
    if gone:
        session.execute(
            update(RecordMatch)
            .where(RecordMatch.id.in_([row.id for row in gone]))
            .values(
                verdict=Verdict.NO,
                score=0.0,
                reasons=[NOTHING_IN_COMMON],
                credential_id=None,
                run_id=registry.run_id,
                at=at,
            )
            .execution_options(synchronize_session=False)
        )
    return gone
