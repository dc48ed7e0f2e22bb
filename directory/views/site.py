"""Puts the views together: blueprints, error pages, and what every template may use."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, request

from directory.evidence.page_words import GRADE_WORDS, METHOD_WORDS
from directory.rules.vocabulary import PublicState
from directory.rules.wording import state_words
from directory.views import (
    accounts,
    assets,
    captures,
    case_notices,
    cases,
    corrections,
    due_process,
    errors,
    formats,
    health,
    merges,
    moderators,
    oversight,
    own_listing,
    page_checks,
    parts,
    past_evidence,
    paths,
    patients,
    practitioners,
    reading,
    registry_pages,
    requirement_pages,
    sources,
)


def init_app(app: Flask) -> None:
    paths.init_app(app)
    assets.init_app(app)
    errors.init_app(app)
    accounts.init_app(app)
    for blueprint in (
        health.bp,
        patients.bp,
        reading.bp,
        registry_pages.bp,
        corrections.bp,
        practitioners.bp,
        own_listing.bp,
    ):
        app.register_blueprint(blueprint)
    for blueprint in (
        moderators.bp,
        cases.bp,
        merges.bp,
        page_checks.bp,
        captures.bp,
        past_evidence.bp,
        oversight.bp,
        sources.bp,
    ):
        app.register_blueprint(blueprint)
    app.register_blueprint(requirement_pages.bp)
    app.register_blueprint(case_notices.bp)
    app.register_blueprint(due_process.bp)
    if app.config["ENV"] != "production":
        app.register_blueprint(parts.bp)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    formats.init_app(app)
    app.jinja_env.globals.update(
        site_name=app.config["SITE_NAME"],
        contact_email=app.config["CONTACT_EMAIL"],
        state_words={state: state_words(state) for state in PublicState},
        grade_words=GRADE_WORDS,
        method_words=METHOD_WORDS,
    )
    app.context_processor(address_of_this_page)


def address_of_this_page() -> dict[str, Any]:
    """`canonical`: this page's one address, without parameters; views give their own where parameters matter."""
    if request.method not in {"GET", "HEAD"} or request.endpoint is None:
        return {"canonical": ""}
    return {"canonical": current_app.config["SITE_URL"].rstrip("/") + request.path}
