"""What a run tells about the health of its registry, kept as a row for each change.

A change of layout is healed only by who met it: a lookup that answers says nothing about the list, and a person who is
not found says nothing about the known record that was not found either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.registry import RegistryRun
from directory.models.source import HealthChange
from directory.registries import registries
from directory.rules.vocabulary import RunChannel, RunState, SourceHealth
from scrapers.spec import RegistrySpec

LISTS = frozenset({RunChannel.ROSTER, RunChannel.FILE})
NETWORK = frozenset({RunChannel.ROSTER, RunChannel.LOOKUP})

_HEALTH: Mapping[str, SourceHealth] = {
    "complete": SourceHealth.OK,
    "incomplete": SourceHealth.DEGRADED,
    "down": SourceHealth.UNREACHABLE,
    "blocked": SourceHealth.BLOCKED,
    "changed": SourceHealth.CHANGED_LAYOUT,
    "suspect": SourceHealth.CHANGED_LAYOUT,  # it answers, and what it says cannot be believed
}
# A file that cannot be opened, or the wrong page saved, says nothing about the registry.
_FILE_TELLS = frozenset({"complete", "incomplete", "changed", "suspect"})
_PAGE_TELLS = frozenset({"complete", "incomplete"})
_USABLE = frozenset({"complete", "incomplete"})
_ANSWERS = frozenset({SourceHealth.OK, SourceHealth.DEGRADED})


def health_told_by(run: RegistryRun) -> SourceHealth | None:
    """What the run alone says about its registry; None when that is nothing. A run that waits for a decision was read,
    and is not believed yet."""
    if run.state is RunState.HELD and run.outcome in _USABLE:
        return SourceHealth.DEGRADED
    tells: Collection[str] = _HEALTH
    if run.channel not in NETWORK:
        tells = _FILE_TELLS if run.channel is RunChannel.FILE else _PAGE_TELLS
    if run.outcome not in tells:
        return None
    if run.outcome == "down" and run.report.get("withheld"):
        return None  # it is we who did not ask: outside its hours, or while its host is left alone
    if run.outcome == "down" and run.report.get("in_maintenance"):
        return SourceHealth.MAINTENANCE
    return _HEALTH[run.outcome]


def note_change(session: Session, run: RegistryRun, *, at: datetime) -> HealthChange | None:
    """The new row when the registry is no longer as it was, by this run that is over; None when nothing changed."""
    health = health_told_by(run)
    if health is None:
        return None
    standing, broken = latest_change(session, run.registry_id), None
    if health in _ANSWERS:
        broken = _not_healed(session, run)
    found = _change(run, health, at) if broken is None else _again(broken, at)
    if standing is not None and standing.health is found.health:
        found.since = standing.since
        if found.health is not SourceHealth.CHANGED_LAYOUT or _same_trouble(standing, found):
            return None
    session.add(found)
    session.flush()
    return found


def latest_change(session: Session, registry_id: str) -> HealthChange | None:
    """The row that counts."""
    return session.scalar(
        select(HealthChange).where(HealthChange.registry_id == registry_id).order_by(HealthChange.id.desc()).limit(1)
    )


def _change(run: RegistryRun, health: SourceHealth, at: datetime) -> HealthChange:
    return HealthChange(
        registry_id=run.registry_id,
        health=health,
        channel=run.channel,
        canaries=list(run.report.get("canaries_missing", [])),
        reason=_reason(run, health),
        run_id=run.id,
        since=at,
        at=at,
    )


def _reason(run: RegistryRun, health: SourceHealth) -> str:
    if run.state is RunState.HELD:
        return run.reason
    return str(run.report.get("reason", "")) or ("" if health in _ANSWERS else run.reason)


def _again(broken: HealthChange, at: datetime) -> HealthChange:
    """An earlier trouble that shows again, as what hid it is over."""
    return HealthChange(
        registry_id=broken.registry_id,
        health=broken.health,
        channel=broken.channel,
        canaries=broken.canaries,
        reason=broken.reason,
        run_id=broken.run_id,
        since=at,
        at=at,
    )


def _same_trouble(one: HealthChange, other: HealthChange) -> bool:
    return (one.channel, one.canaries) == (other.channel, other.canaries)


def _not_healed(session: Session, run: RegistryRun) -> HealthChange | None:
    """The latest change of layout since the registry was last well, that this run, which was answered, cannot heal."""
    rows = session.scalars(
        select(HealthChange).where(HealthChange.registry_id == run.registry_id).order_by(HealthChange.id.desc())
    )
    spec = registries.known_registries().specs.get(run.registry_id)
    for row in rows:
        if row.health in _ANSWERS:
            break
        if row.health is SourceHealth.CHANGED_LAYOUT and not _heals(run, row, spec):
            return row
    return None


def _heals(run: RegistryRun, broken: HealthChange, spec: RegistrySpec | None) -> bool:
    """Whether an answer to this run shows that the trouble is over."""
    if broken.channel not in NETWORK or (spec is not None and broken.channel.value not in spec.channels):
        return True
    if broken.channel is RunChannel.ROSTER:
        return run.channel in LISTS
    if run.channel is not RunChannel.LOOKUP:
        return False
    if spec is not None and not spec.canaries:  # the number was one of those found of late: somebody else will do
        return not broken.canaries or bool(run.report.get("records"))
    awaited = set(broken.canaries) & set(spec.canaries if spec else broken.canaries)
    return not awaited or bool(run.report.get("canaries_found"))
