"""What a merge changes, row by row: seen before and after, kept as differences, and put back from them.

Only columns that differ are kept. Putting back leaves alone what was changed again since: that was somebody's later
word. Rows are read and written as tables, so that nothing is lost between objects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Date, DateTime, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from directory.models.claim import Claim, ListingRequest
from directory.models.columns import Word
from directory.models.credential import Credential
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing, Location
from directory.models.merge import MergedRow
from directory.models.registry import MatchJudgement, RecordMatch
from directory.rules.vocabulary import CLOSED_FLAG_STATES, FlagState

Rows = Mapping[tuple[str, int], Mapping[str, Any]]
"""Rows by table and id, as the database gives them."""

TABLES: Mapping[str, Table] = {
    model.__tablename__: model.__table__  # type: ignore[misc]
    for model in (Listing, Location, Credential, RecordMatch, MatchJudgement, Flag, Claim, ListingRequest)
}
OWNED = "listing_id"
_OF_STATE = ("state", "closed_at", "holds_since", "order_url")
_RESTORED = {FlagState.DETECTED, FlagState.TRIAGED} | CLOSED_FLAG_STATES


def rows_of(session: Session, listing_ids: Sequence[int]) -> Rows:
    """Everything of these listings that a merge may change."""
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for name, table in TABLES.items():
        own = table.c.get(OWNED, table.c.id)
        for row in session.execute(select(table).where(own.in_(listing_ids)).order_by(table.c.id)).mappings():
            found[name, row["id"]] = dict(row)
    return found


def keep_differences(session: Session, merge_id: int, before: Rows, after: Rows) -> int:
    """Keeps how each row differs. Returns how many do."""
    rows = [
        {"merge_id": merge_id, "of_table": name, "row_id": row_id, "before": was, "after": now}
        for (name, row_id), was, now in _differences(before, after)
    ]
    if rows:
        session.execute(insert(MergedRow), rows, execution_options={"render_nulls": True})
    return len(rows)


def put_back(session: Session, kept: Sequence[MergedRow], *, step: Mapping[str, Any]) -> list[MergedRow]:
    """Each row as it was, the last change first. Returns the changes that do not hold any more and were left.

    `step` is what the history of a flag says of it (reason, by_id, at), where its state goes back too.
    """
    left = []
    for change in sorted(kept, key=lambda row: -row.id):
        table = TABLES[change.of_table]
        if change.before is None:
            _take_away(session, table, change)
        elif not _restore(session, table, change, step):
            left.append(change)
    return left


def _differences(before: Rows, after: Rows) -> Iterator[tuple[tuple[str, int], dict[str, Any] | None, dict[str, Any]]]:
    for key, now in after.items():
        was = before.get(key)
        if was is None:
            yield key, None, {name: as_json(value) for name, value in now.items()}
            continue
        names = [name for name, value in now.items() if was[name] != value]
        if names:
            yield key, {name: as_json(was[name]) for name in names}, {name: as_json(now[name]) for name in names}


def _take_away(session: Session, table: Table, change: MergedRow) -> None:
    """A place that the merge added goes, if it is still as it was added. Flags follow the facts by themselves."""
    if table.name != Location.__tablename__:
        return
    same = [table.c[name] == of_json(table.c[name], value) for name, value in change.after.items() if value is not None]
    session.execute(delete(table).where(*same))


def _restore(session: Session, table: Table, change: MergedRow, step: Mapping[str, Any]) -> bool:
    row = session.execute(select(table).where(table.c.id == change.row_id)).mappings().first()
    if row is None:
        return False
    values = {
        name: of_json(table.c[name], value)
        for name, value in (change.before or {}).items()
        if row[name] == of_json(table.c[name], change.after[name])
    }
    if table.name == Flag.__tablename__:
        values = _of_flag(session, row, values, step)
    if values:
        session.execute(update(table).where(table.c.id == change.row_id).values(values))
    return len(values) == len(change.before or {})


def _of_flag(
    session: Session, row: Mapping[Any, Any], values: dict[str, Any], step: Mapping[str, Any]
) -> dict[str, Any]:
    """A state goes back as one more step of the flag's history, unless another flag has taken the place since.

    None goes back into due process: where a case began again, what was told and decided counts no more.
    """
    flag = TABLES[Flag.__tablename__].c
    taken = select(flag.id).where(
        flag.subject == values.get("subject", row["subject"]),
        flag.kind == row["kind"],
        flag.closed_at.is_(None),
        flag.id != row["id"],
    )
    reopened = "closed_at" in values and session.scalar(taken.limit(1)) is not None
    if values.get("state") not in _RESTORED or reopened:
        return {name: value for name, value in values.items() if name not in _OF_STATE}
    session.execute(
        insert(FlagChange).values(flag_id=row["id"], from_state=row["state"], to_state=values["state"], **step)
    )
    return values


def as_json(value: Any) -> Any:
    """A value of a row as JSON holds it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)


def of_json(column: Column[Any], value: Any) -> Any:
    """The value that the column had."""
    if value is None:
        return None
    if isinstance(column.type, Word):
        return column.type.words(value)
    kind = getattr(column.type, "impl_instance", column.type)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
