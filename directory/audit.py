"""The audit log: who did what to what, when and why. Appended only, and each line carries the hash of the one before.

The database refuses to change or delete a line (migration 0002); the chain shows it where somebody got round that.
A line lasts for good, so it holds no more of a person than it must: somebody who moderates is named by address,
everybody else as "account 12", and `before` and `after` say what changed without repeating private text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from directory.models.account import Account
from directory.models.audit import AuditLine

FIRST = "0" * 64
"""What the first line gives as the hash before it."""

_LOCK = 0x7472756D  # any number, as long as nobody else in this database takes it


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a walk along the chain found. `head` is worth noting elsewhere: a chain cut off at its end looks whole."""

    lines: int
    sound: bool
    head: str
    broken_at: int | None = None
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def record(
    session: Session,
    *,
    actor: Account | str,
    action: str,
    subject: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    at: datetime,
) -> AuditLine:
    """A new line at the end of the chain, in the caller's transaction.

    `actor` is an account or, where no person acts, a name like "run 12"; `action` a verb with its object ("claim
    approved"); `subject` what it was done to ("listing:7"). From here to the end of the transaction nobody else can add
    a line, so add it last where a transaction is long. Raises TypeError on a value that JSON cannot hold exactly.
    """
    _wait_for_my_turn(session)
    session.flush()
    previous = session.scalar(select(AuditLine.hash).order_by(AuditLine.id.desc()).limit(1)) or FIRST
    line = AuditLine(
        at=at,
        actor_id=actor.id if isinstance(actor, Account) else None,
        actor=name_of(actor),
        action=action,
        subject=subject,
        before=_plain(before),
        after=_plain(after),
        reason=reason,
        previous_hash=previous,
    )
    line.hash = hash_of(line)
    session.add(line)
    session.flush()
    return line


def verify(session: Session, *, head_seen: str = "") -> AuditReport:
    """Whether each line is as it was written and follows the one before it.

    With `head_seen`, a hash noted earlier, also whether the line it belongs to is still there.
    """
    previous, count, seen = FIRST, 0, head_seen in ("", FIRST)
    for line in session.scalars(select(AuditLine).order_by(AuditLine.id).execution_options(yield_per=500)):
        if line.previous_hash != previous:
            return AuditReport(count, False, previous, line.id, "a line before this one is missing or out of order")
        if line.hash != hash_of(line):
            return AuditReport(count, False, previous, line.id, "this line is not as it was written")
        previous, count = line.hash, count + 1
        seen = seen or previous == head_seen
    if not seen:
        return AuditReport(count, False, previous, None, "the line with the hash noted earlier is gone")
    return AuditReport(count, True, previous)


def hash_of(line: AuditLine) -> str:
    """The hash a line must carry: over the hash before it and all it says. `actor_id` may be emptied, so it is out."""
    said = {
        "previous": line.previous_hash,
        "at": line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": line.actor,
        "action": line.action,
        "subject": line.subject,
        "before": line.before,
        "after": line.after,
        "reason": line.reason,
    }
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def name_of(actor: Account | str) -> str:
    """How the log names somebody: those who act for the site by address, others by number only."""
    if isinstance(actor, str):
        return actor
    return actor.email if actor.roles else f"account {actor.id}"


def _wait_for_my_turn(session: Session) -> None:
    """SQLite's writers already wait for each other. `previous_hash` is unique, should anything slip past."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _plain(value: Any) -> Any:
    """`value` as JSON that reads back the same from both databases."""
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        return str(value)
    raise TypeError(f"an audit line cannot hold {value!r}")
