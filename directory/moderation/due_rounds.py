"""What comes round in due process: mails that were taken or came back, reminders, publication, reviews, lapses.

Called by the sweep each minute. Each case is a transaction of its own, and doing it twice does nothing twice: a case
moves only from the state it is in, and what is sent is written down once for each day it is due.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from directory.models.account import Account
from directory.models.due_process import CaseDecision, CaseDone, CaseNotice
from directory.models.flag import Flag
from directory.models.notice import Notice
from directory.moderation import due_mails, due_process
from directory.moderation.due_case import locked_flag
from directory.notifications import queue_notice
from directory.registries.run_endings import tell_moderators
from directory.rules.business_days import is_over
from directory.rules.case_dates import ORDER_LASTS, REMINDER_AFTER, REVIEW_EVERY, REVIEW_GRACE
from directory.rules.due_process import MoveRefused
from directory.rules.vocabulary import PUBLISHED_FLAG_STATES, CaseDuty, Delivery, FlagState, NoticeState
from directory.rules.wording import day

log = logging.getLogger(__name__)
_Due = tuple[int, Callable[[int], None]]
_OVER = frozenset({NoticeState.SENT, NoticeState.FAILED})


def go_round(session: Session, *, now: datetime) -> int:
    """Does what is due in all cases, and says in how many something was. Commits."""
    due = _mails_to_follow(session, now=now)
    for flag_id in _flags(session, Flag.state == FlagState.NOTIFIED):
        due.append((flag_id, partial(_remind, session, now=now)))
    public = Flag.state.in_(PUBLISHED_FLAG_STATES)
    for flag_id in _flags(session, public & (Flag.holds_since <= now - ORDER_LASTS)):
        due.append((flag_id, partial(_review, session, now=now)))
    return _do(session, due)


def follow_mails(session: Session, *, now: datetime) -> int:
    """Of what comes round, what follows from mails that were sent or came back. Commits."""
    return _do(session, _mails_to_follow(session, now=now))


def _mails_to_follow(session: Session, *, now: datetime) -> list[_Due]:
    """What was taken or came back, then what may be public since its reasons were taken."""
    followed: list[_Due] = [
        (flag_id, partial(_follow, session, stated=stated, mail_id=mail_id, now=now))
        for flag_id, mail_id, stated in _mails(session)
    ]
    decided = _flags(session, Flag.state == FlagState.DECIDED)
    return followed + [(flag_id, partial(due_process.publish, session, at=now)) for flag_id in decided]


def _do(session: Session, due: list[_Due]) -> int:
    """Each by itself, the others in spite of one that is broken. Says how many did something. Commits."""
    session.commit()
    done, broken = 0, []
    for flag_id, act in due:
        try:
            done += _one(session, flag_id, act)
        except Exception as problem:
            session.rollback()
            problem.add_note(f"flag {flag_id}")
            broken.append(problem)
    if broken:
        raise ExceptionGroup("cases that could not be taken round", broken)
    return done


def _one(session: Session, flag_id: int, act: Callable[[int], None]) -> bool:
    """One case by itself: what due process does not allow yet is left for a later round."""
    try:
        act(flag_id)
    except MoveRefused:
        session.rollback()
        return False
    session.commit()
    return True


def _mails(session: Session) -> list[tuple[int, int, bool]]:
    """Mails of cases that were sent or given up and not followed yet: (flag, mail, whether it states reasons)."""
    notices = select(Flag.id, Notice.id).join(CaseNotice, CaseNotice.flag_id == Flag.id)
    notices = notices.join(Notice, Notice.id == CaseNotice.mail_id).where(CaseNotice.delivery == Delivery.WAITING)
    decisions = select(Flag.id, Notice.id).join(CaseDecision, CaseDecision.flag_id == Flag.id)
    decisions = decisions.join(Notice, Notice.id == CaseDecision.mail_id).where(
        CaseDecision.stated_at.is_(None), CaseDecision.void_at.is_(None)
    )
    over = (Notice.state.in_(_OVER), Flag.closed_at.is_(None))  # of a closed case nothing is waited for
    found = [(session.execute(query.where(*over)), stated) for query, stated in ((notices, False), (decisions, True))]
    return [(row[0], row[1], stated) for rows, stated in found for row in rows]


def _flags(session: Session, condition: ColumnElement[bool]) -> list[int]:
    return list(session.scalars(select(Flag.id).where(condition).order_by(Flag.id)))


def _follow(session: Session, flag_id: int, *, mail_id: int, now: datetime, stated: bool) -> None:
    """Only a mail that a server accepted has been sent; one that is only shown in a log has not."""
    mail = session.get_one(Notice, mail_id)
    if mail.accepted_at is None:
        due_process.mark_returned(session, flag_id, reason=mail.error, at=now)
    elif stated:
        due_process.mark_stated(session, flag_id, at=now)
    else:
        due_process.mark_accepted(session, flag_id, at=now)


def _remind(session: Session, flag_id: int, now: datetime) -> None:
    """Once, when half of the time has passed without an answer."""
    flag = session.get_one(Flag, flag_id)
    notice = session.scalar(
        select(CaseNotice).where(CaseNotice.flag_id == flag_id, CaseNotice.delivery == Delivery.ACCEPTED)
    )
    if notice is None or notice.accepted_at is None or notice.answered or now < notice.accepted_at + REMINDER_AFTER:
        return
    if notice.answer_by is None or is_over(notice.answer_by, now):
        return  # nobody came round in time: what it says would not be so
    if _once(session, flag_id, CaseDuty.REMINDER, (notice.accepted_at + REMINDER_AFTER).date(), now):
        words = (
            "We wrote to you about a finding and have not heard from you. "
            f"Please answer by {day(notice.answer_by)}: a person reads it. "
            "After that somebody decides, and you have the reasons by mail before anything is public."
        )
        due_mails.send_about(session, notice, flag, "A reminder", words, at=now)


def _review(session: Session, flag_id: int, now: datetime) -> None:
    """Asks whoever decided, or everybody who moderates once they have left, to look again after 90 days; what nobody
    confirms ends by itself."""
    flag = session.get_one(Flag, flag_id)
    try:
        due_process.lapse(session, flag_id, at=now)
        return
    except MoveRefused:
        if flag.holds_since is None or now < flag.holds_since + REVIEW_EVERY:
            raise
    decision = session.scalar(
        select(CaseDecision).where(CaseDecision.flag_id == flag_id, CaseDecision.void_at.is_(None))
    )
    decider = session.get(Account, decision.by_id) if decision is not None else None
    due_on = (flag.holds_since + REVIEW_EVERY).date()
    if _once(session, flag_id, CaseDuty.REVIEW, due_on, now):
        text = f"Please look whether the finding of flag {flag_id} still holds, and confirm it on its page. "
        text += f"If nobody does within {REVIEW_GRACE.days} days it is taken off by itself."
        subject = f"Does the finding of flag {flag_id} still hold?"
        if decider is not None and decider.active:
            queue_notice(session, decider.email, subject, text, at=now)
        else:
            tell_moderators(session, subject, text, at=now)


def _once(session: Session, flag_id: int, duty: CaseDuty, due_on: date, now: datetime) -> bool:
    """Whether it had not been done for that day. The database holds each (case, duty, day) once."""
    locked_flag(session, flag_id)
    done = select(CaseDone.id).where(CaseDone.flag_id == flag_id, CaseDone.duty == duty, CaseDone.due_on == due_on)
    if session.scalar(done) is not None:
        return False
    session.add(CaseDone(flag_id=flag_id, duty=duty, due_on=due_on, at=now))
    session.flush()
    return True
