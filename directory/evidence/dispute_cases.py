"""What due process did about one listing, for the file of a dispute: notices, answers, decisions, appeals.

Who acted is told by role alone; where a notice went is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from directory.models.due_process import CaseAppeal, CaseDecision, CaseNotice, CaseReply
from directory.models.flag import Flag

MODERATOR, PRACTITIONER = "a moderator", "the practitioner"


@dataclass(frozen=True, slots=True)
class Happened:
    """One step: a flag's, a decision's or a notice's."""

    at: datetime
    what: str
    by: str
    reason: str


def of_cases(session: Session, listing_id: int, moment: datetime) -> Iterator[Happened]:
    """The steps of every case about the listing up to `moment`, kind by kind."""
    flags = select(Flag.id).where(Flag.listing_id == listing_id)
    for notice in session.scalars(select(CaseNotice).where(CaseNotice.flag_id.in_(flags)).order_by(CaseNotice.id)):
        if notice.written_at <= moment:
            yield Happened(notice.written_at, f"Flag {notice.flag_id}: notice written", MODERATOR, notice.text)
        if notice.accepted_at and notice.accepted_at <= moment:
            until = f"Answer until {notice.answer_by}" if notice.answer_by else ""
            yield Happened(notice.accepted_at, f"Flag {notice.flag_id}: notice accepted", "a mail server", until)
    for reply in session.scalars(select(CaseReply).where(CaseReply.flag_id.in_(flags)).order_by(CaseReply.id)):
        if reply.at <= moment:
            yield Happened(reply.at, f"Flag {reply.flag_id}: answer", PRACTITIONER, reply.text)
        if reply.handled_at and reply.handled_at <= moment:
            yield Happened(reply.handled_at, f"Flag {reply.flag_id}: answer read", MODERATOR, reply.note)
    yield from _decisions(session, flags, moment)


def _decisions(session: Session, flags: Select[int], moment: datetime) -> Iterator[Happened]:
    decisions = select(CaseDecision).where(CaseDecision.flag_id.in_(flags)).order_by(CaseDecision.id)
    for decision in session.scalars(decisions):
        if decision.at <= moment:
            outcome = decision.outcome.value.replace("_", " ")
            by = "two moderators" if decision.second_by_id else MODERATOR
            yield Happened(decision.at, f"Flag {decision.flag_id}: decided: {outcome}", by, decision.reasons)
    appeals = select(CaseAppeal).where(CaseAppeal.flag_id.in_(flags)).order_by(CaseAppeal.id)
    for appeal in session.scalars(appeals):
        if appeal.at <= moment:
            yield Happened(appeal.at, f"Flag {appeal.flag_id}: appeal", PRACTITIONER, appeal.text)
        if appeal.outcome and appeal.decided_at and appeal.decided_at <= moment:
            what = f"Flag {appeal.flag_id}: appeal {appeal.outcome.value.replace('_', ' ')}"
            yield Happened(appeal.decided_at, what, "another moderator", appeal.reasons)
