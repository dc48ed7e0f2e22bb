"""The moderators' queue: open flags, what patients are most likely to meet first.

A flag's rank is its severity times its exposure. Exposure grows with the places where a listing is found, with a claim
(patients can make contact) and with techniques stated (it is found by cosmetic work); a hidden listing has next to
none. Source: evidence-and-fairness 2.3 ("show only those that matter now").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, selectinload

from directory.models.claim import Claim, ListingRequest
from directory.models.flag import Flag
from directory.models.listing import Listing, SearchEntry
from directory.models.registry import RecordMatch, RegistryRun
from directory.registries.match_judgements import settled_by_a_person
from directory.rules.vocabulary import (
    ClaimState,
    FlagKind,
    FlagState,
    ListingState,
    RequestState,
    RunState,
    Severity,
    Verdict,
)

PER_PAGE = 40
MOST_COUNTED = 1000
"""Of matches in doubt: nobody plans by how many more there are."""

WEIGHTS = {
    Severity.CRITICAL: 27,
    Severity.HIGH: 9,
    Severity.OPERATIONAL: 4,
    Severity.MEDIUM: 3,
    Severity.LOW: 1,
}
OF_A_REGISTRY = 4
"""A registry that cannot be read concerns everybody it lists."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which open flags to show; None and "" show all."""

    kind: FlagKind | None = None
    severity: Severity | None = None
    state: FlagState | None = None
    region: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    flag: Flag
    rank: int
    name: str  # of the listing, or the registry's id
    where: str
    claimed: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    rows: tuple[QueueRow, ...]
    total: int
    page: int
    pages: int
    kinds: Mapping[FlagKind, int]  # how many open flags of each kind, whatever the filter
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much else waits for a person; of matches, MOST_COUNTED or more are MOST_COUNTED."""

    claims: int
    requests: int
    runs: int
    matches: int
    answered: int
    appeals: int


def queue(session: Session, wanted: QueueFilter, *, page: int = 1) -> QueuePage:
    """One page of open flags that fit `wanted`, by rank, the older first."""
    fitting = _open(wanted)
    total = session.scalar(select(func.count()).select_from(fitting.subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    ranked = session.execute(_ranked(fitting).limit(PER_PAGE).offset((page - 1) * PER_PAGE)).tuples()
    kinds = session.execute(select(Flag.kind, func.count()).where(Flag.closed_at.is_(None)).group_by(Flag.kind)).all()
    regions = session.scalars(
        select(Listing.region)
        .join(Flag, Flag.listing_id == Listing.id)
        .where(Flag.closed_at.is_(None), Listing.region != "")
        .distinct()
        .order_by(Listing.region)
    )
    return QueuePage(
        _rows(session, dict(ranked.all())), total, page, pages, {row[0]: row[1] for row in kinds}, tuple(regions)
    )


def waiting(session: Session) -> Waiting:
    """How many claims, requests, held runs, unsure matches, answers and appeals wait."""

    def count(query: Select[int]) -> int:
        return session.scalar(select(func.count()).select_from(query.subquery())) or 0

    return Waiting(
        claims=count(select(Claim.id).where(Claim.state.in_((ClaimState.PENDING, ClaimState.DISPUTED)))),
        requests=count(select(ListingRequest.id).where(ListingRequest.state == RequestState.OPEN)),
        runs=count(select(RegistryRun.id).where(RegistryRun.state == RunState.HELD)),
        matches=count(select(RecordMatch.id).where(unjudged()).limit(MOST_COUNTED)),
        answered=count(select(Flag.id).where(Flag.state == FlagState.REPLY_RECEIVED)),
        appeals=count(select(Flag.id).where(Flag.state == FlagState.APPEALED)),
    )


def unjudged() -> ColumnElement[bool]:
    """Matches in doubt that no person has settled, of listings that are there."""
    there = select(Listing.id).where(Listing.id == RecordMatch.listing_id, Listing.state != ListingState.REMOVED)
    # Written out, so that the index of matches in doubt is known to hold them.
    in_doubt = RecordMatch.verdict == bindparam(None, Verdict.UNSURE, RecordMatch.verdict.type, literal_execute=True)
    return and_(in_doubt, ~settled_by_a_person(), there.correlate(RecordMatch).exists())


def _open(wanted: QueueFilter) -> Select[Flag]:
    query = select(Flag).outerjoin(Listing, Listing.id == Flag.listing_id).where(Flag.closed_at.is_(None))
    if wanted.kind:
        query = query.where(Flag.kind == wanted.kind)
    if wanted.severity:
        query = query.where(Flag.severity == wanted.severity)
    if wanted.state:
        query = query.where(Flag.state == wanted.state)
    if wanted.region:
        query = query.where(Listing.region == wanted.region)
    return query


def _ranked(fitting: Select[Flag]) -> Select[int, int]:
    """Ids and ranks in the order of the queue. How far a listing is met with stands in its search entries."""
    by_cosmetic_work = or_(SearchEntry.techniques != "", SearchEntry.training_hours > 0)
    flagged = select(Flag.listing_id).where(Flag.closed_at.is_(None), Flag.listing_id.is_not(None))
    found = (
        select(
            SearchEntry.listing_id,
            func.count().label("places"),
            func.max(case((SearchEntry.claimed, 2), else_=0)).label("claimed"),
            func.max(case((by_cosmetic_work, 2), else_=0)).label("cosmetic"),
        )
        .where(SearchEntry.listing_id.in_(flagged))
        .group_by(SearchEntry.listing_id)
        .subquery()
    )
    places = case((found.c.places > 3, 3), else_=found.c.places)
    exposure = case(
        (Flag.listing_id.is_(None), OF_A_REGISTRY),
        (found.c.places.is_(None), 1),
        else_=2 + places + found.c.claimed + found.c.cosmetic,
    )
    weight = case(*((Flag.severity == severity, weight) for severity, weight in WEIGHTS.items()), else_=1)
    rank = (weight * exposure).label("rank")
    joined = fitting.outerjoin(found, found.c.listing_id == Flag.listing_id)
    return joined.with_only_columns(Flag.id, rank).order_by(rank.desc(), Flag.opened_at, Flag.id)


def _rows(session: Session, ranks: Mapping[int, int]) -> tuple[QueueRow, ...]:
    """The flags of these ids, in their order."""
    query = (
        select(Flag, Listing)
        .outerjoin(Listing, Listing.id == Flag.listing_id)
        .where(Flag.id.in_(ranks))
        .options(selectinload(Listing.locations))
    )
    found = {flag.id: (flag, listing) for flag, listing in session.execute(query).tuples()}
    return tuple(_row(found[flag_id][0], rank, found[flag_id][1]) for flag_id, rank in ranks.items())


def _row(flag: Flag, rank: int, listing: Listing | None) -> QueueRow:
    if listing is None:
        return QueueRow(flag, rank, flag.registry_id or "", "", False)
    place = listing.locations[0] if listing.locations else None
    where = ", ".join(part for part in (place.city, place.region or place.country) if part) if place else ""
    return QueueRow(flag, rank, listing.name, where, listing.is_claimed)
