"""The records that registries publish now, as accepted runs read them, for matching, checking and showing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from directory.models.registry import PublishedRecord, RegistryRun
from scrapers.record import RegistryRecord

MOST_OF_ONE_NPI = 30  # a provider has up to 15 taxonomy entries


ROWS = (
    PublishedRecord.id,
    PublishedRecord.registry_id,
    PublishedRecord.source_key,
    PublishedRecord.number_key,
    PublishedRecord.jurisdiction,
    PublishedRecord.profession,
    PublishedRecord.npi,
    PublishedRecord.family_key,
    PublishedRecord.region,
    PublishedRecord.first_run_id,
    PublishedRecord.last_run_id,
    PublishedRecord.record,
)
"""What matching and checking need of a published record."""


def has_runs(session: Session, registry_id: str) -> bool:
    """Whether a run of the registry was ever asked for."""
    return bool(session.scalar(select(exists().where(RegistryRun.registry_id == registry_id))))


def current_records(session: Session, registry_id: str) -> Iterable[dict[str, Any]]:
    """The current records of a registry as they were read, by key, streamed."""
    rows = session.scalars(
        select(PublishedRecord.record)
        .where(PublishedRecord.registry_id == registry_id, PublishedRecord.is_current.is_(True))
        .order_by(PublishedRecord.source_key)
        .execution_options(yield_per=1000)
    )
    yield from rows


def with_records(rows: Iterable[Row[Any]]) -> list[tuple[Row[Any], RegistryRecord]]:
    """Each row of `ROWS` with its record, under the key it is stored by."""
    return [(row, replace(RegistryRecord.from_json(row.record), source_key=row.source_key)) for row in rows]


def rows_of_run(session: Session, run: RegistryRun, *, after: str, at_once: int) -> list[Row[Any]]:
    """The current records that the run saw, by key, those that follow `after`.

    Records of one NPI that follow each other stay together, so that what comes of them hangs on no border.
    """
    rows = list(
        session.execute(
            select(*ROWS)
            .where(
                PublishedRecord.last_run_id == run.id,
                PublishedRecord.source_key > after,
                PublishedRecord.is_current.is_(True),
            )
            .order_by(PublishedRecord.source_key)
            .limit(at_once + MOST_OF_ONE_NPI)
        )
    )
    end = min(at_once, len(rows))
    while end < len(rows) and rows[end].npi and rows[end].npi == rows[end - 1].npi:
        end += 1
    return rows[:end]


Field = tuple[str, str, str]
"""Where a number is unique: its bare digits, jurisdiction and profession."""


def field_of(row: Row[Any]) -> Field:
    return (row.number_key, row.jurisdiction, row.profession)


def same_number_records(
    session: Session, registry_id: str, rows: Iterable[Row[Any]]
) -> dict[Field, list[RegistryRecord]]:
    """The current records of each number that several current records of the registry share, by key."""
    keys = {row.number_key for row in rows} - {""}
    shared = session.scalars(
        select(PublishedRecord.number_key)
        .where(
            PublishedRecord.registry_id == registry_id,
            PublishedRecord.is_current.is_(True),
            PublishedRecord.number_key.in_(keys),
        )
        .group_by(PublishedRecord.number_key)
        .having(func.count() > 1)
    ).all()
    if not shared:
        return {}
    found = session.execute(
        select(*ROWS)
        .where(
            PublishedRecord.registry_id == registry_id,
            PublishedRecord.is_current.is_(True),
            PublishedRecord.number_key.in_(shared),
        )
        .order_by(PublishedRecord.source_key)
    )
    groups: defaultdict[Field, list[RegistryRecord]] = defaultdict(list)
    for row, record in with_records(found):
        groups[field_of(row)].append(record)
    return {field: records for field, records in groups.items() if len(records) > 1}


def disagree(records: Sequence[RegistryRecord]) -> bool:
    """Whether records of one number differ on the person or the standing."""
    return len({(record.holder.raw.casefold(), record.standing) for record in records}) > 1
