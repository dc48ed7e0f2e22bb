"""How each registry is, seen from here: what its runs said, told to rules, pages and moderators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, true
from sqlalchemy.orm import Session

from directory.models.registry import PublishedRecord, RegistryRun
from directory.models.source import HealthChange
from directory.registries import registries
from directory.registries.health_changes import LISTS, NETWORK
from directory.registries.novelties import is_known, standing_novelties
from directory.rules.facts import SourceFacts
from directory.rules.vocabulary import NoveltyKind, RunState, SourceHealth
from scrapers.record import Authority, CredentialKind
from scrapers.spec import RegistrySpec


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
    run_id: int | None = None  # that brought it into this health
    only_by_hand: bool = False
    unknown_words: Mapping[str, int] = field(default_factory=dict)  # standing words nobody read up on -> records
    new_columns: tuple[str, ...] = ()
    canaries_missing: tuple[str, ...] = ()
    fill: Mapping[str, float] = field(default_factory=dict)  # field -> share of records, of the last list


def source_facts(
    session: Session, now: datetime, *, only: str = "", as_of: datetime | None = None
) -> dict[str, SourceFacts]:
    """What rules are told about the sources, by registry: those enabled, and those that were ever read. With `as_of`,
    as they were known to be then."""
    specs = registries.known_registries().specs
    found = _healths(session, only, as_of)
    readings = registries.terms_readings(session, as_of=as_of)
    enabled = {registry_id for registry_id, reading in readings.items() if reading.enabled}
    facts: dict[str, SourceFacts] = {}
    for registry_id in sorted({*found, *(enabled & specs.keys())}):
        if only and registry_id != only:
            continue
        described = registries.describe(specs[registry_id]) if registry_id in specs else {}
        health = found.get(registry_id)
        facts[registry_id] = _facts(registry_id, described or (health.described if health else {}), health)
    return facts


def _facts(registry_id: str, described: Mapping[str, Any], health: Row[Any] | None) -> SourceFacts:
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
    described = {spec.id: _described(spec) for spec in registries.known_registries().specs.values()}
    return sorted(_lines(session, described), key=lambda line: (line.jurisdiction, line.title))


def all_registries(session: Session) -> list[RegistryLine]:
    """The same for those who run the site: with those that were run with a description that isn't installed here."""
    specs = registries.known_registries().specs
    read = set(session.scalars(select(HealthChange.registry_id).distinct()))
    described = {spec.id: _described(spec) for spec in specs.values()} | _as_run(session, read - specs.keys())
    return sorted(_lines(session, described), key=lambda line: (line.jurisdiction, line.title))


def registry_line(session: Session, registry_id: str) -> RegistryLine | None:
    """One registry; None where there is neither a description nor a run of it."""
    spec = registries.known_registries().specs.get(registry_id)
    described = {spec.id: _described(spec)} if spec else _as_run(session, {registry_id})
    return next(iter(_lines(session, described)), None)


def _lines(session: Session, described: Mapping[str, Mapping[str, Any]]) -> list[RegistryLine]:
    only = next(iter(described)) if len(described) == 1 else ""
    healths, readings, terms = (
        _healths(session, only),
        _latest_readings(session, only),
        registries.terms_readings(session),
    )
    counts, successes, novelties = _record_counts(session, only), _last_successes(session, only), _novelties(session)
    lines = []
    for registry_id, fields in described.items():
        health, reading = healths.get(registry_id), terms.get(registry_id)
        is_on = bool(reading and reading.enabled)
        line = RegistryLine(
            **fields,
            enabled=is_on or NETWORK.isdisjoint(fields["channels"]),
            terms_read_on=reading.at.date() if reading and is_on else None,
            health=health.health if health else None,
            since=health.since if health else None,
            reason=health.reason if health else "",
            run_id=health.run_id if health else None,
            last_success_at=successes.get(registry_id),
            records=counts.get(registry_id, 0),
            **{"last_run_at": None, **readings.get(registry_id, {})},
            **novelties.get(registry_id, {}),
        )
        lines.append(line)
    return lines


def _described(spec: RegistrySpec) -> dict[str, Any]:
    """What a line takes from the description."""
    return {
        "id": spec.id,
        "title": spec.title,
        "kind": spec.kind,
        "jurisdiction": spec.jurisdiction,
        "authority": spec.authority,
        "home": spec.home,
        "channels": tuple(spec.channels),
        "completeness": spec.completeness,
        "only_by_hand": spec.only_by_hand,
        "unverified": tuple(f"{each.what}: {each.note}" if each.note else each.what for each in spec.unverified),
        "license_name": spec.license.name,
        "license_url": spec.license.url,
        "attribution": spec.license.attribution,
    }


