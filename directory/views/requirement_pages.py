"""What each place asks of acupuncturists, for everybody: an index and a page per jurisdiction."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.registries import registries
from directory.rules.requirements import known_jurisdictions, requirement
from directory.views import requirement_words
from directory.views.access import everybody

bp = Blueprint("requirements", __name__, url_prefix="/requirements")


@bp.get("")
@everybody
def index() -> str:
    """All places, each with its answer today."""
    today = clock.utc_today()
    laws = [requirement(code, on=today) for code in known_jurisdictions()]
    return render_template("pages/requirements.html", countries=requirement_words.by_country(laws))


@bp.get("/<code>")
@everybody
def place(code: str) -> ResponseReturnValue:
    """One place. "US-CA" leads to "us-ca", and "au-nsw" to the country whose law holds there."""
    law = requirement(code, on=clock.utc_today())
    if law.jurisdiction not in known_jurisdictions():
        abort(404)
    if law.jurisdiction.lower() != code:
        return redirect(url_for("requirements.place", code=law.jurisdiction.lower()), 301)
    specs = registries.known_registries().specs.values()
    return render_template("pages/requirement.html", page=requirement_words.requirement_page(law, specs))


@bp.app_template_global("requirement_link")
def requirement_link(jurisdiction: str) -> tuple[str, str] | None:
    """The address of a place's page and the place's name; None where the pack doesn't know it."""
    law = requirement(jurisdiction, on=clock.utc_today())
    if law.jurisdiction not in known_jurisdictions():
        return None
    return f"/requirements/{law.jurisdiction.lower()}", law.name
