"""Due process on the rows: each verb asks the rules (`rules/due_process.move`), then writes what they answered.

Every verb locks the flag first, so that an answer that arrives while somebody decides is either seen or comes after.
The caller commits. Raises MoveRefused with a sentence for whoever tried.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from directory import audit
from directory.listings.listing_versions import note_versions
from directory.models.account import Account
from directory.models.due_process import CaseAppeal, CaseDecision, CaseNotice, CaseReply
from directory.models.flag import Flag
from directory.moderation import due_mails, flags
from directory.moderation.due_case import (
    address_of,
    case_of,
    live_decision,
    live_notice,
    locked_flag,
    told_elsewhere,
)
from directory.rules import case_events as events
from directory.rules.case_events import Case
from directory.rules.case_words import who_reads
from directory.rules.due_process import move
from directory.rules.vocabulary import AppealOutcome, Delivery, Finding

NOBODY_CONFIRMED = "Nobody confirmed in time that the finding still holds, so our page tells it no more."
IN_OTHER_HANDS = "The notice went to an address that is not that of the listing any more."
NOT_SENT = "Our notice was not sent: this site could send no mail then. The fault is ours, and nothing follows from it."


def notify(session: Session, flag_id: int, *, by: Account, at: datetime) -> CaseNotice:
    """Writes the notice and queues its mail. Without an address it counts as returned: nothing can be published."""
    flag = locked_flag(session, flag_id)
    to = address_of(session, flag)
    case, after = _asked(session, flag, events.Notify(by.id, has_address=bool(to)), at)
    notice = _write_notice(session, flag, to, case.jurisdiction, by=by, at=at)
    _save(session, flag, after, "A notice was written." if to else "There is no address to write to.", by=by, at=at)
    return notice


def mark_accepted(session: Session, flag_id: int, *, at: datetime) -> None:
    """A mail server took the notice: the time to answer begins."""
    flag = locked_flag(session, flag_id)
    _, after = _asked(session, flag, events.Accepted(), at)
    notice = live_notice(session, flag_id)
    if notice is not None and after.told is not None:
        notice.delivery, notice.accepted_at = Delivery.ACCEPTED, after.told.accepted_at
        notice.answer_by = after.told.answer_by
    _save(session, flag, after, "The mail server accepted the notice.", by=None, at=at)


def mark_returned(session: Session, flag_id: int, *, reason: str, at: datetime) -> None:
    """A mail of the case came back, or was never sent ("" for a reason): nobody was told, and it begins again with a
    new notice."""
    _not_told(session, flag_id, reason or NOT_SENT, f"The notice came back: {reason}" if reason else NOT_SENT, at=at)


def begin_again_in_other_hands(session: Session, of: ColumnElement[bool], *, at: datetime) -> None:
    """Of the flags that `of` chooses, those whose notice went to somebody else than has the listing now: whoever has it
    was not told, and is before anything is decided about their page."""
    session.flush()
    for flag_id in told_elsewhere(session, of):
        _not_told(session, flag_id, IN_OTHER_HANDS, IN_OTHER_HANDS, at=at)


def reply(session: Session, flag_id: int, text: str, *, at: datetime) -> CaseReply:
    """An answer, by whoever holds the link or the listing. It stops the clock until somebody has read it."""
    flag = locked_flag(session, flag_id)
    _, after = _asked(session, flag, events.Reply(), at)
    if (notice := live_notice(session, flag_id)) is not None:
        notice.answered = True
    row = CaseReply(flag_id=flag_id, text=text, at=at)
    session.add(row)
    _save(session, flag, after, "An answer came.", by=None, at=at)
    return row


def handle_replies(session: Session, flag_id: int, *, note: str, by: Account, at: datetime) -> None:
    """Somebody has read what was answered and says what they make of it."""
    flag = locked_flag(session, flag_id)
    _, after = _asked(session, flag, events.Handle(by.id, note), at)
    _mark_read(session, flag_id, note, by=by, at=at)
    _save(session, flag, after, note, by=by, at=at)


def decide(
    session: Session, flag_id: int, outcome: Finding, *, reasons: str, by: Account, at: datetime
) -> CaseDecision:
    """A person's decision with reasons. The statement goes to whoever was told; a mark waits for it."""
    flag = locked_flag(session, flag_id)
    case, after = _asked(session, flag, events.Decide(by.id, outcome, reasons), at)
    _void_decisions(session, flag_id, at=at)
    row = CaseDecision(flag_id=flag_id, outcome=outcome, reasons=reasons, by_id=by.id, at=at)
    against = outcome is Finding.PUBLISH
    row.statement = due_mails.statement(session, flag, reasons) if against else _closing_words(outcome, reasons)
    notice = live_notice(session, flag_id)
    if notice is not None and case.is_under_way:
        subject = "Our decision, with reasons" if against else "Closed: nothing is published"
        row.mail_id = due_mails.send_about(session, notice, flag, subject, row.statement, at=at).id
    session.add(row)
    if not against:
        _mark_read(session, flag_id, reasons, by=by, at=at)
    _save(session, flag, after, reasons, by=by, at=at)
    return row


