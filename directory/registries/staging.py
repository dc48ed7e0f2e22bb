"""What a run reads, kept aside in portions until the run is judged. No transaction is open while a page is fetched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from directory.models.registry import StagedRecord
from directory.registries.run_claims import Claim, hold
from directory.registries.storable_text import storable
from scrapers.record import RegistryRecord


class Staged:
    """What was staged, counted on the way: how many, and when the first of it was retrieved."""

    def __init__(self) -> None:
        self.records = 0
        self.retrieved_at: datetime | None = None

    def see(self, record: RegistryRecord) -> None:
        self.records += 1
        seen = record.evidence.retrieved_at
        self.retrieved_at = min(self.retrieved_at or seen, seen)


def stage(
    session: Session,
    claim: Claim,
    records: Iterable[RegistryRecord],
    *,
    at_once: int,
    clock: Callable[[], datetime],
) -> Staged:
    """Keeps the records aside, `at_once` in each transaction; what an earlier attempt left is dropped first. Commits.

    Raises RunTaken when the run is no longer ours.
    """
    drop_staged(session, claim, clock=clock)
    staged = Staged()
    for portion in _portions(records, at_once):
        for record in portion:
            staged.see(record)
        hold(session, claim, now=clock())
        session.execute(insert(StagedRecord), [_row(claim.run_id, record) for record in portion])
        session.commit()
    return staged


def drop_staged(session: Session, claim: Claim, *, clock: Callable[[], datetime]) -> None:
    """Forgets what is staged for the run. Commits."""
    hold(session, claim, now=clock())
    session.execute(delete(StagedRecord).where(StagedRecord.run_id == claim.run_id))
    session.commit()


def _portions(records: Iterable[RegistryRecord], at_once: int) -> Iterator[list[RegistryRecord]]:
    rest = iter(records)
    while portion := list(islice(rest, at_once)):
        yield portion


def _row(run_id: int, record: RegistryRecord) -> dict[str, Any]:
    fields = storable(record.as_json())
    return {
        "run_id": run_id,
        "source_key": _key(fields["source_key"]),
        "content_hash": content_hash(fields),
        "record": fields,
    }


def content_hash(fields: dict[str, Any]) -> str:
    """The SHA-256 of what a record says, when and how it was read left out: a record read again has the same."""
    said = {name: value for name, value in fields.items() if name != "evidence"}
    said["as_of"] = fields["evidence"]["as_of"]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _key(source_key: str) -> str:
    """Keys longer than their column keep their beginning and get a hash: two of them stay two."""
    if len(source_key) <= 300:
        return source_key
    return f"{source_key[:230]}~{hashlib.sha256(source_key.encode()).hexdigest()[:60]}"
