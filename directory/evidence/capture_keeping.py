"""How long captures are kept: while something about somebody who is listed rests on them, and then no longer.

A capture is the very page or file that was read. It goes `freshness.CAPTURE_AGE` after it was last seen when nothing
refers to it: no check of a listed practitioner's credential, no flag, no page that a moderator confirmed, and no
current record of a list. A record that was looked up by its number counts while its person is listed only: what is
about people who left goes. Evidence keeps the hash. Source: trust, "ASVS rows", 14.2.7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from directory.models.credential import CredentialCheck, Evidence
from directory.models.flag import Flag
from directory.models.page_check import PageCheck
from directory.models.registry import PublishedRecord, RecordMatch, RegistryRun
from directory.registries import storage
from directory.registries.health_changes import LISTS
from directory.rules.freshness import CAPTURE_AGE
from directory.rules.vocabulary import RunState, Verdict

_SHA: Any = PublishedRecord.record["evidence"]["sha256"].as_string()
_UNFINISHED = (RunState.QUEUED, RunState.RUNNING, RunState.HELD, RunState.STAGED)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many captures there are, how many were (or would be) deleted, and their bytes."""

    captures: int
    deleted: int
    bytes: int


def sweep_captures(session: Session, *, now: datetime, dry_run: bool = False) -> Swept:
    """Deletes what nothing rests on any more. Changes no row: the files alone go."""
    store = storage.captures()
    kept = dict(store.kept())
    old = {sha256 for sha256, seen_at in kept.items() if _is_old(seen_at, now)}
    left = sorted(old - _in_use(session)) if old else []
    deleted = size = 0
    for sha256 in left:
        path = store.path_of(sha256)
        if path is None or store.seen_at(sha256) != kept[sha256]:
            continue  # it was read again in the meantime
        deleted, size = deleted + 1, size + path.stat().st_size
        if not dry_run:
            store.forget(sha256)
    return Swept(len(kept), deleted, size)


def _is_old(seen_at: float, now: datetime) -> bool:
    return now - datetime.fromtimestamp(seen_at, UTC) > CAPTURE_AGE


def _in_use(session: Session) -> set[str]:
    """The hashes that something rests on."""
    used = {sha256 for statement in _references() for sha256 in session.scalars(statement) if sha256}
    unfinished = select(RegistryRun.report["captures"]).where(RegistryRun.state.in_(_UNFINISHED))
    return used.union(*(captures or () for captures in session.scalars(unfinished)))


def _references() -> Iterator[Select[Any]]:
    checked = select(CredentialCheck.evidence_id).where(CredentialCheck.evidence_id.is_not(None))
    flagged = select(Flag.evidence_id).where(Flag.evidence_id.is_not(None))
    yield select(Evidence.sha256).distinct().where(or_(Evidence.id.in_(checked), Evidence.id.in_(flagged)))
    yield select(PageCheck.sha256).distinct()  # they go with their credential when somebody leaves
    matched = (
        select(RecordMatch.id)
        .where(
            RecordMatch.registry_id == PublishedRecord.registry_id,
            RecordMatch.source_key == PublishedRecord.source_key,
            RecordMatch.verdict != Verdict.NO,
        )
        .exists()
    )
    yield (
        select(_SHA)
        .distinct()
        .join(RegistryRun, RegistryRun.id == PublishedRecord.last_run_id)
        .where(or_(and_(PublishedRecord.is_current.is_(True), RegistryRun.channel.in_(LISTS)), matched))
    )
