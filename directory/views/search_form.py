"""The search form: its choices with counts, what is chosen now and how to take it back, and where to look wider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from directory.evidence.page_words import TECHNIQUE_WORDS
from directory.listings.languages import LANGUAGES
from directory.rules.vocabulary import Grade
from directory.search.search import ResultRow, find_listings
from directory.search.search_request import LARGEST_RADIUS_KM, Radius, SearchRequest

INSURED = {"yes": "Any certificate seen", "cosmetic": "Covering cosmetic work"}
RADII = {"mi": (5, 10, 25, 50, 100, 250), "km": (10, 20, 40, 80, 160, 400)}
Facets = Mapping[str, Mapping[str, int | None]]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool
    count: int | None = None  # how many results would be left; None where nobody counted


@dataclass(frozen=True, slots=True)
class FormFields:
    """What the form shows: texts as typed, choices in order, and the sentence for each field that was not read."""

    near: str
    words: str
    price: str
    radii: tuple[Choice, ...]
    checks: tuple[tuple[str, Choice], ...]  # parameter and its one value
    insured: tuple[Choice, ...]
    techniques: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    errors: Mapping[str, str]
    any_refined: bool  # whether a filter of the second row is in use
    by_name: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter in use, and the address of the same search without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True)
class Wider:
    """Where an empty search would find somebody: without its filters, in a wider circle, or the nearest at all."""

    without_filters: str  # an address; "" when no filter is in use
    circles: tuple[tuple[str, str], ...]  # "50 miles", address
    nearest: ResultRow | None
    nearest_distance: str
    farthest: str  # how far was looked: "about 500 miles"


def address(wanted: SearchRequest) -> str:
    query = wanted.canonical_query()
    return f"/search?{query}" if query else "/search"


def fields(
    wanted: SearchRequest, facets: Facets | None = None, *, typed: Mapping[str, str] | None = None
) -> FormFields:
    """The form filled with `wanted`; with `facets`, each choice says how many results it would leave.

    `typed` is what stood in the address: a field that could not be read shows it again.
    """
    counted = (facets or {}) if "near" not in wanted.errors else {}
    return FormFields(
        near=wanted.near,
        words=" ".join(wanted.words),
        price=(typed or {}).get("price", "")[:6] if "price" in wanted.errors else wanted.parameters().get("price", ""),
        radii=_radii(wanted.radius),
        checks=_checks(wanted, counted),
        insured=_choices("insured", INSURED, wanted, counted),
        techniques=_choices("technique", TECHNIQUE_WORDS, wanted, counted),
        languages=_choices("language", _languages(wanted, counted), wanted, counted),
        errors=wanted.errors,
        any_refined=bool(set(wanted.parameters()) - {"near", "within", "license", "sort", "page"}),
        by_name=wanted.sort == "name",
    )


def chosen(wanted: SearchRequest) -> tuple[Chosen, ...]:
    """The filters in use, in the form's order."""
    talk = "Free consultation" if wanted.consultation == "free" else "Consultation"
    labels: dict[str, tuple[str, dict[str, Any]]] = {
        "q": (f"“{' '.join(wanted.words)}”", {"words": ()}),
        "license": ("License confirmed", {"license": False}),
        "certified": ("Certification confirmed", {"certified": False}),
        "insured": ("Insured for cosmetic work" if wanted.insured == "cosmetic" else "Insured", {"insured": ""}),
        "training": (f"Training of grade {wanted.training} or better", {"training": None}),
        "hours": (f"{wanted.hours} hours or more", {"hours": None}),
        "technique": (TECHNIQUE_WORDS.get(wanted.technique or "", ""), {"technique": None}),
        "language": (LANGUAGES.get(wanted.language, wanted.language), {"language": ""}),
        "price": (f"Up to {wanted.price} a session", {"price": None}),
        "consultation": (talk, {"consultation": ""}),
        "new_patients": ("Takes new patients", {"new_patients": False}),
    }
    used = wanted.parameters()
    return tuple(
        Chosen(label, address(wanted.changed(**without))) for name, (label, without) in labels.items() if name in used
    )


def wider(session: Session, wanted: SearchRequest, *, now: datetime) -> Wider:
    """What to try after a search that found nobody."""
    bare = SearchRequest(near=wanted.near, place=wanted.place, radius=wanted.radius)
    nearest = None
    if wanted.place is not None:
        farthest = Radius(Decimal(LARGEST_RADIUS_KM), "km")
        found = find_listings(session, wanted.changed(radius=farthest, sort="distance"), now=now).rows
        nearest = found[0] if found else None
    larger = [Radius(Decimal(value), wanted.radius.unit) for value in RADII[wanted.radius.unit]]
    reach = nearest.distance_km if nearest and nearest.distance_km else None
    useful = [radius for radius in larger if radius.km > wanted.radius.km and (reach is None or radius.km >= reach)]
    return Wider(
        without_filters=address(bare) if chosen(wanted) else "",
        circles=tuple((radius.words, address(wanted.changed(radius=radius))) for radius in useful[:2]) if reach else (),
        nearest=nearest,
        nearest_distance=nearest.distance_words(wanted.radius.unit) if nearest else "",
        farthest="about 500 miles" if wanted.radius.unit == "mi" else f"{LARGEST_RADIUS_KM} kilometers",
    )


def _radii(current: Radius) -> tuple[Choice, ...]:
    usual = [Radius(Decimal(value), current.unit) for value in RADII[current.unit]]
    offered = sorted({*usual, current}, key=lambda radius: radius.km)
    return tuple(Choice(str(radius), radius.words, radius == current) for radius in offered)


def _checks(wanted: SearchRequest, facets: Facets) -> tuple[tuple[str, Choice], ...]:
    offered = (
        ("license", "yes", "License confirmed", wanted.license),
        ("certified", "yes", "Certification confirmed", wanted.certified),
        ("training", "B", "Facial training seen or confirmed (grade B or better)", wanted.training is Grade.B),
        ("hours", "40", "40 hours of facial training or more", wanted.hours == 40),
        ("consultation", "free", "Free consultation", wanted.consultation == "free"),
        ("new_patients", "yes", "Takes new patients", wanted.new_patients),
    )
    return tuple(
        (name, Choice(value, label, is_chosen, facets.get(name, {}).get(value)))
        for name, value, label, is_chosen in offered
    )


def _choices(name: str, labels: Mapping[str, str], wanted: SearchRequest, facets: Facets) -> tuple[Choice, ...]:
    current = wanted.parameters().get(name, "")
    counts = facets.get(name, {})
    return tuple(
        Choice(value, label, value == current, counts.get(value))
        for value, label in labels.items()
        if counts.get(value) != 0 or value == current
    )


def _languages(wanted: SearchRequest, facets: Facets) -> dict[str, str]:
    offered = dict.fromkeys([*facets.get("language", {}), *([wanted.language] if wanted.language else [])])
    return {code: LANGUAGES.get(code, code) for code in offered}
