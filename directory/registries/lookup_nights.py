"""How many numbers a registry is asked for in one night, and at which moments: its budget, spread over its hours.

One run asks for one number. So its silence speaks of that number alone, a source that closes in the middle of the
night keeps what it answered before, and each moment is used once, however many schedulers there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models.registry import RegistryRun
from directory.registries import registries, source_health
from directory.registries.host_book import resting_hosts
from directory.registries.run_requests import UNFINISHED, host_of
from directory.registries.schedules import hours_of
from directory.rules.asking_hours import own_moment
from directory.rules.freshness import is_away
from directory.rules.vocabulary import RunChannel, RunState
from scrapers.record import Authority, CredentialKind
from scrapers.spec import RegistrySpec

REQUESTS_A_LOOKUP = 4
"""robots.txt, a form, its answer, a page of details: more than most need, so that no host's night is overbooked."""

FILE_IN_USE = timedelta(days=45)
"""A file of everybody that was read so lately (they come monthly) makes lookups needless."""

AT_ONCE = 3
"""So many lookups of one registry wait at a time: after a pause the night is not made up for in a burst."""


@dataclass(frozen=True, slots=True)
class Night:
    """One registry's lookups in one night: the moments there are, and those that were used."""

    spec: RegistrySpec
    moments: tuple[datetime, ...]
    used: frozenset[datetime]
    ends: datetime
    unfinished: int
    away_because: str  # why only one number is asked, to see whether it answers again
    is_resting: bool  # its host complained and is left alone: nothing is asked

    @property
    def left(self) -> int:
        """How many more may be asked for tonight."""
        most = 1 if self.away_because else len(self.moments)
        return max(0, most - len(self.used))

    def open_moments(self, now: datetime) -> list[datetime]:
        """The moments that have come, are not used, and may be used now: the latest ones."""
        if now >= self.ends or self.is_resting:
            return []
        room = min(self.left, AT_ONCE - self.unfinished)
        come = [moment for moment in self.moments if moment <= now and moment not in self.used]
        return come[-room:] if room > 0 else []


def nights(session: Session, *, now: datetime) -> list[Night]:
    """Tonight's lookups, or those of the night that was last, of each registry that is asked by number."""
    specs = _asked_by_number(session, now)
    if not specs:
        return []
    shares = Counter(host_of(spec, RunChannel.LOOKUP.value) for spec in specs)
    sources = source_health.source_facts(session, now)
    unfinished = _unfinished(session, [spec.id for spec in specs])
    resting = resting_hosts(session, now=now)
    found = []
    for spec in specs:
        begins, hours = hours_of(spec).latest(now), hours_of(spec)
        source, host = sources.get(spec.id), host_of(spec, RunChannel.LOOKUP.value)
        found.append(
            Night(
                spec,
                _moments(spec, begins, hours.length, shares[host]),
                _used(session, spec, begins, hours.length),
                begins + hours.length,
                unfinished.get(spec.id, 0),
                source.reason or source.health.value if source is not None and is_away(source) else "",
                host in resting,
            )
        )
    return found


def _moments(spec: RegistrySpec, begins: datetime, length: timedelta, shares: int) -> tuple[datetime, ...]:
    """As many moments as may be asked, the same distance apart; registries of one host share what it can bear."""
    seconds = length.total_seconds()
    bearable = int(seconds / (spec.politeness.delay_seconds * REQUESTS_A_LOOKUP) / shares)
    budget = min(spec.politeness.lookups_per_day, bearable)
    if budget < 1:
        return ()
    apart = timedelta(seconds=int(seconds / budget))
    first = begins + own_moment(spec.id, apart)
    return tuple(first + number * apart for number in range(budget))


def _asked_by_number(session: Session, now: datetime) -> list[RegistrySpec]:
    """Enabled registries of issuers that can be asked by number, and whose list of everybody is not read."""
    readings = registries.terms_readings(session)
    specs = [
        spec
        for spec in registries.known_registries().specs.values()
        if registries.is_in_force(spec, readings.get(spec.id), today=now.date()) and _can_be_asked(spec)
    ]
    read_from_files = _read_from_files(session, [spec.id for spec in specs], now)
    return [spec for spec in specs if spec.id not in read_from_files]


def _can_be_asked(spec: RegistrySpec) -> bool:
    lookup = spec.channels.get("lookup")
    return (
        lookup is not None
        and lookup.by_number is not None
        and "roster" not in spec.channels
        and spec.authority is Authority.ISSUER
        and spec.kind not in (CredentialKind.EXCLUSION, CredentialKind.ENUMERATION)
    )


def _read_from_files(session: Session, ids: Sequence[str], now: datetime) -> set[str]:
    return set(
        session.scalars(
            select(RegistryRun.registry_id)
            .where(
                RegistryRun.registry_id.in_(ids),
                RegistryRun.state == RunState.APPLIED,
                RegistryRun.is_whole.is_(True),
                RegistryRun.retrieved_at >= now - FILE_IN_USE,
            )
            .distinct()
        )
    )


def _used(session: Session, spec: RegistrySpec, begins: datetime, length: timedelta) -> frozenset[datetime]:
    found: Iterable[datetime | None] = session.scalars(
        select(RegistryRun.scheduled_for).where(
            RegistryRun.registry_id == spec.id,
            RegistryRun.scheduled_for >= begins,
            RegistryRun.scheduled_for <= begins + length,
        )
    )
    return frozenset(moment for moment in found if moment is not None)


def _unfinished(session: Session, ids: Sequence[str]) -> Mapping[str, int]:
    rows = session.execute(
        select(RegistryRun.registry_id, func.count())
        .where(RegistryRun.registry_id.in_(ids), RegistryRun.state.in_(UNFINISHED))
        .group_by(RegistryRun.registry_id)
    )
    return {row[0]: row[1] for row in rows}
