"""The asking ledger, read: of each registry what was asked, how often, what was refused, and until when it is left
alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from directory.models.asking import AskingDay, AskingRefusal, RegistryHost, RobotsAnswer
from directory.registries import registries
from directory.rules.wording import day
from scrapers.hosts import host_key
from scrapers.spec import RegistrySpec

COUNTED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AskingLine:
    """What one registry was asked. Refused is by them, withheld by us (robots.txt, terms, hours, a host left alone)."""

    requests_30d: int = 0
    refused_30d: int = 0
    withheld_30d: int = 0
    last_asked_at: datetime | None = None
    last_refused_at: datetime | None = None
    last_refusal: str = ""  # whoever refused: the reason, with the address
    robots: str = ""  # a short sentence on its robots.txt, "" where it was never asked
    pause_seconds: float = 0.0  # between two requests, as things stand
    closed_until: datetime | None = None  # not asked before; None when it may be asked
    closed_because: str = ""
    closed_host: str = ""
    terms_read_on: date | None = None
    terms_due_on: date | None = None  # to be read again; not asked any more from this day on


def asking_lines(session: Session, *, now: datetime) -> dict[str, AskingLine]:
    """The ledger of every known registry that is asked over the network, by id."""
    counts, refusals = _counts(session, since=now - COUNTED), _last_refusals(session)
    specs = {spec.id: spec for spec in registries.known_registries().specs.values() if spec.needs_network}
    hosts = {each.host: each for each in session.scalars(select(RegistryHost))}
    robots, readings = _robots(session, specs.values()), registries.terms_readings(session)
    lines = {}
    for spec in specs.values():
        reading = readings.get(spec.id)
        read_on = reading.at.date() if reading and reading.enabled else None
        lines[spec.id] = AskingLine(
            **counts.get(spec.id, {}),
            **_refused(refusals.get(spec.id)),
            **_standing(spec, hosts, now),
            robots=_robots_sentence([robots[origin] for origin in spec.allowed_hosts if origin in robots]),
            terms_read_on=read_on,
            terms_due_on=registries.terms_due_on(spec, read_on),
        )
    return lines


@dataclass(frozen=True, slots=True)
class DayAsked:
    """One day of one registry: requests sent, those refused by them, those withheld by us."""

    day: date
    requests: int
    refused: int
    withheld: int


def asking_days(session: Session, registry_id: str, *, now: datetime) -> list[DayAsked]:
    """The days of the last thirty on which the registry was asked, or would have been, the latest first."""
    recent = AskingDay.registry_id == registry_id, AskingDay.day > (now - COUNTED).date()
    sums = (func.sum(AskingDay.requests), func.sum(AskingDay.refusals), func.sum(AskingDay.withheld))
    rows = session.execute(select(AskingDay.day, *sums).where(*recent).group_by(AskingDay.day))
    return sorted((DayAsked(*row) for row in rows), key=lambda each: each.day, reverse=True)


def _counts(session: Session, *, since: datetime) -> dict[str, dict[str, Any]]:
    """Sums of the last days by registry; when it was last asked is of all days."""
    recent = AskingDay.day > since.date()
    rows = session.execute(
        select(
            AskingDay.registry_id,
            func.coalesce(func.sum(AskingDay.requests).filter(recent), 0),
            func.coalesce(func.sum(AskingDay.refusals).filter(recent), 0),
            func.coalesce(func.sum(AskingDay.withheld).filter(recent), 0),
            func.max(AskingDay.last_sent_at, type_=AskingDay.last_sent_at.type),
        ).group_by(AskingDay.registry_id)
    )
    names = ("requests_30d", "refused_30d", "withheld_30d", "last_asked_at")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def _last_refusals(session: Session) -> dict[str, AskingRefusal]:
    latest = select(func.max(AskingRefusal.id)).group_by(AskingRefusal.registry_id)
    rows = session.scalars(select(AskingRefusal).where(AskingRefusal.id.in_(latest)))
    return {row.registry_id: row for row in rows}


def _refused(last: AskingRefusal | None) -> dict[str, Any]:
    if last is None:
        return {}
    told = f"{last.reason} ({last.url})" if last.url else last.reason
    return {"last_refused_at": last.at, "last_refusal": told}


def _standing(spec: RegistrySpec, hosts: Mapping[str, RegistryHost], now: datetime) -> dict[str, Any]:
    """The pause at the registry's hosts and until when it is left alone: of several hosts, the slowest and longest."""
    ours = [hosts[key] for key in {host_key(origin) for origin in spec.allowed_hosts} if key in hosts]
    slower = [each.delay_seconds for each in ours if each.delay_until and each.delay_until > now]
    closed = [each for each in ours if each.closed_until and each.closed_until > now]
    found: dict[str, Any] = {"pause_seconds": max([spec.politeness.delay_seconds, *slower])}
    if closed:
        longest = max(closed, key=lambda each: each.closed_until or now)
        found |= {"closed_until": longest.closed_until, "closed_because": longest.closed_because}
        found["closed_host"] = longest.host
    return found


def _robots(session: Session, specs: Iterable[RegistrySpec]) -> dict[str, Row[Any]]:
    """The newest answer of each origin, without its text."""
    origins = {origin for spec in specs for origin in spec.allowed_hosts}
    latest = select(func.max(RobotsAnswer.id)).where(RobotsAnswer.origin.in_(origins)).group_by(RobotsAnswer.origin)
    rows = session.execute(
        select(RobotsAnswer.origin, RobotsAnswer.status, RobotsAnswer.delay_seconds, RobotsAnswer.last_at).where(
            RobotsAnswer.id.in_(latest)
        )
    )
    found: dict[str, Any] = {row.origin: row for row in rows}
    return found


def _robots_sentence(answers: list[Row[Any]]) -> str:
    """One clause for each of the registry's origins; the name is said only where there are several."""
    told: defaultdict[str, list[str]] = defaultdict(list)
    for answer in sorted(answers, key=lambda each: str(each.origin)):
        told[_robots_clause(answer)].append(urlsplit(answer.origin).hostname or answer.origin)
    if len(answers) == 1 or len(told) == 1:
        return next(iter(told), "")
    return " ".join(f"{', '.join(hosts)}: {clause}" for clause, hosts in told.items())


def _robots_clause(answer: Row[Any]) -> str:
    if answer.status == 0 or answer.status >= 500:
        return f"robots.txt gave no answer on {day(answer.last_at)}, so nothing was asked."
    if answer.status >= 300:
        return f"There was no robots.txt on {day(answer.last_at)}."
    pause = f", which asks for a pause of {answer.delay_seconds:g} s" if answer.delay_seconds else ""
    return f"robots.txt, read on {day(answer.last_at)}{pause}, is followed."