def mark_stated(session: Session, flag_id: int, *, at: datetime) -> None:
    """A mail server took the statement of reasons."""
    flag = locked_flag(session, flag_id)
    _, after = _asked(session, flag, events.Stated(), at)
    if (row := live_decision(session, flag_id)) is not None:
        row.stated_at = at
    _save(session, flag, after, "The mail server accepted the statement of reasons.", by=None, at=at)


def publish(session: Session, flag_id: int, *, at: datetime) -> None:
    flag = locked_flag(session, flag_id)
    _, after = _asked(session, flag, events.Publish(), at)
    _save(session, flag, after, "Published after due process.", by=None, at=at)


def appeal(session: Session, flag_id: int, text: str, *, at: datetime) -> CaseAppeal:
    """Hides the mark until somebody who had no part has decided, unless it rests on a final public order."""
    flag = locked_flag(session, flag_id)
    _, after = _asked(session, flag, events.Appeal(), at)
    decision, notice = live_decision(session, flag_id), live_notice(session, flag_id)
    if decision is None:
        raise LookupError(f"flag {flag_id} has no decision on record")
    row = CaseAppeal(flag_id=flag_id, decision_id=decision.id, text=text, at=at)
    session.add(row)
    if notice is not None and notice.to:
        words = f"Your appeal is here. Somebody who had no part so far decides about it. {who_reads(after)}"
        due_mails.send_about(session, notice, flag, "Your appeal", words, at=at)
    _save(session, flag, after, "An appeal came.", by=None, at=at)
    return row


def decide_appeal(
    session: Session, flag_id: int, outcome: AppealOutcome, *, reasons: str, by: Account, at: datetime
) -> None:
    flag = locked_flag(session, flag_id)
    _, after = _asked(session, flag, events.DecideAppeal(by.id, outcome, reasons), at)
    decision, notice = live_decision(session, flag_id), live_notice(session, flag_id)
    row = session.scalars(select(CaseAppeal).where(CaseAppeal.decision_id == (decision.id if decision else 0))).one()
    row.outcome, row.reasons, row.decided_by_id, row.decided_at = outcome, reasons, by.id, at
    session.flush()
    if notice is not None and notice.to:
        words = (
            f"Somebody who had no part in the decision has looked at your appeal. It is {outcome.value}:\n\n{reasons}"
        )
        due_mails.send_about(session, notice, flag, "Your appeal is decided", words, at=at)
    _save(session, flag, after, reasons, by=by, at=at)


def confirm(session: Session, flag_id: int, *, reasons: str, by: Account, at: datetime) -> None:
    """Somebody has looked again: the mark still holds."""
    flag = locked_flag(session, flag_id)
    _, after = _asked(session, flag, events.Confirm(by.id, reasons), at)
    _save(session, flag, after, reasons, by=by, at=at)


def lapse(session: Session, flag_id: int, *, at: datetime) -> None:
    flag = locked_flag(session, flag_id)
    _, after = _asked(session, flag, events.Lapse(), at)
    _save(session, flag, after, "Nobody confirmed in time that it still holds.", by=None, at=at)
    due_mails.tell_it_is_over(session, flag, NOBODY_CONFIRMED, at=at)


