"""What moderators do in a case once it is triaged: notice, answers, decision, review, the short way, appeal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import RadioField

from directory import clock
from directory.extensions import db
from directory.models.account import Account
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.moderation import due_process
from directory.moderation.case_steps import emails_of, steps_of
from directory.moderation.due_case import address_of, case_of
from directory.rules import case_events as events
from directory.rules.case_events import Case
from directory.rules.case_words import standing
from directory.rules.due_process import LEAST_REASONS, MoveRefused, may_move, move, waits_for_second, why_no_decision
from directory.rules.vocabulary import AppealOutcome, Finding, FlagState
from directory.views.access import current_account, moderators_only
from directory.views.fields import Form, Line, Words, wanted
from directory.views.loading import ID, row

bp = Blueprint("due_process", __name__, url_prefix=f"/moderation/flags/<{ID}:flag_id>/case")

_ANY = "." * 40
STEPS = {
    "notify": "Send the notice to the practitioner",
    "handle": "I have read the answers",
    "nothing": "There is nothing in it: close",
    "corrected": "Our listing was wrong and is put right: close",
    "publish": "It may be told in public, with its source",
    "confirm": "I looked again: it still holds",
    "propose": "Short way: a final public order of suspension or revocation (give the link)",
    "second": "I am the second person and confirm the final public order",
    "upheld": "Appeal: the decision stands",
    "overturned": "Appeal: the decision falls",
}
WITHOUT_REASONS = {"notify": "to send the notice", "second": "for the second word on an order"}


class StepForm(Form):
    step = RadioField("The next step", [wanted("Choose the next step.")])
    reasons = Words("Reasons, as the practitioner will read them")
    order_url = Line("Link to the public order")


@bp.get("")
@moderators_only
def case_page(flag_id: int) -> str:
    return _page(flag_id, StepForm())


@bp.post("")
@moderators_only
def take_step(flag_id: int) -> ResponseReturnValue:
    form, at, by = StepForm(), clock.utc_now(), current_account()
    form.step.choices = _choices(case_of(db.session(), row(Flag, flag_id)), by, at)
    if not form.step.choices or not form.validate():
        return _page(flag_id, form), 422
    try:
        _act(db.session(), flag_id, form, by=by, at=at)
    except MoveRefused as refused:
        db.session.rollback()
        form.form_errors.append(str(refused))
        return _page(flag_id, form), 409
    db.session.commit()
    flash("Done, and written down.", "success")
    return redirect(url_for("due_process.case_page", flag_id=flag_id))


def _act(session: Session, flag_id: int, form: StepForm, *, by: Account, at: datetime) -> None:
    reasons, step = form.reasons.data or "", form.step.data
    acts: dict[str, Callable[[], Any]] = {
        "notify": lambda: due_process.notify(session, flag_id, by=by, at=at),
        "handle": lambda: due_process.handle_replies(session, flag_id, note=reasons, by=by, at=at),
        "confirm": lambda: due_process.confirm(session, flag_id, reasons=reasons, by=by, at=at),
        "propose": lambda: due_process.propose_order(
            session, flag_id, order_url=form.order_url.data or "", reasons=reasons, by=by, at=at
        ),
        "second": lambda: due_process.confirm_order(session, flag_id, by=by, at=at),
    }
    if step in acts:
        acts[step]()
    elif step in set(AppealOutcome):
        due_process.decide_appeal(session, flag_id, AppealOutcome(step), reasons=reasons, by=by, at=at)
    else:
        due_process.decide(session, flag_id, Finding(step), reasons=reasons, by=by, at=at)


def _choices(case: Case, by: Account, at: datetime) -> list[tuple[str, str]]:
    """The steps that due process allows this person now."""
    tried: dict[str, Any] = {
        "notify": events.Notify(by.id),
        "handle": events.Handle(by.id, _ANY),
        **{outcome.value: events.Decide(by.id, outcome, _ANY) for outcome in Finding},
        "confirm": events.Confirm(by.id, _ANY),
        "propose": events.ProposeOrder(by.id, "https://", _ANY),
        "second": events.SecondOrder(by.id),
        **{outcome.value: events.DecideAppeal(by.id, outcome, _ANY) for outcome in AppealOutcome},
    }
    told = {outcome.value: ", and tell them" for outcome in (Finding.NOTHING, Finding.CORRECTED) if case.is_under_way}
    return [(step, STEPS[step] + told.get(step, "")) for step in STEPS if may_move(case, tried[step], at)]


def _why_somebody_else(case: Case, by: Account, at: datetime) -> str:
    """Why `by` may not decide the appeal, or say the second word on an order, that waits for somebody; "" otherwise."""
    if case.state is FlagState.APPEALED:
        awaited: Any = events.DecideAppeal(by.id, AppealOutcome.UPHELD, _ANY)
    elif waits_for_second(case, at):
        awaited = events.SecondOrder(by.id)
    else:
        return ""
    try:
        move(case, awaited, at)
    except MoveRefused as refused:
        return str(refused)
    return ""


def _which_reasons(offered: set[str]) -> str:
    without = " nor ".join(words for step, words in WITHOUT_REASONS.items() if step in offered)
    return f"At least {LEAST_REASONS} characters." + (f" Not needed {without}." if without else "")


def _page(flag_id: int, form: StepForm) -> str:
    flag, session, at = row(Flag, flag_id), db.session(), clock.utc_now()
    case, steps = case_of(session, flag), steps_of(session, flag)
    form.step.choices = _choices(case, current_account(), at)
    offered = {step for step, _ in form.step.choices}
    form.reasons.description = _which_reasons(offered)
    return render_template(
        "moderators/case.html",
        flag=flag,
        listing=session.get(Listing, flag.listing_id) if flag.listing_id is not None else None,
        case=case,
        standing=standing(case, at),
        steps=steps,
        emails=emails_of(session, steps),
        somebody_else=_why_somebody_else(case, current_account(), at),
        why_not=why_no_decision(case, at),
        needs_reasons=bool(offered - set(WITHOUT_REASONS)),
        notice_to=address_of(session, flag) if "notify" in offered else None,
        may_propose="propose" in offered,
        form=form,
    )
