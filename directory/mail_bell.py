"""The bell for mails: rung by the commit that leaves some in the outbox, so that nobody waits for the sweep.

A page is answered before it rings: how long an answer takes tells nobody whether there was a mail to send, and with it
whether an address is known here. A bell that is lost does no harm, as the sweep sends what waits.
"""

from __future__ import annotations

import logging
from functools import partial

from flask import Flask, Response, after_this_request, current_app, has_request_context
from sqlalchemy import event
from sqlalchemy.orm import Session

from directory import notifications
from directory.clock import utc_now
from directory.extensions import db
from directory.moderation import due_rounds

log = logging.getLogger(__name__)

TASK = "send_mails"


def init_app(app: Flask) -> None:
    def send_mails() -> None:
        with app.app_context():
            notifications.send_waiting(db.session(), now=utc_now())
            due_rounds.follow_mails(db.session(), now=utc_now())

    app.extensions[TASK] = app.extensions["queue"].task(name=TASK)(send_mails)


@event.listens_for(db.session, "after_commit")
def _ring_for_what_waits(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.pop(notifications.MAILS_WAIT, False):
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if has_request_context():
        after_this_request(partial(_once_answered, app=app))
    else:
        _ring(app)


def _once_answered(response: Response, *, app: Flask) -> Response:
    response.call_on_close(partial(_ring, app))
    return response


def _ring(app: Flask) -> None:
    try:
        app.extensions[TASK]()
    except Exception:  # whatever the queue's software raises: the mails are in the outbox, and the sweep sends them
        log.exception("The bell for mails could not be rung: they wait for the next sweep")
