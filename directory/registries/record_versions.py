"""Records of an accepted run become versions: a changed record is a new row, the newest of a key is the current one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from directory.listings.drafts import family_key, region_code
from directory.models.registry import PublishedRecord, RegistryRun, StagedRecord
from directory.rules.name_reading import parse_name
from directory.rules.numbers import bare, valid_npi
from directory.rules.vocabulary import RunState
from scrapers.record import CredentialKind, Entity, Standing


def publish_portion(session: Session, run: RegistryRun, *, after: str, at_once: int) -> str:
    """Publishes the staged records that follow key `after`: the last key done, "" when there was none left."""
    staged = session.execute(
        select(StagedRecord.source_key, StagedRecord.content_hash, StagedRecord.record)
        .where(StagedRecord.run_id == run.id, StagedRecord.source_key > after)
        .order_by(StagedRecord.source_key, StagedRecord.id)
        .limit(at_once)
    ).all()
    if not staged:
        return ""
    current = _current(session, run.registry_id, {row.source_key for row in staged})
    read_whole = read_whole_at(session, run.registry_id)
    fresh = {row.source_key: row for row in staged if not _is_older(row, current.get(row.source_key), read_whole)}
    changed = {key: row for key, row in fresh.items() if _differs(current.get(key), row)}
    _retire(session, run, [current[key].id for key in changed if key in current])
    versions = _last_versions(session, run.registry_id, changed)
    rows = [_row(run, row, version=versions.get(key, 0) + 1) for key, row in changed.items()]
    if rows:
        session.execute(insert(PublishedRecord), rows)
    _see_again(session, run, {key: (current[key], row) for key, row in fresh.items() if key not in changed})
    return str(staged[-1].source_key)


def read_whole_at(session: Session, registry_id: str) -> datetime | None:
    """When the whole list that was read last, of those applied, was retrieved."""
    return session.scalar(
        select(func.max(RegistryRun.retrieved_at, type_=RegistryRun.retrieved_at.type)).where(
            RegistryRun.registry_id == registry_id,
            RegistryRun.state == RunState.APPLIED,
            RegistryRun.is_whole.is_(True),
        )
    )


def retire_absent(session: Session, run: RegistryRun) -> None:
    """After a whole run: what it did not have is no longer current."""
    session.execute(
        update(PublishedRecord)
        .where(
            PublishedRecord.registry_id == run.registry_id,
            PublishedRecord.is_current.is_(True),
            PublishedRecord.last_run_id != run.id,
        )
        .values(is_current=False)
        .execution_options(synchronize_session=False)
    )


def _current(session: Session, registry_id: str, keys: Collection[str]) -> dict[str, Row[Any]]:
    rows = session.execute(
        select(
            PublishedRecord.id,
            PublishedRecord.source_key,
            PublishedRecord.content_hash,
            PublishedRecord.last_seen_at,
            PublishedRecord.record["evidence"]["sha256"].as_string().label("sha256"),
        ).where(
            PublishedRecord.registry_id == registry_id,
            PublishedRecord.is_current.is_(True),
            PublishedRecord.source_key.in_(keys),
        )
    )
    return {row.source_key: row for row in rows}


def _is_older(staged: Row[Any], current: Row[Any] | None, read_whole: datetime | None) -> bool:
    """A page saved before what we have was read says nothing new; nor of somebody whom a later whole list left out."""
    seen_since = current.last_seen_at if current is not None else read_whole
    return seen_since is not None and seen_since > _retrieved_at(staged)


def _retrieved_at(staged: Row[Any]) -> datetime:
    return datetime.fromisoformat(staged.record["evidence"]["retrieved_at"])


def _differs(current: Row[Any] | None, staged: Row[Any]) -> bool:
    return current is None or current.content_hash != staged.content_hash


def _retire(session: Session, run: RegistryRun, ids: Sequence[int]) -> None:
    if ids:
        session.execute(
            update(PublishedRecord)
            .where(PublishedRecord.id.in_(ids))
            .values(is_current=False)
            .execution_options(synchronize_session=False)
        )


def _last_versions(session: Session, registry_id: str, keys: Collection[str]) -> Mapping[str, int]:
    rows = session.execute(
        select(PublishedRecord.source_key, func.max(PublishedRecord.version))
        .where(PublishedRecord.registry_id == registry_id, PublishedRecord.source_key.in_(keys))
        .group_by(PublishedRecord.source_key)
    )
    return {row[0]: row[1] for row in rows}


def _see_again(session: Session, run: RegistryRun, seen: Mapping[str, tuple[Row[Any], Row[Any]]]) -> None:
    """Unchanged records: seen by this run, and with its evidence where that is newer."""
    same, newer = [], []
    for current, staged in seen.values():
        retrieved_at = _retrieved_at(staged)
        if (current.last_seen_at, current.sha256) == (retrieved_at, staged.record["evidence"]["sha256"]):
            same.append(current.id)
        else:
            newer.append({"row_id": current.id, "fields": staged.record, "seen_at": retrieved_at, "run": run.id})
    if same:
        _update(session, update(PublishedRecord).where(PublishedRecord.id.in_(same)).values(last_run_id=run.id))
    if newer:
        table = PublishedRecord.__table__
        session.connection().execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("row_id"))
            .values(record=bindparam("fields"), last_seen_at=bindparam("seen_at"), last_run_id=bindparam("run")),
            newer,
        )


def _update(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))


def _row(run: RegistryRun, staged: Row[Any], *, version: int) -> dict[str, Any]:
    fields = staged.record
    return {
        "registry_id": run.registry_id,
        "source_key": staged.source_key,
        "version": version,
        "is_current": True,
        "kind": CredentialKind(fields["kind"]),
        "standing": Standing(fields["standing"]),
        "jurisdiction": fields["jurisdiction"][:10],
        "profession": fields["profession"][:60],
        "number_key": bare(fields["number_raw"] or fields["number"], fields["jurisdiction"])[:80],
        "npi": fields["npi"].strip() if valid_npi(fields["npi"].strip()) else "",
        "family_key": _family_key(fields["holder"]),
        "region": _region(fields),
        "expires_on": date.fromisoformat(fields["expires_on"]) if fields["expires_on"] else None,
        "content_hash": staged.content_hash,
        "record": fields,
        "first_run_id": run.id,
        "last_run_id": run.id,
        "last_seen_at": datetime.fromisoformat(fields["evidence"]["retrieved_at"]),
    }


def _family_key(holder: Mapping[str, Any]) -> str:
    if holder["entity"] == Entity.ORGANIZATION:
        return ""
    return family_key(holder["family"] or "".join(parse_name(holder["raw"]).family))


def _region(fields: Mapping[str, Any]) -> str:
    """Where the holder is, as far as the record says; else the place whose board it is."""
    country, _, region = fields["jurisdiction"].partition("-")
    place = fields["place"]
    return region_code(place["region"], place["country"] or country) or region
