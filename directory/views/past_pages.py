"""What everybody saw at an earlier moment, as HTML: for `listings show --html` and for a dispute's file."""

from __future__ import annotations

import re
from datetime import datetime

from flask import current_app

from directory.evidence import evidence
from directory.extensions import db, only_reading
from directory.views import patients

_MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)


def main_content(html: str) -> str:
    """What a page says: its `main` element, without the frame that every page has."""
    found = _MAIN.search(html)
    if found is None:
        raise ValueError("this page has no main content")
    return found[0]


def listing_then(slug: str, moment: datetime) -> str | None:
    """The main content of the listing's page as it was served then; None where there was no such page."""
    with current_app.test_request_context(f"/practitioners/{slug}"), only_reading():
        page = evidence.listing_page(db.session(), slug, now=moment, as_of=moment)
        return main_content(patients.listing_html(page)) if page else None


def listing_now(slug: str, now: datetime) -> str | None:
    """The main content of the listing's page as everybody sees it now."""
    with current_app.test_request_context(f"/practitioners/{slug}"), only_reading():
        page = evidence.listing_page(db.session(), slug, now=now)
        return main_content(patients.listing_html(page)) if page else None


def evidence_then(slug: str, moment: datetime) -> str | None:
    """The same of the page with its evidence."""
    with current_app.test_request_context(f"/practitioners/{slug}/evidence"), only_reading():
        page = evidence.evidence_page(db.session(), slug, now=moment, as_of=moment)
        return main_content(patients.evidence_html(page)) if page else None


def evidence_now(slug: str, now: datetime) -> str | None:
    """The main content of the page with its evidence as everybody sees it now."""
    with current_app.test_request_context(f"/practitioners/{slug}/evidence"), only_reading():
        page = evidence.evidence_page(db.session(), slug, now=now)
        return main_content(patients.evidence_html(page)) if page else None
