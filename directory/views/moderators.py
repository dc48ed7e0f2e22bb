"""The moderators' landing page, the queue of flags, and one flag with all that is needed to decide about it."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.extensions import db
from directory.models.flag import Flag
from directory.moderation.flag_context import FlagContext, flag_context
from directory.moderation.flag_queue import QueueFilter, queue, waiting
from directory.moderation.listing_pairs import count_waiting
from directory.moderation.moderation import DecisionRefused, decide_flag, undo_flag
from directory.moderation.page_checks_due import pages_of
from directory.rules.vocabulary import FlagDecision, FlagKind, FlagState, Severity
from directory.views.access import current_account, moderators_only
from directory.views.loading import ID, page_number, row
from directory.views.moderator_forms import SAY_WHY, DecisionForm, ReasonForm, flag_decisions

bp = Blueprint("moderators", __name__, url_prefix="/moderation")

W = TypeVar("W", bound=StrEnum)


@bp.get("/", endpoint="queue")
@moderators_only
def queue_page() -> str:
    """What waits, the worst that most patients meet first."""
    wanted = QueueFilter(
        kind=_word(FlagKind, "kind"),
        severity=_word(Severity, "severity"),
        state=_word(FlagState, "state"),
        region=request.args.get("region", "")[:10],
    )
    page = queue(db.session(), wanted, page=page_number())
    chosen = {name: value for name in ("kind", "severity", "state", "region") if (value := getattr(wanted, name))}
    return render_template(
        "moderators/queue.html",
        queue=page,
        wanted=wanted,
        waiting=waiting(db.session()),
        duplicates=count_waiting(db.session()),
        kinds=FlagKind,
        severities=Severity,
        states=[state for state in FlagState if state not in ("withdrawn", "expired", "dismissed")],
        page_address=lambda number: url_for("moderators.queue", page=number, **chosen),
    )


@bp.get(f"/flags/<{ID}:flag_id>")
@moderators_only
def flag(flag_id: int) -> str:
    return _flag_page(_context(flag_id), DecisionForm())


@bp.post(f"/flags/<{ID}:flag_id>")
@moderators_only
def decide(flag_id: int) -> ResponseReturnValue:
    context, form = _context(flag_id), DecisionForm()
    form.offer(flag_decisions(context.decisions, context.flag.severity))
    if not form.validate():
        return _flag_page(context, form), 422
    told = form.data
    try:
        state = decide_flag(
            db.session(),
            context.flag,
            FlagDecision(told["decision"]),
            reason=told["reason"],
            by=current_account(),
            at=clock.utc_now(),
        )
    except DecisionRefused as refused:
        return _refused(flag_id, form, refused)
    db.session.commit()
    flash(f"The flag is {state.value}. You can take that back on its page.", "success")
    return redirect(url_for("moderators.queue"))


@bp.post(f"/flags/<{ID}:flag_id>/undo")
@moderators_only
def undo(flag_id: int) -> ResponseReturnValue:
    """Takes the last decision back."""
    form, found = ReasonForm(prefix="undo"), row(Flag, flag_id)
    if not form.validate():
        flash(SAY_WHY, "problem")
        return redirect(url_for("moderators.flag", flag_id=flag_id))
    try:
        undo_flag(db.session(), found, reason=form.data["reason"], by=current_account(), at=clock.utc_now())
    except DecisionRefused as refused:
        db.session.rollback()
        flash(str(refused), "caution")
    else:
        db.session.commit()
        flash("The decision is taken back.", "success")
    return redirect(url_for("moderators.flag", flag_id=flag_id))


def _word(words: type[W], name: str) -> W | None:
    """The word asked for, or None for one that we do not have."""
    value = request.args.get(name, "")
    return words(value) if value in set(words) else None


def _context(flag_id: int) -> FlagContext:
    return flag_context(db.session(), flag_id, now=clock.utc_now()) or abort(404)


def _refused(flag_id: int, form: DecisionForm, refused: DecisionRefused) -> ResponseReturnValue:
    db.session.rollback()
    form.form_errors.append(str(refused))
    return _flag_page(_context(flag_id), form), 409


def _flag_page(context: FlagContext, form: DecisionForm) -> str:
    form.offer(flag_decisions(context.decisions, context.flag.severity))
    return render_template(
        "moderators/flag.html",
        context=context,
        pages=pages_of(db.session(), [each.evidence.id for each in context.checks if each.evidence]),
        form=form,
        undo_form=ReasonForm(formdata=None, prefix="undo"),
    )