def propose_order(
    session: Session, flag_id: int, *, order_url: str, reasons: str, by: Account, at: datetime
) -> CaseDecision:
    """The emergency path, first person: a final public order of suspension or revocation, with a link to it."""
    flag = locked_flag(session, flag_id)
    _, after = _asked(session, flag, events.ProposeOrder(by.id, order_url, reasons), at)
    _void_decisions(session, flag_id, at=at)
    row = CaseDecision(
        flag_id=flag_id, outcome=Finding.PUBLISH, reasons=reasons, by_id=by.id, at=at, order_url=order_url
    )
    session.add(row)
    _save(session, flag, after, reasons, by=by, at=at)
    return row


def confirm_order(session: Session, flag_id: int, *, by: Account, at: datetime) -> None:
    """The second person. It is public at once, and the notice goes out with it."""
    flag = locked_flag(session, flag_id)
    to = address_of(session, flag)
    case, after = _asked(session, flag, events.SecondOrder(by.id, has_address=bool(to)), at)
    if (row := live_decision(session, flag_id)) is not None:
        row.second_by_id = by.id
    if not case.is_under_way:
        _write_notice(session, flag, to, case.jurisdiction, by=by, at=at)
    session.flush()
    _save(session, flag, after, "A second person confirmed the final public order.", by=by, at=at)


def _not_told(session: Session, flag_id: int, problem: str, reason: str, *, at: datetime) -> None:
    flag = locked_flag(session, flag_id)
    _, after = _asked(session, flag, events.Returned(), at)
    notice = live_notice(session, flag_id)
    if notice is not None:
        notice.delivery, notice.problem, notice.answered = Delivery.RETURNED, problem, False
    _save(session, flag, after, reason, by=None, at=at)


def _asked(session: Session, flag: Flag, event: Any, at: datetime) -> tuple[Case, Case]:
    case = case_of(session, flag)
    return case, move(case, event, at)


def _save(session: Session, flag: Flag, after: Case, reason: str, *, by: Account | None, at: datetime) -> None:
    """The flag, its history and the log follow the case."""
    session.flush()
    before = flag.state
    if after.decision is None:
        _void_decisions(session, flag.id, at=at)
    flags.change_flag(session, flag, after.state, reason=reason, by=by, at=at)
    flag.holds_since, flag.order_url = after.holds_since, after.order_url
    session.flush()
    if flag.listing_id is not None:
        note_versions(session, [flag.listing_id], at=at)  # what its page shows may have changed
    audit.record(
        session,
        actor=by or "due process",
        action=f"case {after.state.value}",
        subject=f"flag:{flag.id}",
        before={"state": before},
        after={"state": after.state},
        reason=reason,
        at=at,
    )


def _write_notice(session: Session, flag: Flag, to: str, jurisdiction: str, *, by: Account, at: datetime) -> CaseNotice:
    notice = CaseNotice(
        flag_id=flag.id,
        to=to,
        delivery=Delivery.WAITING if to else Delivery.RETURNED,
        problem="" if to else "There is no address to write to.",
        text=due_mails.what_was_found(session, flag),
        answered=False,
        written_by_id=by.id,
        written_at=at,
    )
    session.add(notice)
    session.flush()
    if to:
        notice.mail_id = due_mails.send_notice(session, notice, flag, jurisdiction=jurisdiction, at=at).id
    return notice


def _mark_read(session: Session, flag_id: int, note: str, *, by: Account, at: datetime) -> None:
    session.execute(
        update(CaseReply)
        .where(CaseReply.flag_id == flag_id, CaseReply.handled_at.is_(None))
        .values(handled_at=at, handled_by_id=by.id, note=note)
    )


def _void_decisions(session: Session, flag_id: int, *, at: datetime) -> None:
    session.execute(
        update(CaseDecision).where(CaseDecision.flag_id == flag_id, CaseDecision.void_at.is_(None)).values(void_at=at)
    )


def _closing_words(outcome: Finding, reasons: str) -> str:
    what = "There was nothing in it." if outcome is Finding.NOTHING else "Our listing was wrong, and is put right."
    return f"{what} Nothing is published, and the matter is closed. The moderator's words:\n\n{reasons}"
