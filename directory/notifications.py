"""The outbox. A notice is written in the transaction that causes it, and a job sends it afterwards.

So nobody waits for a mail server, an answer takes as long whether there was a mail to send or not, and what was not
sent is still there. Sending is the edge of a job: `send_waiting` commits around each mail, so that none is sent twice
because a later one went wrong. A worker killed between sending and noting it may send one mail again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any, cast

from flask import current_app
from flask_mailman import EmailMessage
from sqlalchemy import CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from directory.models.notice import Notice
from directory.rules.vocabulary import NoticeState

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
"""How long to wait after each try. After the last one the notice is given up, and kept with its error."""

MAILS_WAIT = "mails wait"
"""Noted in a session that has put mails into the outbox: `mail_bell` rings for them once they are committed."""

LEFT_ALONE = timedelta(minutes=15)
"""A notice that has been in sending for so long belonged to a worker that is gone."""

_TOKENS = re.compile(r"(/(?:account/(?:reset|confirm|change-email|email-confirm)|notices)/)[^\s/]+")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SendReport:
    sent: int
    put_off: int
    given_up: int


def queue_notice(
    session: Session, to: str, subject: str, text: str, *, at: datetime, account_id: int | None = None
) -> Notice:
    """A mail to be sent after the caller's transaction. Raises ValueError unless `to` is one plain address."""
    if to.count("@") != 1 or any(letter.isspace() or letter in ",;<>\"'" for letter in to):
        raise ValueError(f"not one plain address: {to!r}")
    notice = Notice(
        to=to,
        subject=" ".join(subject.split())[:200],
        text=text.strip() + "\n",
        state=NoticeState.QUEUED,
        account_id=account_id,
        queued_at=at,
    )
    session.add(notice)
    session.flush()
    session.info[MAILS_WAIT] = True
    return notice


def send_waiting(
    session: Session, *, now: datetime, send: Callable[[Notice], bool | None] | None = None, most: int = 100
) -> SendReport:
    """Sends what is due, oldest first, at most `most`. Commits: see the module's first lines."""
    send = send or send_by_mail
    counts = {NoticeState.SENT: 0, NoticeState.QUEUED: 0, NoticeState.FAILED: 0}
    due = session.scalars(select(Notice.id).where(_is_due(now)).order_by(Notice.id).limit(most)).all()
    session.commit()
    for notice_id in due:
        if _claim(session, notice_id, now=now):
            counts[_send_one(session, notice_id, send, now=now)] += 1
    return SendReport(counts[NoticeState.SENT], counts[NoticeState.QUEUED], counts[NoticeState.FAILED])


def send_by_mail(notice: Notice) -> bool:
    """Sends by the configured server. Without MAIL_URL the mail is written to the log instead, and False says so."""
    if not current_app.config["MAIL_URL"]:
        log.info("No MAIL_URL is set, so this mail is only shown here.\nTo: %s\nSubject: %s\n\n%s", *_parts(notice))
        return False
    to, subject, text = _parts(notice)
    server = current_app.extensions["mailman"].get_connection(timeout=20)
    written = {"Date": format_datetime(notice.queued_at)}  # not when it happens to be sent
    EmailMessage(subject, text, to=[to], connection=server, headers=written).send()
    return True


def _parts(notice: Notice) -> tuple[str, str, str]:
    return notice.to, notice.subject, notice.text


def _is_due(now: datetime) -> ColumnElement[bool]:
    waited = [
        and_(Notice.tries == tries, Notice.heartbeat_at <= now - wait) for tries, wait in enumerate(WAITS, start=1)
    ]
    queued = and_(Notice.state == NoticeState.QUEUED, or_(Notice.tries == 0, *waited))
    left = and_(Notice.state == NoticeState.SENDING, Notice.heartbeat_at <= now - LEFT_ALONE)
    return or_(queued, left)


def _claim(session: Session, notice_id: int, *, now: datetime) -> bool:
    """Whether this worker is the one that got the notice."""
    claimed = session.execute(
        update(Notice)
        .where(Notice.id == notice_id, _is_due(now))
        .values(state=NoticeState.SENDING, tries=Notice.tries + 1, heartbeat_at=now)
        .execution_options(synchronize_session=False)
    )
    session.commit()
    return cast(CursorResult[Any], claimed).rowcount == 1


def _has_no_such_address(problem: Exception) -> bool:
    """Whether the server says for good that nobody can be reached there: trying again would only put off the news.

    RFC 5321 4.2.1 and 4.2.3: 550, 551 and 553 are final answers about a mailbox. Those with a reason of policy
    (RFC 3463, 5.7) are about us, and may be different tomorrow.
    """
    if not isinstance(problem, SMTPRecipientsRefused) or not problem.recipients:
        return False
    return all(code in (550, 551, 553) and not words.startswith(b"5.7") for code, words in problem.recipients.values())


def _in_words(problem: Exception) -> str:
    """What the server said; moderators read it where a notice came back."""
    if isinstance(problem, SMTPRecipientsRefused):
        return "; ".join(f"{code} {words.decode('utf-8', 'replace')}" for code, words in problem.recipients.values())
    return f"{type(problem).__name__}: {problem}"


def _for_the_log(problem: Exception) -> str:
    """What happened, without what a mail server said: it repeats the address, and logs go further than the outbox."""
    if isinstance(problem, SMTPRecipientsRefused):
        return f"recipient refused: {', '.join(str(code) for code, _ in problem.recipients.values())}"
    if isinstance(problem, SMTPResponseException):
        return f"{type(problem).__name__} {problem.smtp_code}"
    return f"{type(problem).__name__}: {problem}"


def _send_one(session: Session, notice_id: int, send: Callable[[Notice], bool | None], *, now: datetime) -> NoticeState:
    notice = session.get_one(Notice, notice_id, populate_existing=True)
    session.expunge(notice)
    session.commit()  # no transaction is held while the mail server thinks
    try:
        accepted = send(notice) is not False
    except (OSError, SMTPException) as problem:
        came_back = _has_no_such_address(problem)
        state = NoticeState.FAILED if came_back or notice.tries > len(WAITS) else NoticeState.QUEUED
        how_bad = logging.INFO if came_back else logging.WARNING  # nothing is wrong with our sending
        log.log(how_bad, "Mail %s was not sent at try %s: %s", notice_id, notice.tries, _for_the_log(problem))
        values: dict[str, Any] = {"state": state, "error": _in_words(problem)}
    else:
        # What lets somebody in is no longer ours to keep once it is on its way.
        state = NoticeState.SENT
        values = {"state": state, "error": "", "sent_at": now, "text": _TOKENS.sub(r"\1…", notice.text)}
        values["accepted_at"] = now if accepted else None
    session.execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.state == NoticeState.SENDING)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    session.commit()
    return state
