"""A portion of a registry's records put together with listings: paired, attached, checked; new listings on request.

The same for a run that is applied and for a listing that is looked at again, so both come to the same rows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.registry import RegistryRun
from directory.moderation.listing_facts import listings_holding
from directory.registries.check_rows import append_checks
from directory.registries.listing_pool import ListingPool, PublishedRow, Rows
from directory.registries.match_judgements import judgements_on_records
from directory.registries.name_counts import rarity_among_listings
from directory.registries.new_listings import Made, make_listings
from directory.registries.pair_checks import attach_credentials, findings_of, findings_of_parted, one_each
from directory.registries.published_records import disagree, field_of, same_number_records, with_records
from directory.registries.record_pairs import (
    SAME_BY_A_PERSON,
    RecordPair,
    Stored,
    pair_records,
    pairs_in,
    rule_out_gone,
    store_pairs,
    stored_matches,
)
from directory.registries.registry_as_read import RegistryAsRead
from directory.rules.facts import ListingFacts
from directory.rules.vocabulary import RunState, Verdict


@dataclass(slots=True)
class Portion:
    """What a portion of records changed. `touched` are the listings that anything is news of."""

    touched: set[int] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)


def match_and_check(
    session: Session,
    registry: RegistryAsRead,
    rows: Sequence[PublishedRow],
    *,
    at: datetime,
    create_listings: bool = False,
    only: Collection[int] | None = None,
    known_before: int | None = None,
    checker_id: int | None = None,
) -> Portion:
    """Pairs these current records with listings, keeps what is thought of each pair, and checks what is sure.

    `only` looks at these listings alone. `known_before` is a run: records that an earlier run brought and compared to
    its end are not compared again, for what changes on a listing's side is looked at when it changes.
    """
    stored = stored_matches(session, registry.registry_id, {row.source_key for row in rows})
    compared = _ended_runs(session, rows) if known_before is not None else frozenset()
    settled, open_rows = _split(rows, stored, create_listings=create_listings, compared=compared)
    pool = ListingPool(session, now=at, only=only)
    pairs = pair_records(session, registry, open_rows, pool)
    made = Made()
    if create_listings:
        unknown = _unknown(open_rows, pairs)
        made = make_listings(session, registry, unknown, pool, at=at)
        judged = judgements_on_records(session, registry.registry_id, {row.source_key for row, _ in made.waiting})
        rarity = rarity_among_listings(session, made.waiting)
        pairs += [*made.pairs, *pairs_in(registry, made.waiting, pool, judged, rarity)]
    pairs = attach_credentials(session, pairs, at=at)
    touched = made.listings | store_pairs(session, registry, pairs, stored, at=at)
    open_keys = {row.source_key for row, _ in open_rows}
    open_stored = {key: found for key, found in stored.items() if key in open_keys}
    gone = rule_out_gone(session, registry, pairs, open_stored, at=at, only=only)

    pairs += _settled_pairs(session, settled, stored)
    groups = same_number_records(session, registry.registry_id, rows)
    parted = findings_of_parted(registry, pairs, [row for found in open_stored.values() for row in found], gone)
    findings = one_each([*findings_of(session, registry, pairs, groups, at=at), *parted])
    news = append_checks(session, registry, findings, at=at, checker_id=checker_id)
    touched |= {row.listing_id for row in gone} | {finding.listing_id for finding in news}
    conflicts = sum(disagree(groups[field_of(row)]) for row in rows if field_of(row) in groups)
    return Portion(touched, {**_counts(pairs, made), "checks": len(news), "conflicts": conflicts})


def _split(
    rows: Sequence[PublishedRow], stored: Stored, *, create_listings: bool, compared: Collection[int]
) -> tuple[Rows, Rows]:
    """Rows whose pairs stand as they are, and rows to be compared. A number under another name is always looked at.

    `compared` are the runs that ended: what a run only published before it was stopped has not been compared yet.
    """
    settled, open_rows = [], []
    for row in rows:
        found = stored.get(row.source_key, ())
        in_doubt = any(match.verdict is Verdict.UNSURE and match.credential_id is not None for match in found)
        paired = any(match.verdict is not Verdict.NO for match in found)
        if row.first_run_id in compared and not in_doubt and (paired or not create_listings):
            settled.append(row)
        else:
            open_rows.append(row)
    return with_records(settled), with_records(open_rows)


def _ended_runs(session: Session, rows: Sequence[PublishedRow]) -> frozenset[int]:
    """Of the runs that brought these rows, those that were applied to their end."""
    brought_by = {row.first_run_id for row in rows}
    ended = select(RegistryRun.id).where(RegistryRun.id.in_(brought_by), RegistryRun.state == RunState.APPLIED)
    return frozenset(session.scalars(ended))


def _unknown(rows: Rows, pairs: Sequence[RecordPair]) -> Rows:
    """Rows that may be about nobody listed."""
    known = {pair.row.id for pair in pairs if pair.verdict is not Verdict.NO}
    return [(row, record) for row, record in rows if row.id not in known]


def _settled_pairs(session: Session, rows: Rows, stored: Stored) -> list[RecordPair]:
    """The pairs of rows that were not compared again, as they are kept."""
    kept = [
        (row, record, match)
        for row, record in rows
        for match in stored.get(row.source_key, ())
        if match.verdict is not Verdict.NO
    ]
    known = listings_holding(session, {match.credential_id for _, _, match in kept} - {None})
    return [
        RecordPair(
            row,
            record,
            known.get(match.listing_id, ListingFacts(match.listing_id)),
            match.verdict,
            match.score,
            tuple(match.reasons),
            match.credential_id,
            None if SAME_BY_A_PERSON in match.reasons or match.verdict is not Verdict.SURE else True,
        )
        for row, record, match in kept
    ]


def _counts(pairs: Sequence[RecordPair], made: Made) -> dict[str, int]:
    own = {pair.key for pair in made.pairs}
    sure = {pair.row.id for pair in pairs if pair.verdict is Verdict.SURE and pair.key not in own}
    unsure = {pair.row.id for pair in pairs if pair.verdict is Verdict.UNSURE} - sure
    return {
        "matched": len(sure),
        "unsure": len(unsure),
        "listings_created": len(made.listings),
        "suppressed": made.suppressed,
    }
