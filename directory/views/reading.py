"""Pages to read: how we check, questions to ask, safety, corrections, privacy, and credits. Open to everybody."""

from __future__ import annotations

from flask import Blueprint, render_template

from directory import clock
from directory.rules.case_dates import REMINDER_AFTER, REPLY_DAYS
from directory.rules.freshness import CAPTURE_AGE, DISPLAY_AGES, MONITORING_AGE
from directory.rules.reasons import age_rule
from directory.rules.requirements import known_jurisdictions, requirement
from directory.views import literature
from directory.views.access import everybody
from directory.views.claims_corrected import CLAIMS
from scrapers.record import CredentialKind

bp = Blueprint("reading", __name__)

GRADES = (
    ("A", "The issuer or the primary source says so: a licensing board's register, an insurer, a school."),
    ("B", "A person looked at the document."),
    ("C", "A third party lists it."),
    ("D", "The practitioner states it."),
)


@bp.get("/safety")
@everybody
def safety() -> str:
    return _cited("pages/safety.html", claims=CLAIMS)


@bp.get("/questions")
@everybody
def questions() -> str:
    return _cited("pages/questions.html")


@bp.get("/how-we-check")
@everybody
def how_we_check() -> str:
    """Ages and places come from the rules themselves, so that the page cannot promise something else."""
    return render_template(
        "pages/how_we_check.html",
        places_without=_places_without_license(),
        ages=_ages(),
        monitoring_days=MONITORING_AGE.days,
        grades=GRADES,
        reply_days=REPLY_DAYS,
        reminder_days=REMINDER_AFTER.days,
    )


def _ages() -> list[tuple[str, str]]:
    """How long evidence counts, with the kinds of credentials that share it: "License, registration"."""
    kinds: dict[str, list[str]] = {}
    for kind in DISPLAY_AGES:
        if kind is not CredentialKind.EXCLUSION:
            kinds.setdefault(age_rule(kind), []).append(kind.value.replace("_", " "))
    return [(", ".join(names).capitalize(), rule) for rule, names in kinds.items()]


@bp.get("/corrections")
@everybody
def corrections() -> str:
    return render_template("pages/corrections.html", reply_days=REPLY_DAYS)


@bp.get("/privacy")
@everybody
def privacy() -> str:
    return render_template("pages/privacy.html", capture_days=CAPTURE_AGE.days)


@bp.get("/credits")
@everybody
def credits_page() -> str:
    """GeoNames and the Ordnance Survey ask to be named."""
    return render_template("pages/credits.html")


def _cited(template: str, **values: object) -> str:
    return render_template(
        template,
        notes=literature.Notes(),
        reviewed_on=literature.REVIEWED_ON,
        next_review_on=literature.NEXT_REVIEW_ON,
        **values,
    )


def _places_without_license() -> list[str]:
    today = clock.utc_today()
    found = (requirement(code, on=today) for code in known_jurisdictions())
    return sorted(place.name for place in found if place.issues_none)
