"""Puts the views together: blueprints, error pages, and what every template may use."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, request

from directory.rules.vocabulary import Grade, PublicState
from directory.views import assets, errors, health, parts, patients, reading

STATE_WORDS = {
    PublicState.CONFIRMED: "Confirmed",
    PublicState.NOT_CONFIRMED: "Not confirmed",
    PublicState.NOT_CHECKED: "Not checked yet",
    PublicState.NOT_REQUIRED: "Not required here",
    PublicState.SOURCE_UNAVAILABLE: "Source unavailable",
}
GRADE_WORDS = {
    Grade.A: "from the issuer or primary source",
    Grade.B: "document checked by a person",
    Grade.C: "from a third party",
    Grade.D: "stated by the practitioner",
}


def init_app(app: Flask) -> None:
    assets.init_app(app)
    errors.init_app(app)
    for blueprint in (health.bp, patients.bp, reading.bp):
        app.register_blueprint(blueprint)
    if app.config["ENV"] != "production":
        app.register_blueprint(parts.bp)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(day=day, count=count, money=money)
    app.jinja_env.globals.update(
        site_name=app.config["SITE_NAME"],
        contact_email=app.config["CONTACT_EMAIL"],
        state_words=STATE_WORDS,
        grade_words=GRADE_WORDS,
    )
    app.context_processor(address_of_this_page)


def address_of_this_page() -> dict[str, Any]:
    """`canonical`: this page's one address, without parameters; views give their own where parameters matter."""
    from flask import current_app

    if request.method not in {"GET", "HEAD"} or request.endpoint is None:
        return {"canonical": ""}
    return {"canonical": current_app.config["SITE_URL"].rstrip("/") + request.path}


def day(value: date | datetime) -> str:
    """10 Nov 2026, held together by non-breaking spaces. The same for readers of every country."""
    return f"{value.day}\N{NO-BREAK SPACE}{value:%b}\N{NO-BREAK SPACE}{value.year}"


def count(value: int) -> str:
    """12,500"""
    return f"{value:,}"


def money(amount: Decimal | int, currency: str = "USD") -> str:
    """$120, CA$95.50, £80; other currencies by their code."""
    signs = {"USD": "$", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "GBP": "£", "EUR": "€"}
    number = f"{amount:,.2f}".removesuffix(".00")
    return f"{signs[currency]}{number}" if currency in signs else f"{number}\N{NO-BREAK SPACE}{currency}"
