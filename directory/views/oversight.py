"""Registry runs, with the decision about a held one, and the audit log."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from directory import audit, clock, jobs
from directory.extensions import db
from directory.models.audit import AuditLine
from directory.models.registry import RegistryRun, StagedRecord
from directory.registries.run_endings import CannotDecide, decide_run
from directory.registries.runs_shown import KINDS, RunsWanted, runs_shown
from directory.rules.vocabulary import RunState
from directory.views import audit_words, run_words
from directory.views.access import current_account, moderators_only
from directory.views.loading import ID, page_number, row
from directory.views.moderator_forms import RUN_DECISIONS, DecisionForm

bp = Blueprint("oversight", __name__, url_prefix="/moderation")

PER_PAGE = 50
SAMPLE = 20


@bp.get("/runs")
@moderators_only
def runs() -> str:
    """Held runs first, then the latest, without lookups of one number unless they are asked for."""
    given = {name: request.args.get(name, "").replace("\0", "")[:60] for name in ("kind", "registry", "state")}
    wanted = RunsWanted(**given)
    return render_template(
        "moderators/runs.html",
        runs=runs_shown(db.session(), wanted, page=page_number()),
        wanted=wanted,
        kinds=KINDS,
        states=[(state, words) for state, (words, _) in run_words.STATES.items() if state is not RunState.HELD],
        in_words=run_words,
        page_address=lambda number: url_for(
            "oversight.runs",
            kind=wanted.kind or None,
            registry=wanted.registry or None,
            state=wanted.state or None,
            page=number,
        ),
    )


@bp.get(f"/runs/<{ID}:run_id>")
@moderators_only
def run(run_id: int) -> str:
    return _run_page(row(RegistryRun, run_id), DecisionForm())


@bp.post(f"/runs/<{ID}:run_id>")
@moderators_only
def settle_run(run_id: int) -> ResponseReturnValue:
    found, form = row(RegistryRun, run_id), DecisionForm()
    form.offer(RUN_DECISIONS.items())
    if not form.validate():
        return _run_page(found, form), 422
    told, accept = form.data, form.data["decision"] == "accept"
    try:
        decide_run(db.session(), run_id, accept, by=current_account(), reason=told["reason"], at=clock.utc_now())
    except CannotDecide as refused:
        db.session.rollback()
        form.form_errors.append(str(refused))
        return _run_page(row(RegistryRun, run_id), form), 409
    db.session.commit()
    if accept:
        jobs.ring_run(run_id)
    flash("Accepted: it is applied in the background." if accept else "Rejected: nothing of it is applied.", "success")
    return redirect(url_for("oversight.runs"))


@bp.get("/audit")
@moderators_only
def log() -> str:
    """The audit log, the latest first, of one subject where that is asked for."""
    subject = request.args.get("subject", "").replace("\0", "")[:120]
    query = select(AuditLine).order_by(AuditLine.id.desc())
    if subject:
        query = query.where(AuditLine.subject == subject)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(page_number(), pages)
    lines = db.session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    about = audit_words.subjects(db.session(), [*(line.subject for line in lines), *([subject] if subject else [])])
    return render_template(
        "moderators/audit.html",
        lines=lines,
        about=about,
        changes=audit_words.changes,
        subject=subject,
        page=page,
        pages=pages,
        page_address=lambda number: url_for("oversight.log", subject=subject or None, page=number),
        report=audit.verify(db.session()) if "verify" in request.args else None,
    )


def _run_page(found: RegistryRun, form: DecisionForm) -> str:
    form.offer(RUN_DECISIONS.items() if found.state is RunState.HELD else ())
    staged = select(StagedRecord).where(StagedRecord.run_id == found.id).order_by(StagedRecord.source_key).limit(SAMPLE)
    return render_template(
        "moderators/run.html", run=found, form=form, staged=db.session.scalars(staged).all(), in_words=run_words
    )
