"""People at the site: who is signed in, and forms filled in as a person would, with the token of the page."""

from __future__ import annotations

import time
from contextvars import Context
from functools import partial
from typing import Any

from flask import Flask, has_app_context
from werkzeug.test import TestResponse

from directory.extensions import db
from directory.models.account import Account
from tests.browser import Browser, Page


class Visitor(Browser):
    """Somebody at the site. Each request has a context of its own, as at a server: nothing of a test leaks into it.

    What the test has prepared is committed first, and what it reads afterwards is fresh.
    """

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        ask = self.client.open

        def ask_from_outside(*args: Any, **options: Any) -> TestResponse:
            if has_app_context():
                db.session.commit()
            return Context().run(partial(ask, *args, **options))

        self.client.open = ask_from_outside  # type: ignore[method-assign]


def signed_in(app: Flask, account: Account | None) -> Visitor:
    """A browser of somebody who has signed in just now; of a stranger for None."""
    browser = Visitor(app)
    if account is not None:
        with browser.client.session_transaction() as session:
            session["_user_id"] = account.fs_uniquifier
            session["_fresh"] = True
            session["fs_cc"] = "set"
            session["fs_paa"] = time.time()
    return browser


def token(browser: Browser, path: str) -> str:
    """The token that the forms of a page carry."""
    page = browser.get(path)
    return str(page.html.select("input[name=csrf_token]")[-1]["value"])


def fill(
    browser: Browser, path: str, fields: dict[str, Any], *, to: str = "", status: int = 200, **options: Any
) -> Page:
    """Opens the page at `path`, fills its form in and sends it, to another address if `to` says so."""
    page = browser.get(path)
    forms = page.html.select("form[method=post]")
    form = next(form for form in reversed(forms) if to or "logout" not in str(form))
    hidden = {str(tag["name"]): str(tag.get("value", "")) for tag in form.select("input[type=hidden]")}
    return browser.post(to or str(form.get("action") or path), {**hidden, **fields}, status=status, **options)
