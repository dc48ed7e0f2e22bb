"""Checks by hand: the steps to a saved page, what it says beside what is stated, and the credentials that wait."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from directory import clock
from directory.extensions import db
from directory.models.account import Account
from directory.models.credential import Credential, Evidence
from directory.models.listing import Listing
from directory.models.page_check import PageCheck
from directory.moderation import page_checks
from directory.moderation.page_checks import NeedsDecision, Settled
from directory.moderation.page_checks_due import drafts, due_by_hand, registries_by_hand
from directory.moderation.page_doubts import Subject, digest
from directory.moderation.uploaded_pages import (
    MOST_BYTES,
    MOST_SHOWN,
    PageRefused,
    by_hand,
    hosts_of,
    open_in_child,
    open_upload,
)
from directory.registries import registries
from directory.rules.requirements import place_name
from directory.rules.vocabulary import PageCheckState, PageKind
from directory.views.access import current_account, moderators_only
from directory.views.loading import ID, row
from directory.views.page_check_forms import (
    StatementForm,
    UploadForm,
    first_values,
    published_words,
    written_down,
)
from scrapers.errors import SpecError
from scrapers.record import RegistryRecord
from scrapers.spec import RegistrySpec

bp = Blueprint("page_checks", __name__, url_prefix="/moderation")

MOST = 100
_DAYS = ("issued_on", "expires_on")
PICTURES = (PageKind.PNG, PageKind.JPEG)
ALONE = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""A stranger's file is never a page of ours, whatever a browser makes of it."""


@bp.get("/by-hand")
@moderators_only
def due() -> str:
    """Pages that wait for somebody's word, then credentials that only a person can look up."""
    session = db.session()
    return render_template(
        "moderators/by_hand.html",
        due=due_by_hand(session, now=clock.utc_now(), most=MOST),
        drafts=drafts(session, most=MOST),
        registries=registries.known_registries().specs,
        most=MOST,
    )


# From a credential to a saved page -----------------------------------------------------------------------------------


@bp.get(f"/credentials/<{ID}:credential_id>/by-hand")
@moderators_only
def look_up(credential_id: int) -> str:
    subject = _subject(credential_id)
    return _steps_page(subject, _registry_of(credential_id, request.args.get("registry", "")), UploadForm())


@bp.post(f"/credentials/<{ID}:credential_id>/by-hand")
@moderators_only
def upload(credential_id: int) -> ResponseReturnValue:
    subject, form = _subject(credential_id), UploadForm()
    spec = _registry_of(credential_id, request.args.get("registry", "")) or abort(404)
    if not form.validate():
        return _steps_page(subject, spec, form), 422
    body, by = form.page.data.read(MOST_BYTES + 1), current_account()
    db.session.commit()  # nothing is held while a stranger's file is opened
    try:
        draft = page_checks.take_upload(db.session(), subject, spec, body, by=by, at=clock.utc_now())
    except PageRefused as refused:
        db.session.rollback()
        form.page.errors = [str(refused)]
        return _steps_page(_subject(credential_id), spec, form), 422
    db.session.commit()
    return redirect(url_for("page_checks.draft", check_id=draft.id))


def _subject(credential_id: int) -> Subject:
    return page_checks.subject_of(db.session(), credential_id, now=clock.utc_now()) or abort(404)


def _registry_of(credential_id: int, registry_id: str) -> RegistrySpec | None:
    """The registry asked for, of those where this credential can be looked up; the first of them without a wish."""
    known = {spec.id: spec for spec in registries_by_hand(row(Credential, credential_id))}
    if registry_id:
        return known.get(registry_id) or abort(404)
    return next(iter(known.values()), None)


def _steps_page(subject: Subject, spec: RegistrySpec | None, form: UploadForm) -> str:
    credential = row(Credential, subject.credential.id)
    earlier = select(PageCheck).where(PageCheck.credential_id == credential.id).order_by(PageCheck.id.desc()).limit(10)
    return render_template(
        "moderators/look_up.html",
        credential=credential,
        listing=db.session.get_one(Listing, credential.listing_id),
        place=place_name(credential.jurisdiction) if credential.jurisdiction else "",
        spec=spec,
        manual=by_hand(spec) if spec else None,
        hosts=sorted(hosts_of(spec)) if spec else [],
        others=[each for each in registries_by_hand(credential) if spec and each.id != spec.id],
        earlier=db.session.scalars(earlier).all(),
        form=form,
    )


# From a saved page to a check ----------------------------------------------------------------------------------------


@bp.get(f"/page-checks/<{ID}:check_id>")
@moderators_only
def draft(check_id: int) -> str:
    found = row(PageCheck, check_id)
    form = StatementForm(data=first_values(found, _read(found)))
    return _draft_page(found, form, list(found.read.get("doubts", ())))


