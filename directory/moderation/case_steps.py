"""The steps of one case in the order in which they happened: when, what, by whom, and the words that go with it."""

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
    Delivery,
    Finding,
    FlagState,
)
from directory.rules.wording import day

PRACTITIONER, MAIL_SERVER, RULE = "the practitioner", "a mail server", "a program"
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
    """One step. `by` is a role where no person acted, else `by_id` is the person; `quoted` are the practitioner's
    own words, `words` ours."""

    at: datetime
    what: str
    by: str = ""
    by_id: int | None = None
    words: str = ""
    quoted: str = ""
    url: str = ""


def steps_of(session: Session, flag: Flag) -> list[CaseStep]:
    """All steps, the first one first; of one moment: what was decided, what came of it, who was told."""
    rows = (*_notices(session, flag.id), *_answers(session, flag.id))
    begun, history = _history(flag, begun=True), _history(flag, begun=False)
    confirmed = _confirmed(flag, {step.at for step in rows})
    return sorted([*begun, *_decisions(session, flag.id), *history, *rows, *confirmed], key=lambda step: step.at)


def emails_of(session: Session, steps: list[CaseStep]) -> dict[int, str]:
    """The addresses of those who acted, for moderators."""
    people = {step.by_id for step in steps if step.by_id is not None}
    rows = session.execute(select(Account.id, Account.email).where(Account.id.in_(people)))
    return {row.id: row.email for row in rows}


def _history(flag: Flag, *, begun: bool) -> Iterator[CaseStep]:
    """What has no row of its own: how it began, or what came later. What it was found by stands above the steps."""
    for change in flag.history:
        early = change.from_state in (None, FlagState.DETECTED)
        if early is begun and (what := _what_changed(change)):
            words = "" if change.from_state is None else change.reason
            yield CaseStep(change.at, what, "" if change.by_id else RULE, change.by_id, words)


def _confirmed(flag: Flag, told: set[datetime]) -> Iterator[CaseStep]:
    """Each time somebody looked again while it was public; `told` are the moments of steps with rows of their own."""
    for change in flag.history:
        stayed = change.from_state is FlagState.PUBLISHED and change.to_state is FlagState.PUBLISHED
        if stayed and change.by_id is not None and change.at not in told:
            yield CaseStep(change.at, "Looked at again: it still holds", by_id=change.by_id, words=change.reason)


def _what_changed(change: FlagChange) -> str:
    before, after = change.from_state, change.to_state
    if before is None:
        return "Found"
    if after is FlagState.DETECTED:
        return "The facts changed: it begins again"
    if after is FlagState.TRIAGED and before is not after:
        return "A moderator looked at it" if before is FlagState.DETECTED else "It begins again with a new notice"
    if after is FlagState.PUBLISHED and before not in PUBLISHED_FLAG_STATES:
        return "It became public"
    if after is FlagState.EXPIRED or (after in CLOSED_FLAG_STATES and change.by_id is None):
        return "Closed"
    return ""


def _notices(session: Session, flag_id: int) -> Iterator[CaseStep]:
    for row in session.scalars(select(CaseNotice).where(CaseNotice.flag_id == flag_id).order_by(CaseNotice.id)):
        void = "The facts that it told of have changed since." if row.delivery is Delivery.VOID else ""
        yield CaseStep(row.written_at, "Notice written", by_id=row.written_by_id, words=row.problem or void)
        if row.accepted_at and row.answer_by:
            until = f"Time to answer until {day(row.answer_by)}."
            yield CaseStep(row.accepted_at, "Notice on its way", MAIL_SERVER, words=until)


def _answers(session: Session, flag_id: int) -> Iterator[CaseStep]:
    for row in session.scalars(select(CaseReply).where(CaseReply.flag_id == flag_id).order_by(CaseReply.id)):
        yield CaseStep(row.at, "Answer", PRACTITIONER, quoted=row.text)
        if row.handled_at:
            yield CaseStep(row.handled_at, "Answer read", by_id=row.handled_by_id, words=row.note)


def _decisions(session: Session, flag_id: int) -> Iterator[CaseStep]:
    for row in session.scalars(select(CaseDecision).where(CaseDecision.flag_id == flag_id).order_by(CaseDecision.id)):
        what = "A final public order: the short way is proposed" if row.order_url else DECIDED[row.outcome]
        yield CaseStep(row.at, what, by_id=row.by_id, words=row.reasons, url=row.order_url)
        if row.void_at:
            yield CaseStep(row.void_at, "That decision counts no more", RULE)
    for appeal in session.scalars(select(CaseAppeal).where(CaseAppeal.flag_id == flag_id).order_by(CaseAppeal.id)):
        yield CaseStep(appeal.at, "Appeal", PRACTITIONER, quoted=appeal.text)
        if appeal.outcome and appeal.decided_at:
            what = APPEAL_DECIDED[appeal.outcome]
            yield CaseStep(appeal.decided_at, what, by_id=appeal.decided_by_id, words=appeal.reasons)
