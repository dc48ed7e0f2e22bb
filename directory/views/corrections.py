"""Asking to correct a listing or to remove it, by anybody, without an account and without puzzles."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms import HiddenField
from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from directory import clock
from directory.extensions import db, limiter
from directory.listings.listing_edits import EditRefused, email
from directory.models.listing import Listing
from directory.moderation.corrections import RequestRefused, make_request
from directory.rules.vocabulary import RequestKind
from directory.views.access import everybody
from directory.views.fields import Form, Line, Words, length
from directory.views.loading import published_listing

bp = Blueprint("corrections", __name__, url_prefix="/practitioners/<slug>")

SOONEST, LATEST = 3, 12 * 3600
"""Seconds after which a person may have filled the form in, and until when it is good."""

FROM_ONE_PLACE = "5 per hour; 20 per day"
TRIES_FROM_ONE_PLACE = "30 per hour"
"""Of what is taken, and of all that is sent: a person may put mistakes right, a machine may not go on for ever."""


class RequestForm(Form):
    text = Words("What is wrong, and what would be right?")
    email = Line("Your e-mail address")
    opened = HiddenField()
    nickname = Line("Leave this empty")  # people do not see it, machines fill it in

    def open_now(self) -> RequestForm:
        self.opened.data = _clock_seal().dumps(clock.utc_now().timestamp())
        return self

    def validate_text(self, field: Field) -> None:
        length(least=10, most=4000, message="Write a sentence or two, between 10 and 4,000 characters.")(self, field)

    def validate_email(self, field: Field) -> None:
        try:
            field.data = email(field.data)
        except EditRefused as refused:
            raise ValidationError(f"Enter {refused.expected}, or nothing.") from refused

    def validate_opened(self, field: Field) -> None:
        try:
            seconds = clock.utc_now().timestamp() - float(_clock_seal().loads(field.data or ""))
        except BadSignature:
            seconds = LATEST + 1.0
        if seconds > LATEST:
            raise ValidationError("This page has been open for very long. Please send it once more.")
        if seconds < SOONEST:
            raise ValidationError("That was very quick. Please read it through and send it once more.")


def _was_taken(response: Response) -> bool:
    """Whether it counts as sent: a form that comes back with its mistakes named does not."""
    return response.status_code < 400


@bp.get("/report")
@everybody
def report(slug: str) -> str:
    """Correct a fact."""
    return _page(published_listing(slug), RequestKind.CORRECTION, RequestForm(formdata=None).open_now())


@bp.post("/report")
@everybody
@limiter.limit(TRIES_FROM_ONE_PLACE)
@limiter.limit(FROM_ONE_PLACE, deduct_when=_was_taken)
def send_report(slug: str) -> ResponseReturnValue:
    return _send(slug, RequestKind.CORRECTION)


@bp.get("/remove")
@everybody
def remove(slug: str) -> str:
    """Leave the directory."""
    return _page(published_listing(slug), RequestKind.REMOVAL, RequestForm(formdata=None).open_now())


@bp.post("/remove")
@everybody
@limiter.limit(TRIES_FROM_ONE_PLACE)
@limiter.limit(FROM_ONE_PLACE, deduct_when=_was_taken)
def send_removal(slug: str) -> ResponseReturnValue:
    return _send(slug, RequestKind.REMOVAL)


def _send(slug: str, kind: RequestKind) -> ResponseReturnValue:
    listing, form = published_listing(slug), RequestForm()
    if form.nickname.data:  # whoever fills that in is told the same as everybody
        return _thanks(slug)
    if not form.validate():
        return _page(listing, kind, form.open_now()), 422
    told = form.data
    try:
        make_request(db.session(), listing, kind, text=told["text"], email=told["email"], at=clock.utc_now())
    except RequestRefused as refused:
        db.session.rollback()
        form.form_errors.append(str(refused))
        return _page(published_listing(slug), kind, form.open_now()), 422
    db.session.commit()
    return _thanks(slug)


@bp.get("/thanks")
@everybody
def thanks(slug: str) -> str:
    """What happens next. The same page whatever was sent."""
    return render_template("pages/request_received.html", listing=published_listing(slug))


def _page(listing: Listing, kind: RequestKind, form: RequestForm) -> str:
    removal = kind is RequestKind.REMOVAL
    if removal:
        form.text.label.text = "How can we tell that this is you?"
    action = url_for("corrections.send_removal" if removal else "corrections.send_report", slug=listing.slug)
    return render_template("pages/request.html", listing=listing, form=form, removal=removal, action=action)


def _thanks(slug: str) -> ResponseReturnValue:
    return redirect(url_for("corrections.thanks", slug=slug))


def _clock_seal() -> URLSafeSerializer:
    """Seals the time at which a form was opened, so that only we can say it."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="request form opened")
