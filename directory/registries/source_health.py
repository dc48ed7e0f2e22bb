"""How each registry is, seen from here: what its latest runs say, told to rules, pages and moderators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from directory.models.registry import PublishedRecord, RegistryRun
from directory.registries import registries
from directory.rules.facts import SourceFacts
from directory.rules.vocabulary import RunChannel, RunState, SourceHealth
from scrapers.record import Authority, CredentialKind
from scrapers.spec import RegistrySpec

LOOKED_BACK = 50  # runs of one registry

_HEALTH: Mapping[str, SourceHealth] = {
    "complete": SourceHealth.OK,
    "incomplete": SourceHealth.DEGRADED,
    "down": SourceHealth.UNREACHABLE,
    "blocked": SourceHealth.BLOCKED,
    "changed": SourceHealth.CHANGED_LAYOUT,
    "suspect": SourceHealth.CHANGED_LAYOUT,  # it answers, and what it says cannot be believed
}
_NETWORK = frozenset({RunChannel.ROSTER, RunChannel.LOOKUP})
# A file that cannot be opened, or the wrong page saved, says nothing about the registry.
_FILE_TELLS = frozenset({"complete", "incomplete", "changed", "suspect"})
_PAGE_TELLS = frozenset({"complete", "incomplete"})


@dataclass(frozen=True, slots=True)
class RegistryLine:
    """One registry as the public page and `registries list` show it."""

    id: str
    title: str
    kind: CredentialKind
    jurisdiction: str
    authority: Authority
    home: str
    channels: tuple[str, ...]
    completeness: str
    enabled: bool  # True where nothing needs enabling
    terms_read_on: date | None
    health: SourceHealth | None  # None before a first run
    since: datetime | None
    reason: str
    last_run_at: datetime | None
    last_success_at: datetime | None
    records: int
    unverified: tuple[str, ...]
    license_name: str
    license_url: str
    attribution: str


@dataclass(frozen=True, slots=True)
class _Health:
    health: SourceHealth
    since: datetime
    reason: str
    last_run_at: datetime
    described: Mapping[str, Any]


def source_facts(session: Session, now: datetime, *, only: str = "") -> dict[str, SourceFacts]:
    """What rules are told about the sources, by registry: those enabled, and those that were ever read."""
    specs = registries.known_registries().specs
    found = _healths(session, only)
    enabled = {registry_id for registry_id, reading in registries.terms_readings(session).items() if reading.enabled}
    facts: dict[str, SourceFacts] = {}
    for registry_id in sorted({*found, *(enabled & specs.keys())}):
        if only and registry_id != only:
            continue
        described = registries.describe(specs[registry_id]) if registry_id in specs else {}
        health = found.get(registry_id)
        facts[registry_id] = _facts(registry_id, described or (health.described if health else {}), health)
    return facts


def _facts(registry_id: str, described: Mapping[str, Any], health: _Health | None) -> SourceFacts:
    return SourceFacts(
        registry_id=registry_id,
        title=described["title"],
        health=health.health if health else SourceHealth.OK,
        since=health.since if health else None,
        reason=health.reason if health else "",
        jurisdiction=described["jurisdiction"],
        kind=CredentialKind(described["kind"]),
        profession=described["profession"],
        authority=Authority(described["authority"]),
    )


def public_registries(session: Session, *, now: datetime) -> list[RegistryLine]:
    """Every known registry with its health and what we have of it, by jurisdiction and title."""
    healths, readings = _healths(session), registries.terms_readings(session)
    counts, successes = _record_counts(session), _last_successes(session)
    lines = []
    for spec in registries.known_registries().specs.values():
        reading, health = readings.get(spec.id), healths.get(spec.id)
        enabled = not spec.needs_network or bool(reading and reading.enabled)
        read_on = reading.at.date() if reading and reading.enabled else None
        lines.append(_line(spec, enabled, read_on, health, counts.get(spec.id, 0), successes.get(spec.id)))
    return sorted(lines, key=lambda line: (line.jurisdiction, line.title))


def _line(
    spec: RegistrySpec,
    enabled: bool,
    terms_read_on: date | None,
    health: _Health | None,
    records: int,
    last_success_at: datetime | None,
) -> RegistryLine:
    return RegistryLine(
        id=spec.id,
        title=spec.title,
        kind=spec.kind,
        jurisdiction=spec.jurisdiction,
        authority=spec.authority,
        home=spec.home,
        channels=tuple(spec.channels),
        completeness=spec.completeness,
        enabled=enabled,
        terms_read_on=terms_read_on,
        health=health.health if health else None,
        since=health.since if health else None,
        reason=health.reason if health else "",
        last_run_at=health.last_run_at if health else None,
        last_success_at=last_success_at,
        records=records,
        unverified=tuple(f"{each.what}: {each.note}" if each.note else each.what for each in spec.unverified),
        license_name=spec.license.name,
        license_url=spec.license.url,
        attribution=spec.license.attribution,
    )


def _healths(session: Session, only: str = "") -> dict[str, _Health]:
    """The health of every registry whose runs tell one, by registry."""
    grouped: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(_latest_runs(only)):
        if _tells(row):
            grouped[row.registry_id].append(row)
    return {registry_id: _health(rows) for registry_id, rows in grouped.items()}


def _latest_runs(only: str) -> Any:
    numbered = select(
        RegistryRun.id,
        func.row_number().over(partition_by=RegistryRun.registry_id, order_by=RegistryRun.id.desc()).label("place"),
    ).where(RegistryRun.finished_at.is_not(None), RegistryRun.outcome != "")
    if only:
        numbered = numbered.where(RegistryRun.registry_id == only)
    latest = numbered.subquery()
    return (
        select(
            RegistryRun.registry_id,
            RegistryRun.channel,
            RegistryRun.outcome,
            RegistryRun.reason,
            RegistryRun.finished_at,
            RegistryRun.described,
        )
        .join(latest, latest.c.id == RegistryRun.id)
        .where(latest.c.place <= LOOKED_BACK)
        .order_by(RegistryRun.id.desc())
    )


def _tells(row: Row[Any]) -> bool:
    if row.channel in _NETWORK:
        return True
    return row.outcome in (_FILE_TELLS if row.channel is RunChannel.FILE else _PAGE_TELLS)


def _health(rows: Sequence[Row[Any]]) -> _Health:
    """From runs, newest first: the newest one's health, and since when it is so without a break."""
    newest, health = rows[0], _HEALTH[rows[0].outcome]
    since = newest.finished_at
    for row in rows:
        if _HEALTH[row.outcome] is not health:
            break
        since = row.finished_at
    return _Health(health, since, newest.reason, newest.finished_at, newest.described)


def _record_counts(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(PublishedRecord.registry_id, func.count())
        .where(PublishedRecord.is_current.is_(True))
        .group_by(PublishedRecord.registry_id)
    )
    return {row[0]: row[1] for row in rows}


def _last_successes(session: Session) -> dict[str, datetime]:
    rows = session.execute(
        select(RegistryRun.registry_id, func.max(RegistryRun.retrieved_at, type_=RegistryRun.retrieved_at.type))
        .where(RegistryRun.state == RunState.APPLIED)
        .group_by(RegistryRun.registry_id)
    )
    return {registry_id: at for registry_id, at in rows if at is not None}
