"""Flask-Security's pages in the site's frame: our words on the labels, 422 where something is to be put right, limits
on guessing, and no way to be sent to another site after signing in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_wtf import FlaskForm

from directory.extensions import limiter
from directory.views.access import BY_FLASK_SECURITY, safe_next

LABELS = {
    "email": "E-mail address",
    "password": "Password",
    "password_confirm": "The new password once more",
    "new_password": "New password",
    "new_password_confirm": "The new password once more",
    "remember": "Stay signed in on this device",
    "code": "Code",
}
LABELS_ON = {
    ("change_password_form", "password"): "Current password",
    ("reset_password_form", "password"): "New password",
    ("change_email_form", "email"): "New e-mail address",
}

FROM_ONE_PLACE = "30 per 15 minutes"
ABOUT_ONE_ACCOUNT = "10 per 15 minutes"
"""Counted for an address of the site and an address of the network together: a stranger locks nobody out."""
MAILS_TO_ONE_ADDRESS = "5 per hour"

GUESSABLE = ("login", "verify", "two_factor_token_validation", "mf_recovery", "reset_password")
SENDS_MAIL = ("register", "forgot_password", "send_confirmation", "change_email")


def init_app(app: Flask) -> None:
    app.extensions["security"].render_template = render_security_page
    app.before_request(refuse_to_send_people_elsewhere)
    for name in (*GUESSABLE, *SENDS_MAIL):
        endpoint = f"{BY_FLASK_SECURITY}.{name}"
        view = limiter.limit(FROM_ONE_PLACE, methods=["POST"])(app.view_functions[endpoint])
        most = MAILS_TO_ONE_ADDRESS if name in SENDS_MAIL else ABOUT_ONE_ACCOUNT
        key = _account_named if name in SENDS_MAIL else _account_from_here
        limited: Callable[..., Any] = limiter.limit(most, methods=["POST"], key_func=key)(view)
        app.view_functions[endpoint] = limited


def render_security_page(template: str, **about: Any) -> ResponseReturnValue:
    """The page, with 422 where a form that was sent has errors."""
    wrong = False
    for name, form in about.items():
        if isinstance(form, FlaskForm):
            _relabel(name, form)
            wrong = wrong or bool(form.errors)
    page = render_template(template, **about)
    return (page, 422) if wrong and request.method == "POST" else page


def refuse_to_send_people_elsewhere() -> ResponseReturnValue | None:
    """Takes a `next` that is no page of ours out before Flask-Security sees it."""
    if request.blueprint != BY_FLASK_SECURITY or not any(request.values.getlist("next")):
        return None
    if all(safe_next(target, "") for target in request.values.getlist("next") if target):
        return None
    return redirect(request.path) if request.method == "GET" else abort(400)


def _relabel(name: str, form: FlaskForm) -> None:
    for field in form:
        words = LABELS_ON.get((name, field.name)) or LABELS.get(field.name)
        if words:
            field.label.text = words


def _account_named() -> str:
    return request.form.get("email", "").strip().lower()[:254] or get_remote_address()


def _account_from_here() -> str:
    return f"{get_remote_address()} {_account_named()}"
