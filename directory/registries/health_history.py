"""How one registry's runs went, out of their reports: for the operators' page. A few narrow queries, however many years
of runs there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from directory.models.registry import RegistryRun
from directory.models.source import HealthChange
from directory.registries.health_changes import LISTS
from directory.rules.vocabulary import RunChannel, RunState

RUNS_SHOWN = 60
CHANGES_SHOWN = 12
DAYS_OF_LOOKUPS = 30


@dataclass(frozen=True, slots=True)
class ReadRun:
    """One run that read a list: what its report counts. `records` is None where it gave none to count."""

    id: int
    at: datetime
    channel: RunChannel
    state: RunState
    outcome: str  # maintenance for a source that was down and said so
    reason: str
    records: int | None
    declared: int | None = None
    rejected_rows: int = 0
    unknown_words: int = 0
    seconds: float = 0.0
    bytes: int = 0
    requests: int = 0
    fill: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LookupDay:
    """The lookups of one day."""

    day: date
    asked: int
    answered: int


def list_runs(session: Session, registry_id: str) -> list[ReadRun]:
    """The latest runs that read the whole list, or tried to, oldest first. Where there is none, the saved pages."""
    for channels in (LISTS, {RunChannel.SAVED_PAGE}):
        latest = (
            select(RegistryRun.id)
            .where(RegistryRun.registry_id == registry_id, RegistryRun.channel.in_(channels), RegistryRun.outcome != "")
            .order_by(RegistryRun.id.desc())
            .limit(RUNS_SHOWN)
        )
        rows = session.execute(_counted().where(RegistryRun.id.in_(latest)).order_by(RegistryRun.id)).all()
        if rows:
            return [_read_run(row) for row in rows]
    return []


def lookup_days(session: Session, registry_id: str, *, now: datetime) -> list[LookupDay]:
    """The days of the last month on which single numbers were asked for, the latest first."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    begins = [midnight - timedelta(days=days) for days in range(DAYS_OF_LOOKUPS)]
    place = case(*((RegistryRun.finished_at >= begin, at) for at, begin in enumerate(begins)), else_=-1).label("place")
    answered = func.sum(case((RegistryRun.outcome.in_(("complete", "incomplete")), 1), else_=0))
    rows = session.execute(
        select(place, func.count(), answered)
        .where(
            RegistryRun.registry_id == registry_id,
            RegistryRun.channel == RunChannel.LOOKUP,
            RegistryRun.outcome != "",
            RegistryRun.finished_at >= begins[-1],
        )
        .group_by(place)
        .order_by(place)
    )
    return [LookupDay(begins[at].date(), asked, int(good)) for at, asked, good in rows]


def latest_changes(session: Session, registry_id: str) -> Sequence[HealthChange]:
    """Its changes of health, the latest first."""
    query = select(HealthChange).where(HealthChange.registry_id == registry_id).order_by(HealthChange.id.desc())
    return session.scalars(query.limit(CHANGES_SHOWN)).all()


def held_runs(session: Session) -> dict[str, int]:
    """The run that waits for a person, by registry."""
    query = select(RegistryRun.registry_id, func.max(RegistryRun.id)).where(RegistryRun.state == RunState.HELD)
    return dict(session.execute(query.group_by(RegistryRun.registry_id)).tuples().all())


def _counted() -> Any:
    """Reports are long, with the hash of each page: only what is counted is taken out of them."""
    report = RegistryRun.report
    return select(
        RegistryRun.id,
        RegistryRun.finished_at,
        RegistryRun.queued_at,
        RegistryRun.channel,
        RegistryRun.state,
        RegistryRun.outcome,
        RegistryRun.reason,
        *(report[name].as_integer().label(name) for name in _NUMBERS),
        report["seconds"].as_float().label("seconds"),
        report["in_maintenance"].as_boolean().label("in_maintenance"),
        report["fill"].label("fill"),
        report["unknown_words"].label("unknown_words"),
    )


_NUMBERS = ("records", "declared", "rejected_rows", "bytes", "requests")


def _read_run(row: Row[Any]) -> ReadRun:
    return ReadRun(
        id=row.id,
        at=row.finished_at or row.queued_at,
        channel=row.channel,
        state=row.state,
        outcome="maintenance" if row.outcome == "down" and row.in_maintenance else row.outcome,
        reason=row.reason,
        records=row.records if row.outcome in ("complete", "incomplete", "suspect") else None,
        declared=row.declared,
        rejected_rows=row.rejected_rows or 0,
        unknown_words=sum((row.unknown_words or {}).values()),
        seconds=row.seconds or 0.0,
        bytes=row.bytes or 0,
        requests=row.requests or 0,
        fill=row.fill or {},
    )