def _as_run(session: Session, registry_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The same of registries without a description here, from their latest runs."""
    if not registry_ids:
        return {}
    found = {}
    for registry_id, as_run in registries.latest_descriptions(session, registry_ids).items():
        none = dict.fromkeys(("license_name", "license_url", "attribution"), "")
        words = {name: as_run.get(name, "") for name in ("title", "jurisdiction", "completeness", "home")}
        kind, authority = CredentialKind(as_run["kind"]), Authority(as_run["authority"])
        empty: dict[str, Any] = {"channels": (), "unverified": ()}
        found[registry_id] = {"id": registry_id, "kind": kind, "authority": authority, **words, **none, **empty}
    return found


def _novelties(session: Session) -> dict[str, dict[str, Any]]:
    """The words and columns that no description knows, by registry."""
    specs = registries.known_registries().specs
    found: defaultdict[str, dict[str, Any]] = defaultdict(lambda: {"unknown_words": {}, "new_columns": ()})
    for each in standing_novelties(session):
        if each.registry_id in specs and is_known(specs[each.registry_id], each.kind, each.text):
            continue
        if each.kind is NoveltyKind.WORD:
            found[each.registry_id]["unknown_words"][each.text] = each.records
        else:
            found[each.registry_id]["new_columns"] += (each.text,)
    return found


def _healths(session: Session, only: str = "", as_of: datetime | None = None) -> dict[str, Row[Any]]:
    """The latest change of health of every registry that was ever read, by registry."""
    latest = (
        select(func.max(HealthChange.id)).where(_of(HealthChange.registry_id, only)).group_by(HealthChange.registry_id)
    )
    if as_of is not None:
        latest = latest.where(HealthChange.at <= as_of)
    rows = session.execute(
        select(
            HealthChange.registry_id,
            HealthChange.health,
            HealthChange.since,
            HealthChange.reason,
            HealthChange.run_id,
            RegistryRun.described,
        )
        .join(RegistryRun, RegistryRun.id == HealthChange.run_id)
        .where(HealthChange.id.in_(latest))
    )
    return {row.registry_id: row for row in rows}


def _latest_readings(session: Session, only: str) -> dict[str, dict[str, Any]]:
    """When each registry was last read, how full its last list (or lookup, where there is no list) was, and which known
    records its latest run lacked. Reports are long: only what is shown is taken out of them."""
    is_list = RegistryRun.channel.in_(LISTS)
    latest = (
        select(func.max(RegistryRun.id), func.max(RegistryRun.id).filter(is_list))
        .where(RegistryRun.outcome != "", _of(RegistryRun.registry_id, only))
        .group_by(RegistryRun.registry_id)
    )
    ids = {run_id for each in session.execute(latest) for run_id in each if run_id is not None}
    rows = session.execute(
        select(
            RegistryRun.registry_id,
            RegistryRun.finished_at,
            RegistryRun.report["fill"].label("fill"),
            RegistryRun.report["canaries_missing"].label("canaries_missing"),
        )
        .where(RegistryRun.id.in_(ids))
        .order_by(RegistryRun.id)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        reading = found.setdefault(row.registry_id, {"fill": {}})
        reading |= {"last_run_at": row.finished_at, "canaries_missing": tuple(row.canaries_missing or ())}
        reading["fill"] = reading["fill"] or row.fill or {}
    return found


def _record_counts(session: Session, only: str) -> dict[str, int]:
    rows = session.execute(
        select(PublishedRecord.registry_id, func.count())
        .where(PublishedRecord.is_current.is_(True), _of(PublishedRecord.registry_id, only))
        .group_by(PublishedRecord.registry_id)
    )
    return {row[0]: row[1] for row in rows}


def _last_successes(session: Session, only: str) -> dict[str, datetime]:
    rows = session.execute(
        select(RegistryRun.registry_id, func.max(RegistryRun.retrieved_at, type_=RegistryRun.retrieved_at.type))
        .where(RegistryRun.state == RunState.APPLIED, _of(RegistryRun.registry_id, only))
        .group_by(RegistryRun.registry_id)
    )
    return {registry_id: at for registry_id, at in rows if at is not None}


def _of(column: Any, only: str) -> ColumnElement[bool]:
    """The rows of one registry, or of all for ""."""
    return column == only if only else true()
