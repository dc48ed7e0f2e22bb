"""Numbers that a registry must find when it is asked for them: a board that finds nobody any more answers politely.

The description names some (`canaries`); no built-in one does, for they are real people's. Then those serve that the
registry itself found of late, asked for in the very same words.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory.models.registry import PublishedRecord, RegistryRun
from directory.rules.vocabulary import RunChannel, RunState
from scrapers.judging import canary_lookup
from scrapers.record import Standing
from scrapers.spec import RegistrySpec

FOUND_WITHIN = timedelta(days=30)
MOST, FEWEST = 5, 2  # a single one may really have gone, and would be asked for every night


def number_to_probe(session: Session, spec: RegistrySpec, *, now: datetime) -> str:
    """The number that must be found today, each in its turn; "" where none is known or none can be asked for."""
    return canary_lookup(must_find(spec, known_numbers(session, spec, now=now)), on=now.date())


def must_find(spec: RegistrySpec, numbers: tuple[str, ...]) -> RegistrySpec:
    """The registry, of which a reading without one of these numbers is not believed."""
    return replace(spec, canaries=numbers)


def known_numbers(session: Session, spec: RegistrySpec, *, now: datetime) -> tuple[str, ...]:
    """Those of the description, or else the latest that were looked up and found in force."""
    if spec.canaries or "lookup" not in spec.channels:
        return spec.canaries
    wanted, record = RegistryRun.asked["lookup"].as_string(), PublishedRecord.record
    found = session.scalars(
        select(wanted)
        .join(PublishedRecord, PublishedRecord.last_run_id == RegistryRun.id)
        .where(
            RegistryRun.registry_id == spec.id,
            RegistryRun.channel == RunChannel.LOOKUP,
            RegistryRun.state == RunState.APPLIED,
            RegistryRun.retrieved_at > now - FOUND_WITHIN,
            PublishedRecord.is_current.is_(True),
            PublishedRecord.standing == Standing.ACTIVE,
            or_(record["number"].as_string() == wanted, record["number_raw"].as_string() == wanted),
        )
        .order_by(RegistryRun.id.desc())
        .limit(MOST)
    )
    numbers = tuple(dict.fromkeys(found))
    return numbers if len(numbers) >= FEWEST else ()
