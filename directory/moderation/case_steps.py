"""The steps of one case in the order in which they happened: when, what, by whom, and the words that go with it.

Pages of a case and the file of a dispute read them here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.account import Account
from directory.models.due_process import CaseAppeal, CaseDecision, CaseNotice, CaseReply
from directory.models.flag import Flag, FlagChange
from directory.rules.vocabulary import (
    CLOSED_FLAG_STATES,
    PUBLISHED_FLAG_STATES,
    AppealOutcome,
    Finding,
    FlagState,
)
from directory.rules.wording import day

PRACTITIONER, MAIL_SERVER, RULE = "the practitioner", "a mail server", "a program"
CONFIRMED = "Looked at again: it still holds"
DECIDED = {
    Finding.NOTHING: "Closed: there was nothing in it",
    Finding.CORRECTED: "Closed: our listing was wrong, and is put right",
    Finding.PUBLISH: "Decided: it may be told in public",
}
APPEAL_DECIDED = {
    AppealOutcome.UPHELD: "Appeal decided: the decision stands",
    AppealOutcome.OVERTURNED: "Appeal decided: the decision falls",
}


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One step. `by` is a role where no person of ours acted, else `by_id` is the person; `quoted` are the
    practitioner's own words, `words` ours, `sent` what was sent with it, as it was written."""

    at: datetime
    what: str
    by: str = ""
    by_id: int | None = None
    words: str = ""
    quoted: str = ""
    url: str = ""
    sent: str = ""
    run_id: int | None = None


def steps_of(session: Session, flag: Flag) -> list[CaseStep]:
    """All steps, the first one first; of one moment: what was decided, what came of it, who was told."""
    rows, decisions = (*_notices(session, flag.id), *_answers(session, flag.id)), tuple(_decisions(session, flag.id))
    told = {step.at for step in (*rows, *decisions)}
    begun, history = _history(flag, told, begun=True), _history(flag, told, begun=False)
    return sorted([*begun, *decisions, *history, *rows], key=lambda step: step.at)


def emails_of(session: Session, steps: list[CaseStep]) -> dict[int, str]:
    """The addresses of those who acted, for moderators."""
    people = {step.by_id for step in steps if step.by_id is not None}
    rows = session.execute(select(Account.id, Account.email).where(Account.id.in_(people)))
    return {row.id: row.email for row in rows}


def _history(flag: Flag, told: set[datetime], *, begun: bool) -> Iterator[CaseStep]:
    """What has no row of its own: how it began, or what came later. `told` are the moments of steps that have one."""
    for change in flag.history:
        early = change.from_state in (None, FlagState.DETECTED)
        if early is begun and (what := _what_changed(change, told)):
            by = "" if change.by_id else RULE
            yield CaseStep(change.at, what, by, change.by_id, words=change.reason, run_id=change.run_id)


def _what_changed(change: FlagChange, told: set[datetime]) -> str:
    before, after, by_person = change.from_state, change.to_state, change.by_id is not None
    if before is None:
        return "Found"
    if after is FlagState.PUBLISHED and before not in PUBLISHED_FLAG_STATES:
        return "It became public"
    if after in CLOSED_FLAG_STATES:
        return "" if by_person and change.at in told else "Closed"
    if before in CLOSED_FLAG_STATES or (after is FlagState.DETECTED and by_person):
        return "Taken back: it is open again"
    if after is FlagState.DETECTED:
        return "The facts changed: it begins again"
    if before is after and change.at not in told:
        return CONFIRMED if by_person and before is FlagState.PUBLISHED else "Noted"
    if after is FlagState.TRIAGED and before is not after:
        return "A moderator looked at it" if before is FlagState.DETECTED else "It begins again with a new notice"
    return ""


def _notices(session: Session, flag_id: int) -> Iterator[CaseStep]:
    for row in session.scalars(select(CaseNotice).where(CaseNotice.flag_id == flag_id).order_by(CaseNotice.id)):
        words = row.problem if row.mail_id is None else ""  # what became of the others are steps of their own
        yield CaseStep(row.written_at, "Notice written", by_id=row.written_by_id, words=words, sent=row.text)
        if row.accepted_at and row.answer_by:
            until = f"Time to answer until {day(row.answer_by)}."
            yield CaseStep(row.accepted_at, "Notice taken for delivery", MAIL_SERVER, words=until)


def _answers(session: Session, flag_id: int) -> Iterator[CaseStep]:
    for row in session.scalars(select(CaseReply).where(CaseReply.flag_id == flag_id).order_by(CaseReply.id)):
        yield CaseStep(row.at, "Answer", PRACTITIONER, quoted=row.text)
        if row.handled_at:
            yield CaseStep(row.handled_at, "Answer read", by_id=row.handled_by_id, words=row.note)


def _decisions(session: Session, flag_id: int) -> Iterator[CaseStep]:
    for row in session.scalars(select(CaseDecision).where(CaseDecision.flag_id == flag_id).order_by(CaseDecision.id)):
        what = "A final public order: the short way is proposed" if row.order_url else DECIDED[row.outcome]
        yield CaseStep(row.at, what, by_id=row.by_id, words=row.reasons, url=row.order_url, sent=row.statement)
        if row.stated_at:
            yield CaseStep(row.stated_at, "Statement of reasons taken for delivery", MAIL_SERVER)
        if row.void_at:
            yield CaseStep(row.void_at, "That decision counts no more", RULE)
    for appeal in session.scalars(select(CaseAppeal).where(CaseAppeal.flag_id == flag_id).order_by(CaseAppeal.id)):
        yield CaseStep(appeal.at, "Appeal", PRACTITIONER, quoted=appeal.text)
        if appeal.outcome and appeal.decided_at:
            what = APPEAL_DECIDED[appeal.outcome]
            yield CaseStep(appeal.decided_at, what, by_id=appeal.decided_by_id, words=appeal.reasons)