@bp.post(f"/page-checks/<{ID}:check_id>")
@moderators_only
def confirm(check_id: int) -> ResponseReturnValue:
    found, form, by = row(PageCheck, check_id), StatementForm(), current_account()
    doubts = list(found.read.get("doubts", ()))
    if found.state is not PageCheckState.DRAFT:
        return _was_settled(check_id)
    try:
        spec = registries.find_registry(found.registry_id)
        if not form.accepts(spec):
            return _draft_page(found, form, doubts), 422
        told = form.statement(written_down(spec, _read(found)))
        page_checks.confirm(db.session(), found, told, by=by, at=clock.utc_now())
    except NeedsDecision as question:
        db.session.rollback()
        form.aware.errors = ["Look at these points and answer them, or change what you state."]
        return _draft_page(row(PageCheck, check_id), form, question.doubts), 422
    except Settled:
        return _was_settled(check_id)
    except (PageRefused, SpecError, FileNotFoundError) as refused:
        db.session.rollback()
        form.form_errors.append(_in_words(refused))
        return _draft_page(row(PageCheck, check_id), form, doubts), 409
    return _finished(check_id, "Recorded, with the page as its evidence.")


@bp.post(f"/page-checks/<{ID}:check_id>/drop")
@moderators_only
def drop(check_id: int) -> ResponseReturnValue:
    """Gives an upload up: nothing follows from it."""
    try:
        page_checks.drop(db.session(), row(PageCheck, check_id), by=current_account(), at=clock.utc_now())
    except Settled:
        return _was_settled(check_id)
    return _finished(check_id, "Dropped: nothing follows from that page, and the file is not kept.")


def _in_words(refused: Exception) -> str:
    if isinstance(refused, FileNotFoundError):
        return "The file of this page is not kept any more. Drop this check, and upload the page again."
    if isinstance(refused, SpecError):
        return "This register is not described here any more, so nothing can be recorded for it. Ask an operator."
    return str(refused)


def _finished(check_id: int, words: str) -> ResponseReturnValue:
    db.session.commit()
    page_checks.forget_file(db.session(), row(PageCheck, check_id).sha256)
    flash(words, "success")
    return redirect(url_for("page_checks.draft", check_id=check_id))


def _was_settled(check_id: int) -> ResponseReturnValue:
    db.session.rollback()
    flash("This page was settled before; nothing was recorded twice.", "caution")
    return redirect(url_for("page_checks.draft", check_id=check_id))


def _read(found: PageCheck) -> RegistryRecord | None:
    record = found.read.get("record")
    return RegistryRecord.from_json(record) if record else None


def _told(found: PageCheck) -> dict[str, Any]:
    """What was stated, with days as days."""
    days = {name: date.fromisoformat(found.stated[name]) for name in _DAYS if found.stated.get(name)}
    return {**found.stated, **days}


def _draft_page(found: PageCheck, form: StatementForm, doubts: list[str]) -> str:
    credential = db.session.get_one(Credential, found.credential_id)
    spec = registries.known_registries().specs.get(found.registry_id)
    read = _read(found)
    form.seen.data = digest(doubts)
    return render_template(
        "moderators/page_check.html",
        check=found,
        told=_told(found),
        credential=credential,
        listing=db.session.get_one(Listing, credential.listing_id),
        spec=spec,
        manual=by_hand(spec) if spec else None,
        read=read,
        text=_text(found),
        is_picture=found.kind in PICTURES,
        kept=_is_kept(found),
        offered=written_down(spec, read) if spec else (),
        published=published_words(spec) if spec else [],
        doubts=doubts,
        form=form,
        uploaded_by=db.session.get_one(Account, found.uploaded_by_id),
        settled_by=db.session.get(Account, found.settled_by_id) if found.settled_by_id else None,
        evidence=db.session.get(Evidence, found.evidence_id) if found.evidence_id else None,
    )


# The file ------------------------------------------------------------------------------------------------------------


@bp.get(f"/page-checks/<{ID}:check_id>/file")
@moderators_only
def file(check_id: int) -> Response:
    """The very file, to be kept by a moderator and never to be drawn by a browser here."""
    found = row(PageCheck, check_id)
    answer = Response(_body(found) or abort(404), mimetype="application/octet-stream", headers=ALONE)
    answer.headers["Content-Disposition"] = f'attachment; filename="page-check-{found.id}.{found.kind.value}"'
    return answer


@bp.get(f"/page-checks/<{ID}:check_id>/picture")
@moderators_only
def picture(check_id: int) -> Response:
    """A screenshot written anew: its dots, and nothing else that was in the file."""
    found = row(PageCheck, check_id)
    body = _body(found) if found.kind in PICTURES else None
    if body is None:
        abort(404)
    return Response(open_in_child("picture", body), mimetype="image/png", headers=ALONE)


def _body(found: PageCheck) -> bytes | None:
    try:
        return page_checks.file_of(found).read_bytes()
    except FileNotFoundError:
        return None


def _is_kept(found: PageCheck) -> bool:
    return _body(found) is not None


def _text(found: PageCheck) -> str:
    """What a reader of the page sees, for showing it as text. "" for pictures and for files that are gone."""
    body = _body(found) if found.kind not in PICTURES else None
    return open_upload(body).text[:MOST_SHOWN] if body else ""  # it was opened before, with the same limits
