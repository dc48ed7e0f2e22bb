"""The registries as moderators and operators see them: how each is, what is open, and how its runs went."""

from __future__ import annotations

import re

from flask import Blueprint, abort, render_template

from directory import clock
from directory.extensions import db
from directory.registries import health_history, novelties, registries, source_health
from directory.registries.asking import asking_lines
from directory.views import source_plots
from directory.views.access import moderators_only
from directory.views.run_words import OUTCOMES
from directory.views.source_words import HEALTH, NOVELTIES, grouped, source_row

ID = re.compile(r"[a-z][a-z0-9_]{0,59}")

bp = Blueprint("sources", __name__, url_prefix="/moderation/registries")


@bp.get("")
@moderators_only
def sources() -> str:
    """All registries, the worst first."""
    session, now = db.session(), clock.utc_now()
    specs, asked = registries.known_registries().specs, asking_lines(session, now=now)
    held = health_history.held_runs(session)
    rows = [
        source_row(line, specs.get(line.id), asked.get(line.id), held.get(line.id), now=now)
        for line in source_health.all_registries(session)
    ]
    return render_template(
        "moderators/sources.html", groups=grouped(rows), problems=registries.known_registries().problems
    )


@bp.get("/<registry_id>")
@moderators_only
def source(registry_id: str) -> str:
    """One registry with the history of its runs."""
    if not ID.fullmatch(registry_id):
        abort(404)
    session, now = db.session(), clock.utc_now()
    line = source_health.registry_line(session, registry_id) or abort(404)
    spec = registries.known_registries().specs.get(registry_id)
    asking = asking_lines(session, now=now).get(registry_id)
    held = health_history.held_runs(session).get(registry_id)
    runs = health_history.list_runs(session, registry_id)
    return render_template(
        "moderators/source.html",
        row=source_row(line, spec, asking, held, now=now),
        asking=asking,
        spec=spec,
        novelties=[
            each
            for each in novelties.standing_novelties(session, [registry_id])
            if not (spec and novelties.is_known(spec, each.kind, each.text))
        ],
        novelty_advice=NOVELTIES,
        health_words=HEALTH,
        runs=runs,
        outcomes=OUTCOMES,
        plots=source_plots,
        changes=health_history.latest_changes(session, registry_id),
        days=health_history.lookup_days(session, registry_id, now=now),
    )
