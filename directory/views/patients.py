"""What patients see of listings: the front page, the search, a listing, and the evidence behind it.

These pages set no cookie. A search has one address: what a form sends is spelled anew and sent there.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from directory import clock
from directory.evidence import evidence
from directory.evidence.listing_pages import EvidencePage, ListingPage
from directory.extensions import db
from directory.search import search
from directory.search.places import namesakes
from directory.views import search_form, specimen
from directory.views.access import everybody
from directory.views.cards import card
from directory.views.loading import where_it_went

bp = Blueprint("patients", __name__)


@bp.get("/")
@everybody
def home() -> str:
    return render_template("pages/home.html", form=search_form.fields(search.parse_search({})), lines=specimen.LINES)


@bp.get("/search")
@everybody
def find() -> ResponseReturnValue:
    wanted = search.parse_search(request.args)
    if not wanted.errors and request.query_string.decode("ascii", "replace") != wanted.canonical_query():
        return redirect(search_form.address(wanted))
    now = clock.utc_now()
    page = search.find_listings(db.session(), wanted, now=now)
    if wanted.page > page.pages:
        return redirect(search_form.address(wanted.changed(page=page.pages)))
    return render_template(
        "pages/search.html",
        wanted=wanted,
        page=page,
        cards=[card(row, unit=wanted.radius.unit, now=now) for row in page.rows],
        form=search_form.fields(wanted, page.facets, typed=request.args),
        chosen=search_form.chosen(wanted),
        namesakes=namesakes(wanted.place) if wanted.place else [],
        wider=search_form.wider(db.session(), wanted, now=now) if not page.rows else None,
        page_address=lambda number: search_form.address(wanted.changed(page=number)),
        canonical=current_app.config["SITE_URL"].rstrip("/") + search_form.address(wanted),
    )


@bp.get("/practitioners/<slug>")
@everybody
def listing(slug: str) -> str:
    page = evidence.listing_page(db.session(), slug, now=clock.utc_now())
    if page is None:
        where_it_went(slug)
    return listing_html(page, back=_back_to_results())


@bp.get("/practitioners/<slug>/evidence")
@everybody
def listing_evidence(slug: str) -> str:
    page = evidence.evidence_page(db.session(), slug, now=clock.utc_now())
    if page is None:
        where_it_went(slug)
    return evidence_html(page)


def listing_html(page: ListingPage, *, back: str = "/search") -> str:
    """The page of a listing, of today or of an earlier moment. `back` leads to where somebody came from."""
    evidence_address = f"/practitioners/{page.slug}/evidence"
    return render_template("practitioners/listing.html", page=page, back=back, evidence=evidence_address)


def evidence_html(page: EvidencePage) -> str:
    """The page of the evidence behind a listing, of today or of an earlier moment."""
    return render_template("practitioners/evidence.html", page=page)


def _back_to_results() -> str:
    """The search somebody came from, when the browser says so and it was one of ours; else the empty search."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc == request.host and came_from.path == "/search":
        return f"/search?{came_from.query}" if came_from.query else "/search"
    return "/search"
