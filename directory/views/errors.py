"""Pages for what went wrong: what happened, what to do, and a reference where we have to look ourselves."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from directory.extensions import db

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Explanation:
    title: str
    words: str


EXPLANATIONS = {
    400: Explanation(
        "We could not read that request",
        "Part of the address or the form was not as expected. Please go back and try once more.",
    ),
    403: Explanation("This page is not open to you", "If you think it should be, please write to us."),
    404: Explanation(
        "There is no page here",
        "The address may be mistyped, or what stood here was removed. A removed listing does not come back.",
    ),
    405: Explanation("That does not work here", "The page exists, but it cannot be used in this way."),
    413: Explanation("That is too large", "A file may have up to 10 MB. Please choose a smaller one."),
    422: Explanation("Something in the form needs another look", "Please go back and check what you entered."),
    429: Explanation(
        "A little slower, please",
        "Many requests came from your connection in a short time. Please wait a while and try again, or write to us.",
    ),
    500: Explanation("Something broke on our side", "It is not your doing. We keep a note of it under this reference:"),
    503: Explanation("We are out for a moment", "The site is being looked after. Please try again in a few minutes."),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, explain)
    app.register_error_handler(Exception, explain_our_fault)


def explain(problem: HTTPException) -> Response:
    """A page for an HTTP error, with the status and headers (Allow, Retry-After) that belong to it."""
    if problem.response is not None:
        return make_response(problem.response)
    code = problem.code or 500
    explanation = EXPLANATIONS.get(code, EXPLANATIONS[400 if code < 500 else 500])
    reference = note_for_ourselves(problem) if code == 500 else ""
    page = make_response(render_template("errors/error.html", code=code, told=explanation, reference=reference), code)
    for name, value in problem.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            page.headers[name] = value
    page.headers["Cache-Control"] = "no-store"
    return page


def explain_our_fault(problem: Exception) -> Response:
    """The page for an error nobody expected. Its reference is in the log beside the traceback."""
    db.session.rollback()
    original = InternalServerError(original_exception=problem)
    return explain(original)


def note_for_ourselves(problem: HTTPException) -> str:
    """Logs the error under a new reference, and gives the reference."""
    reference = secrets.token_hex(4)
    cause = getattr(problem, "original_exception", None) or problem
    log.error("error %s at %s %s", reference, request.method, request.path, exc_info=cause)
    return reference
