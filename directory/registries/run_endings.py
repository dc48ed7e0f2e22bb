"""How a registry run ends where it isn't simply applied: held for a person, decided, given up; and who is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory import audit
from directory.models.account import Account, AccountRole
from directory.models.registry import RegistryRun, StagedRecord
from directory.moderation import flags
from directory.notifications import queue_notice
from directory.registries import registries
from directory.registries.health_changes import note_change
from directory.registries.health_messages import tell_of_run
from directory.registries.novelties import note_novelties
from directory.registries.record_versions import read_whole_at
from directory.rules.vocabulary import Role, RunState


class CannotDecide(Exception):  # noqa: N818 - an answer to the moderator
    """The run no longer waits for a decision, or cannot be accepted at present. The message says why."""


def hold_for_review(session: Session, run: RegistryRun, *, reason: str, at: datetime) -> None:
    """Keeps the run for a moderator. Earlier held runs of the registry are overtaken by it."""
    run.reason = f"Held for a decision: {reason}."
    earlier = session.scalars(
        select(RegistryRun).where(
            RegistryRun.registry_id == run.registry_id, RegistryRun.state == RunState.HELD, RegistryRun.id < run.id
        )
    )
    for other in earlier:
        give_up(session, other, reason=f"Overtaken by run {run.id}.", at=at, state=RunState.REJECTED)
    title = run.described.get("title", run.registry_id)
    tell_moderators(
        session,
        f"A run of {title} waits for a decision",
        f"Run {run.id} of {title} was read, and nothing of it has been applied: {reason}.\n\n"
        "Somebody should look at it on the moderators' page and accept or reject it.",
        at=at,
    )
    note_health(session, run, at=at)


def tell_of_half_applied(session: Session, run: RegistryRun, *, at: datetime) -> None:
    """Tells moderators that an accepted run was stopped in the middle, and how it goes on."""
    title = run.described.get("title", run.registry_id)
    tell_moderators(
        session,
        f"A run of {title} was stopped half-way",
        f"Run {run.id} of {title} was accepted, and a part of it has been applied: {run.reason}\n\n"
        "Accepted again on the moderators' page, it goes on from where it stopped.",
        at=at,
    )


def decide_run(session: Session, run_id: int, accept: bool, *, by: Account, reason: str, at: datetime) -> RegistryRun:
    """A moderator's word on a held run. Accepted, it waits to be applied: the caller commits and rings the bell.

    Raises CannotDecide when it isn't held any more, when a later run was applied, or when another one is at work.
    """
    if not reason.strip():
        raise CannotDecide("Say why.")
    run = session.scalars(
        select(RegistryRun).where(RegistryRun.id == run_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if run.state is not RunState.HELD:
        raise CannotDecide(f"Run {run_id} is {run.state.value} and no longer waits for a decision.")
    if accept and is_outdated(session, run):
        raise CannotDecide(f"A later run of {run.registry_id} has been applied since: reject this one.")
    before = run.state
    if accept:
        _accept(session, run, at)
    else:
        give_up(session, run, reason=f"Rejected: {reason}", at=at, state=RunState.REJECTED)
    audit.record(
        session,
        actor=by,
        action="run accepted" if accept else "run rejected",
        subject=f"run:{run.id}",
        before={"state": before},
        after={"state": run.state},
        reason=reason,
        at=at,
    )
    return run


def _accept(session: Session, run: RegistryRun, at: datetime) -> None:
    run.state, run.accepted_at, run.finished_at = RunState.STAGED, at, None
    run.worker, run.heartbeat_at = "", None
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as wrong:
        session.refresh(run)
        raise CannotDecide(f"Another run of {run.registry_id} is at work: try again when it is over.") from wrong


def give_up(
    session: Session, run: RegistryRun, *, reason: str, at: datetime, state: RunState = RunState.FAILED
) -> None:
    """Ends a run that has applied nothing."""
    run.state, run.reason, run.finished_at, run.worker = state, reason, at, ""
    forget_staged(session, run)
    session.flush()


def forget_staged(session: Session, run: RegistryRun) -> None:
    """Drops what was staged for the run."""
    session.execute(delete(StagedRecord).where(StagedRecord.run_id == run.id))


def is_outdated(session: Session, run: RegistryRun) -> bool:
    """Whether a whole reading that is later than this one has already been applied."""
    latest = read_whole_at(session, run.registry_id)
    return latest is not None and run.retrieved_at is not None and latest > run.retrieved_at


def note_health(session: Session, run: RegistryRun, *, at: datetime) -> None:
    """Keeps how the registry is by this run, which is over or held, and what it met that nobody knew; brings the
    registry's operational flag in step. Moderators and operators are told once for each change."""
    note_change(session, run, at=at)
    flags.refresh_source_flag(session, run.registry_id, at=at, run_id=run.id)
    spec = registries.known_registries().specs.get(run.registry_id)
    tell_of_run(session, run, note_novelties(session, run, spec, at=at), at=at)


def tell_moderators(session: Session, subject: str, text: str, *, at: datetime) -> None:
    """A mail to everybody who moderates."""
    moderators = session.scalars(
        select(Account)
        .join(Account.roles)
        .where(AccountRole.name == Role.MODERATOR.value, Account.active.is_(True))
        .order_by(Account.id)
    )
    for account in moderators.unique().all():
        queue_notice(session, account.email, subject, text, at=at, account_id=account.id)
