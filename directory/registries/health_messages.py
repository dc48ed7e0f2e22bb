"""Who is told that a registry is no longer as it was: moderators and operators, once for each change.

A registry that goes back and forth is worth one message a day: what holds when the day is over is told then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models.account import Account, AccountRole
from directory.models.registry import RegistryRun
from directory.models.source import HealthChange, Novelty
from directory.notifications import queue_notice
from directory.registries.health_changes import latest_change
from directory.rules.vocabulary import NoveltyKind, Role, RunState, SourceHealth

A_DAY = timedelta(hours=23, minutes=30)
"""A little less than a day: a daily run does not end at the same minute each time."""

NAMED = 10

_SUBJECTS: Mapping[SourceHealth, str] = {
    SourceHealth.OK: "is read normally again",
    SourceHealth.DEGRADED: "is read in part only",
    SourceHealth.UNREACHABLE: "cannot be reached",
    SourceHealth.CHANGED_LAYOUT: "has changed, and its reader needs a look",
    SourceHealth.BLOCKED: "is closed to programs, and we stopped asking",
    SourceHealth.MAINTENANCE: "is under maintenance",
}
_STANDS = "Nothing of such a run is applied; what the last accepted run said stands, and silence counts for nothing."


def tell_of_run(session: Session, run: RegistryRun, new: Sequence[Novelty], *, at: datetime) -> None:
    """One message about what this run, which is over or held, was the first to show; none where that is nothing new."""
    change, title = _untold_change(session, run.registry_id, at), str(run.described.get("title") or run.registry_id)
    told = _told_of_novelties(new)
    if change is not None and run.state is RunState.HELD and change.run_id == run.id:
        change.told_at, change = at, None  # with the question for a decision
    if change is not None:
        changes = _changes_since(session, run.registry_id, at - A_DAY)
        change.told_at = at
        subject, parts = f"{title} {_SUBJECTS[change.health]}", [*_told_of_change(change, changes), *told]
    elif told:
        subject, parts = f"{title} publishes what its description doesn't know", told
    else:
        return
    page = f"{current_app.config['SITE_URL'].rstrip('/')}/moderation/registries/{run.registry_id}"
    tell(session, subject, "\n\n".join([*parts, f"Its history, and what to do: {page}"]), at=at)


def _untold_change(session: Session, registry_id: str, at: datetime) -> HealthChange | None:
    """How the registry is, if people were last told otherwise and no message was sent within a day."""
    newest = latest_change(session, registry_id)
    told = session.scalar(
        select(HealthChange)
        .where(HealthChange.registry_id == registry_id, HealthChange.told_at.is_not(None))
        .order_by(HealthChange.told_at.desc(), HealthChange.id.desc())
        .limit(1)
    )
    known = told.health if told is not None else SourceHealth.OK
    if newest is None or newest.health is known:
        return None
    if told is not None and told.told_at is not None and at - told.told_at < A_DAY:
        return None
    return newest


def _told_of_change(change: HealthChange, changes: int) -> list[str]:
    parts = [change.reason or "It was read to its end."]
    if change.health not in (SourceHealth.OK, SourceHealth.DEGRADED):
        parts.append(_STANDS)
    if changes > 2:
        parts.append(f"It went back and forth: {changes} changes within a day. This is the one message about them.")
    return parts


def _told_of_novelties(new: Sequence[Novelty]) -> list[str]:
    words = [each.text for each in new if each.kind is NoveltyKind.WORD]
    columns = [each.text for each in new if each.kind is NoveltyKind.COLUMN]
    parts = []
    if words:
        parts.append(f"New standing words: {_named(words)}. Such records are kept as unknown until somebody reads up.")
    if columns:
        parts.append(f"New columns: {_named(columns)}. The run was stopped until they are listed.")
    return parts


def _changes_since(session: Session, registry_id: str, since: datetime) -> int:
    query = select(func.count()).where(HealthChange.registry_id == registry_id, HealthChange.at > since)
    return session.scalar(query) or 0


def _named(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - NAMED} more" if len(texts) > NAMED else ""
    return ", ".join(f"“{text}”" for text in texts[:NAMED]) + more


def tell(session: Session, subject: str, text: str, *, at: datetime) -> None:
    """A mail to everybody who moderates or operates."""
    roles = [Role.MODERATOR.value, Role.OPERATOR.value]
    people = session.scalars(
        select(Account)
        .where(Account.roles.any(AccountRole.name.in_(roles)), Account.active.is_(True))
        .order_by(Account.id)
    )
    for account in people.unique().all():
        queue_notice(session, account.email, subject, text, at=at, account_id=account.id)
