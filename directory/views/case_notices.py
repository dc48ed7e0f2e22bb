"""A notice, opened by the link in its mail: what was found, how it stands, and a way to answer or to appeal."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.extensions import db, limiter
from directory.models.due_process import CaseNotice
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.moderation import due_process
from directory.moderation.case_steps import steps_of
from directory.moderation.due_case import case_of, live_decision
from directory.moderation.due_mails import unseal
from directory.rules import case_events as events
from directory.rules.case_words import standing
from directory.rules.due_process import MoveRefused, may_move
from directory.views.access import everybody
from directory.views.fields import Form, Words, length

bp = Blueprint("case_notices", __name__, url_prefix="/notices/<token>")

OFTEN = "20 per hour"


class AnswerForm(Form):
    text = Words("Your answer", [length(least=10, most=8000, message="Write between 10 and 8,000 characters.")])


@bp.get("")
@everybody
@limiter.limit("120 per hour")
def read(token: str) -> ResponseReturnValue:
    """What was found, and the form that fits how it stands."""
    return _page(token, AnswerForm())


@bp.post("")
@everybody
@limiter.limit(OFTEN)
def answer(token: str) -> ResponseReturnValue:
    """An answer, or an appeal where something has been decided."""
    notice, form = _notice(token), AnswerForm()
    if not form.validate():
        return _page(token, form), 422
    session, at = db.session(), clock.utc_now()
    case = case_of(session, session.get_one(Flag, notice.flag_id))
    act = due_process.appeal if may_move(case, events.Appeal(), at) else due_process.reply
    try:
        act(session, notice.flag_id, form.data["text"], at=at)
    except MoveRefused as refused:
        session.rollback()
        form.form_errors.append(str(refused))
        return _page(token, form), 409
    session.commit()
    flash("Thank you. A person reads it before anything is decided.", "success")
    return redirect(url_for("case_notices.read", token=token))


def _notice(token: str) -> CaseNotice:
    number = unseal(token)
    return (db.session.get(CaseNotice, number) if number is not None else None) or abort(404)


def _page(token: str, form: AnswerForm) -> Response:
    notice, now, session = _notice(token), clock.utc_now(), db.session()
    flag = session.get_one(Flag, notice.flag_id)
    case = case_of(session, flag)
    appeals = may_move(case, events.Appeal(), now)
    form.text.label.text = "Why do you think that it is wrong?" if appeals else form.text.label.text
    page = render_template(
        "pages/case_notice.html",
        notice=notice,
        listing=session.get(Listing, flag.listing_id) if flag.listing_id is not None else None,
        standing=standing(case, now),
        steps=[step for step in steps_of(session, flag) if step.at >= notice.written_at],
        decision=live_decision(session, flag.id),
        form=form if appeals or may_move(case, events.Reply(), now) else None,
        appeals=appeals,
        token=token,
    )
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
