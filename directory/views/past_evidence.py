"""What was on file for a listing at a moment, what was shown of it and why: for moderators, with what was seen."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, render_template, request

from directory import clock
from directory.evidence.explanations import explanation
from directory.extensions import db
from directory.listings.listing_past import kept_since
from directory.rules.vocabulary import ListingState
from directory.views.access import moderators_only

bp = Blueprint("past_evidence", __name__, url_prefix="/moderation")

ON_FILE = (ListingState.PUBLISHED, ListingState.HIDDEN)


@bp.get("/listings/<slug>")
@moderators_only
def listing(slug: str) -> str:
    """With `as_of` as it stood then; a moment that is none, or that was before anything was kept, is said to be so."""
    session, now, asked = db.session(), clock.utc_now(), request.args.get("as_of", "")
    as_of = _moment(asked)
    today = explanation(session, slug, now=now, states=ON_FILE) or abort(404)
    found = explanation(session, slug, now=now, as_of=as_of, states=ON_FILE) if as_of else today
    return render_template(
        "moderators/listing.html",
        found=found,
        page=today.page,
        as_of=as_of,
        asked=asked,
        since=kept_since(session, slug),
    )


def _moment(text: str) -> datetime | None:
    """The time in UTC that a form field gives; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.utc_now().tzinfo)
