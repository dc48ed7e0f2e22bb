"""Looking again at what registries say of a listing's credentials, from the records that accepted runs have read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.listings.listing_versions import note_versions
from directory.models.credential import Credential
from directory.models.listing import Listing, Location
from directory.models.registry import MatchJudgement, PublishedRecord, RecordMatch, RegistryRun
from directory.moderation import flags
from directory.moderation.listing_facts import facts_of
from directory.registries import source_health
from directory.registries.absences import check_absent, silence_speaks
from directory.registries.listing_pool import is_supported
from directory.registries.matching_records import Portion, match_and_check
from directory.registries.name_counts import counted_once
from directory.registries.published_records import ROWS
from directory.registries.registry_as_read import RegistryAsRead
from directory.rules.vocabulary import ListingState, RunState
from directory.search.search_index import index_listings

AT_ONCE = 100  # listings a transaction: SQLite lets nobody else write meanwhile


def check_listing(session: Session, listing_ids: Collection[int], *, now: datetime) -> dict[str, int]:
    """Compares these listings with every current record that may be theirs, and appends the checks that are news.

    Flags and search follow. Returns how many checks were appended and flags opened and closed. The caller commits.
    """
    session.flush()
    total: defaultdict[str, int] = defaultdict(int)
    ordered = sorted(set(listing_ids))
    for start in range(0, len(ordered), AT_ONCE):
        for name, count in _check_portion(session, ordered[start : start + AT_ONCE], now).items():
            total[name] += count
    return dict(total)


def every_listing(session: Session) -> Iterator[list[int]]:
    """The ids of all listings that are not removed, in portions. Whoever asks commits between them."""
    after = 0
    while ids := session.scalars(
        select(Listing.id)
        .where(Listing.id > after, Listing.state != ListingState.REMOVED)
        .order_by(Listing.id)
        .limit(AT_ONCE)
    ).all():
        yield list(ids)
        after = ids[-1]


def _check_portion(session: Session, listing_ids: Sequence[int], now: datetime) -> dict[str, int]:
    checks = 0
    with counted_once():
        for registry, rows in _by_run(session, _records_for(session, listing_ids, now)):
            checks += match_and_check(session, registry, rows, at=now, only=listing_ids).counts["checks"]
    for run in _speaking_runs(session):
        checks += _absent(session, run, listing_ids, now).counts.get("checks", 0)
    sources = source_health.source_facts(session, now)
    opened, closed = flags.refresh_flags(session, listing_ids, now=now, sources=sources)
    index_listings(session, listing_ids, now=now)
    note_versions(session, listing_ids, at=now)
    return {"listings": len(listing_ids), "checks": checks, "flags_opened": opened, "flags_closed": closed}


def _absent(session: Session, run: RegistryRun, listing_ids: Sequence[int], now: datetime) -> Portion:
    return check_absent(session, run, at=now, only=listing_ids)[1]


def _by_run(session: Session, rows: Sequence[Any]) -> Iterator[tuple[RegistryAsRead, list[Any]]]:
    """The rows by the run that last saw them, with the registry as that run read it."""
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.last_run_id].append(row)
    runs = session.scalars(select(RegistryRun).where(RegistryRun.id.in_(grouped)).order_by(RegistryRun.id))
    for run in runs.all():
        yield RegistryAsRead.of(run), sorted(grouped[run.id], key=lambda row: row.source_key)


def _speaking_runs(session: Session) -> list[RegistryRun]:
    """The latest whole run of each registry, where its silence can say anything."""
    latest = (
        select(func.max(RegistryRun.id))
        .where(RegistryRun.state == RunState.APPLIED, RegistryRun.is_whole.is_(True))
        .group_by(RegistryRun.registry_id)
    )
    runs = session.scalars(select(RegistryRun).where(RegistryRun.id.in_(latest)).order_by(RegistryRun.id))
    return [run for run in runs if silence_speaks(run)]


# Records that may be theirs ------------------------------------------------------------------------------------------


def _records_for(session: Session, listing_ids: Sequence[int], now: datetime) -> list[Any]:
    """Current records that share an NPI, a number or a supported name with a listing, or were paired with it before."""
    listings = facts_of(session, listing_ids, now)
    npis = {each.npi for each in listings.values()} - {""}
    ids = set(session.scalars(_current(PublishedRecord.npi.in_(npis)))) if npis else set()
    ids |= _ids_by_number(session, listing_ids)
    ids |= _ids_by_name(session, listing_ids)
    ids |= _ids_paired(session, listing_ids)
    return list(session.execute(select(*ROWS).where(PublishedRecord.id.in_(ids)).order_by(PublishedRecord.id)))


def _current(condition: Any) -> Any:
    return select(PublishedRecord.id).where(PublishedRecord.is_current.is_(True), condition)


def _ids_by_number(session: Session, listing_ids: Sequence[int]) -> set[int]:
    return set(
        session.scalars(
            select(PublishedRecord.id)
            .join(
                Credential,
                (Credential.number_key == PublishedRecord.number_key)
                & (Credential.jurisdiction == PublishedRecord.jurisdiction),
            )
            .where(
                Credential.listing_id.in_(listing_ids),
                Credential.number_key != "",
                Credential.withdrawn_at.is_(None),
                PublishedRecord.is_current.is_(True),
            )
        )
    )


def _ids_by_name(session: Session, listing_ids: Sequence[int]) -> set[int]:
    rows = session.execute(
        select(
            PublishedRecord.id,
            PublishedRecord.record["phone"].as_string().label("phone"),
            PublishedRecord.record["place"]["postal_code"].as_string().label("record_code"),
            Listing.phone.label("listing_phone"),
            Location.postal_code,
        )
        .join(
            Listing,
            (Listing.family_key == PublishedRecord.family_key) & (Listing.region == PublishedRecord.region),
        )
        .join(Location, Location.listing_id == Listing.id)
        .where(Listing.id.in_(listing_ids), Listing.family_key != "", PublishedRecord.is_current.is_(True))
    )
    return {
        row.id
        for row in rows
        if is_supported(row.record_code, row.phone, phone=row.listing_phone, postal_code=row.postal_code)
    }


def _ids_paired(session: Session, listing_ids: Sequence[int]) -> set[int]:
    ids: set[int] = set()
    for pair in (RecordMatch, MatchJudgement):
        found = session.scalars(
            select(PublishedRecord.id)
            .join(
                pair,
                (pair.registry_id == PublishedRecord.registry_id) & (pair.source_key == PublishedRecord.source_key),
            )
            .where(pair.listing_id.in_(listing_ids), PublishedRecord.is_current.is_(True))
        )
        ids.update(found)
    return ids
