"""The registries that we read, for everybody: how each is, and what was asked of it."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from directory import clock
from directory.extensions import db
from directory.registries import source_health
from directory.registries.asking import asking_days, asking_lines
from directory.registries.registries import known_registries
from directory.views import registry_list
from directory.views.access import everybody
from directory.views.registry_words import registry_card

bp = Blueprint("registry_pages", __name__, url_prefix="/registries")


@bp.get("")
@everybody
def registries() -> str:
    """All of them, one line each."""
    session, now = db.session(), clock.utc_now()
    lines, asking = source_health.public_registries(session, now=now), asking_lines(session, now=now)
    wanted = registry_list.RegistriesWanted(request.args.get("place", ""), request.args.get("state", ""))
    return render_template(
        "pages/registries.html",
        groups=registry_list.registry_groups(lines, asking, wanted, now=now),
        summary=registry_list.summary(lines, asking) if lines else (),
        wanted=wanted,
        places=registry_list.places(lines),
        states=[(state, heading) for state, (heading, _) in registry_list.GROUPS.items()],
    )


@bp.get("/<registry_id>")
@everybody
def registry(registry_id: str) -> str:
    """One of them, with the ledger of what our programs asked."""
    if registry_id not in known_registries().specs:
        abort(404)
    session, now = db.session(), clock.utc_now()
    line = source_health.registry_line(session, registry_id) or abort(404)
    return render_template(
        "pages/registry.html",
        registry=registry_card(line, asking_lines(session, now=now).get(registry_id), now=now),
        jurisdiction=line.jurisdiction,
        days=asking_days(session, registry_id, now=now),
    )
