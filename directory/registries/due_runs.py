"""What is due by schedule becomes runs that wait: rosters at their time, and single numbers where there is no roster.

Each is unique by registry and due time, so two schedulers do no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory.extensions import only_reading
from directory.models.registry import RegistryRun
from directory.registries import registries
from directory.registries.host_book import resting_hosts
from directory.registries.known_numbers import number_to_probe
from directory.registries.lookup_nights import Night, nights
from directory.registries.lookups_due import asked_lately, due_lookups, number_that_answered
from directory.registries.run_requests import UNFINISHED, Asked, NotEnabled, host_of, queue_run
from directory.registries.schedules import latest_due, next_due
from directory.rules.numbers import bare
from directory.rules.vocabulary import RunChannel
from scrapers.spec import RegistrySpec

log = logging.getLogger(__name__)

SCHEDULE = "schedule"
NOT_TWICE_WITHIN = timedelta(hours=12)


def queue_due_runs(session: Session, *, now: datetime) -> list[int]:
    """Queues what is due of each enabled registry. Commits. Returns the new runs."""
    return [*queue_due_rosters(session, now=now), *queue_due_lookups(session, now=now)]


def queue_due_rosters(session: Session, *, now: datetime) -> list[int]:
    """Queues a roster run of each enabled registry whose time has come, unless one of its runs is unfinished or its
    host is left alone: then it comes later."""
    queued, resting = [], resting_hosts(session, now=now)
    busy = set(session.scalars(select(RegistryRun.registry_id).where(RegistryRun.state.in_(UNFINISHED))))
    for spec in _rosters():
        may_be = spec.id not in busy and host_of(spec, RunChannel.ROSTER.value) not in resting
        due = latest_due(spec, now) if may_be and _is_open(spec, now) else None
        if due is not None and _may_be_asked(session, spec, now) and not _was_queued(session, spec.id, due):
            queued += _queue(session, spec, Asked(RunChannel.ROSTER), due, now)
    session.commit()
    return queued


def queue_due_lookups(session: Session, *, now: datetime) -> list[int]:
    """Queues the most urgent numbers of each registry for the moments that have come.

    A registry that is away is asked for one number a night that it is known to answer.
    """
    session.commit()
    with only_reading():  # nobody waits while it is found out what is due
        wanted = [(night.spec, plan) for night in nights(session, now=now) if (plan := _plan(session, night, now))]
        session.rollback()
    queued = []
    for spec, plan in wanted:
        for moment, asked in plan:
            key = bare(asked.lookup, spec.jurisdiction)
            if not asked_lately(session, spec, key, since=now - NOT_TWICE_WITHIN):
                queued += _queue(session, spec, asked, moment, now)
            session.commit()
    return queued


def what_comes(session: Session, *, now: datetime) -> dict[str, Any]:
    """What is due next, and of each registry that is asked by number what waits and what its budget leaves."""
    enabled = (spec for spec in _rosters() if _may_be_asked(session, spec, now))
    rosters = {spec.id: due.isoformat() for spec in enabled if (due := next_due(spec, now))}
    lookups = {night.spec.id: _told(session, night, now) for night in nights(session, now=now)}
    return {"rosters_due": dict(sorted(rosters.items(), key=lambda each: each[1])), "lookups": lookups}


def _told(session: Session, night: Night, now: datetime) -> dict[str, Any]:
    coming = [moment for moment in night.moments if moment > now]
    return {
        "due": len(due_lookups(session, night.spec, now=now)),
        "queued": night.unfinished,
        "budget": len(night.moments),
        "left": night.left,
        "next": coming[0].isoformat() if coming and night.left else None,
        "away_because": night.away_because,
        "host_is_resting": night.is_resting,
    }


def _plan(session: Session, night: Night, now: datetime) -> list[tuple[datetime, Asked]]:
    moments = night.open_moments(now)
    if not moments:
        return []
    due = [_lookup(each.number) for each in due_lookups(session, night.spec, now=now, most=len(moments))]
    if due:
        known = number_to_probe(session, night.spec, now=now)
        probe = [_lookup(known, must_find=True)] if known and not _was_asked(session, night.spec, known, now) else []
        due = [*probe, *due]
    if night.away_because and due:
        answered = number_that_answered(session, night.spec)
        due = due[:1] if due[0].must_find or not answered else [_lookup(answered)]
    return list(zip(moments, due, strict=False))


def _lookup(number: str, *, must_find: bool = False) -> Asked:
    return Asked(RunChannel.LOOKUP, lookup=number, must_find=must_find)


def _was_asked(session: Session, spec: RegistrySpec, number: str, now: datetime) -> bool:
    return asked_lately(session, spec, bare(number, spec.jurisdiction), since=now - NOT_TWICE_WITHIN)


def _rosters() -> Iterator[RegistrySpec]:
    return (spec for spec in registries.known_registries().specs.values() if "roster" in spec.channels)


def _may_be_asked(session: Session, spec: RegistrySpec, now: datetime) -> bool:
    """Whether its terms were read, and not too long ago."""
    return not registries.terms_missing(session, spec, today=now.date())


def _is_open(spec: RegistrySpec, now: datetime) -> bool:
    """Whether it is within the hours that the source states, if it does."""
    return spec.politeness.window is None or spec.politeness.window.is_open(now)


def _queue(session: Session, spec: RegistrySpec, asked: Asked, due: datetime, now: datetime) -> list[int]:
    """The new run; none where another scheduler was first, or where the terms have to be read again."""
    try:
        with session.begin_nested():
            return [queue_run(session, spec, asked, asked_by=SCHEDULE, at=now, scheduled_for=due).id]
    except IntegrityError:
        log.info("The run of %s that was due at %s is queued already", spec.id, due)
    except NotEnabled as refused:
        log.warning("What is due of %s is not asked: %s", spec.id, refused)
    return []


def _was_queued(session: Session, registry_id: str, due: datetime) -> bool:
    found = select(RegistryRun.id).where(RegistryRun.registry_id == registry_id, RegistryRun.scheduled_for == due)
    return session.scalar(found) is not None
