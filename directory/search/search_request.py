"""What a patient asks for, read from a search address: strictly, with one spelling for each search.

A parameter that is not ours is dropped. One that is ours and cannot be read is left out of the search, and
`SearchRequest.errors` says in words what to enter. `canonical_query` is the address that says the same and no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from directory.listings.languages import language_code
from directory.rules.vocabulary import Grade, Technique
from directory.search.folding import fold
from directory.search.places import Place, Precision, find_place, suggest_places

KM_PER_MILE = 1.609344
MILES_COUNTRIES = frozenset({"US", "GB"})
SMALLEST_RADIUS, LARGEST_RADIUS_KM = 1, 800
MOST_WORDS, LONGEST_WORDS = 8, 100
MOST_PAGES = 500
_YES = frozenset({"yes", "confirmed", "1", "on", "true"})


@dataclass(frozen=True, slots=True)
class Radius:
    value: Decimal
    unit: str  # "mi" or "km"

    @property
    def km(self) -> float:
        return float(self.value) * (KM_PER_MILE if self.unit == "mi" else 1.0)

    def __str__(self) -> str:
        return f"{self.value:f}{self.unit}"

    @property
    def words(self) -> str:
        """ "25 miles"."""
        singular = self.value == 1
        names = {"mi": ("mile", "miles"), "km": ("kilometer", "kilometers")}[self.unit]
        return f"{self.value:f} {names[0] if singular else names[1]}"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search. Empty fields ask nothing; `errors` maps a parameter to a sentence that says what to enter."""

    near: str = ""
    place: Place | None = None
    radius: Radius = Radius(Decimal(25), "mi")
    words: tuple[str, ...] = ()  # folded
    license: bool = False
    certified: bool = False
    insured: str = ""  # "yes" or "cosmetic"
    training: Grade | None = None  # this grade or better
    hours: int | None = None  # at least
    technique: Technique | None = None
    language: str = ""  # ISO 639-1
    price: int | None = None  # of a session, at most
    consultation: str = ""  # "free" or "offered"
    new_patients: bool = False
    sort: str = "distance"  # or "name"; without a place there is only "name"
    page: int = 1
    errors: Mapping[str, str] = field(default_factory=dict, hash=False)
    suggestions: tuple[Place, ...] = ()  # places `near` may have meant, when it names none

    def parameters(self) -> dict[str, str]:
        """The request as parameters in their one order and spelling, without those at their default."""
        place_given = self.place is not None
        spelled = {
            "near": self.near,
            "within": str(self.radius) if place_given and self.radius != usual_radius(self.place) else "",
            "q": " ".join(self.words),
            "license": "yes" if self.license else "",
            "certified": "yes" if self.certified else "",
            "insured": self.insured,
            "training": self.training.value if self.training else "",
            "hours": str(self.hours) if self.hours else "",
            "technique": self.technique.value if self.technique else "",
            "language": self.language,
            "price": str(self.price) if self.price is not None else "",
            "consultation": self.consultation,
            "new_patients": "yes" if self.new_patients else "",
            "sort": self.sort if place_given and self.sort != "distance" else "",
            "page": str(self.page) if self.page > 1 else "",
        }
        return {name: value for name, value in spelled.items() if value}

    def canonical_query(self) -> str:
        """The query string that everybody gets who asks for this: "near=94110&license=yes"; "" for no question."""
        return urlencode(self.parameters())

    def changed(self, **changes: Any) -> SearchRequest:
        """The same search with something else in it, from its first page unless `page` is among the changes."""
        return replace(self, **{"page": 1, **changes})


def usual_radius(place: Place | None) -> Radius:
    """25 miles where people think in miles, else 40 kilometers."""
    if place is None or place.country in MILES_COUNTRIES:
        return Radius(Decimal(25), "mi")
    return Radius(Decimal(40), "km")


def parse_search(args: Mapping[str, str]) -> SearchRequest:
    """The request that the parameters of an address (or a form sent by GET) make."""
    reader = _Reader(args)
    near, place, suggestions = reader.place()
    request = SearchRequest(
        near=near,
        place=place,
        radius=reader.radius(place),
        words=reader.words(),
        license=reader.yes("license"),
        certified=reader.yes("certified"),
        insured=reader.one_of("insured", ("yes", "cosmetic"), "Choose any insurance, or insurance for cosmetic work."),
        training=reader.grade(),
        hours=reader.number("hours", 1, 10_000, "Enter hours of training as a whole number, such as 40."),
        technique=reader.technique(),
        language=reader.language(),
        price=reader.number("price", 0, 100_000, "Enter a price as a whole number, such as 150."),
        consultation=reader.one_of("consultation", ("free", "offered"), "Choose a free consultation, or any."),
        new_patients=reader.yes("new_patients"),
        sort=reader.one_of("sort", ("distance", "name"), "Results are in order of distance or of name.") or "distance",
        page=reader.number("page", 1, MOST_PAGES, f"Enter a page from 1 to {MOST_PAGES}.") or 1,
        errors=reader.errors,
        suggestions=suggestions,
    )
    return request if request.place else replace(request, sort="name")


class _Reader:
    """Reads parameters one by one and keeps what to say about those that could not be read."""

    def __init__(self, args: Mapping[str, str]) -> None:
        self.args = args
        self.errors: dict[str, str] = {}

    def text(self, name: str, longest: int = 60) -> str:
        return " ".join(str(self.args.get(name) or "").replace("\0", " ").split())[:longest].strip()

    def place(self) -> tuple[str, Place | None, tuple[Place, ...]]:
        near = self.text("near", 200)
        if not near:
            return "", None, ()
        place = find_place(near)
        if place is None:
            self.errors["near"] = (
                "We don't know this place. Enter a ZIP or postal code, or a town with its state, such as “Austin, TX”."
            )
            return near, None, tuple(suggest_places(near))
        bare_zip = place.country == "US" and place.precision is Precision.POSTAL_CODE
        return (place.label.partition(" ")[0] if bare_zip else place.label), place, ()

    def radius(self, place: Place | None) -> Radius:
        text = self.text("within").casefold()
        usual = usual_radius(place)
        if not text:
            return usual
        matched = re.fullmatch(r"([0-9]{1,4}(?:\.[0-9])?) ?(mi|miles?|km|kilomet(?:er|re)s?)?", text)
        if matched:
            value = Decimal(matched[1]).normalize()
            radius = Radius(value, "km" if (matched[2] or "").startswith("k") else "mi")
            if radius.value >= SMALLEST_RADIUS and radius.km <= LARGEST_RADIUS_KM:
                return radius
        self.errors["within"] = "Enter a distance from 1 to 497 miles, or from 1 to 800 km, such as “25” or “40 km”."
        return usual

    def words(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fold(self.text("q", LONGEST_WORDS)).split()))[:MOST_WORDS]

    def yes(self, name: str) -> bool:
        text = self.text(name).casefold()
        if text in _YES:
            return True
        if text:
            self.errors[name] = "Enter “yes”, or leave it out."
        return False

    def one_of(self, name: str, known: tuple[str, ...], hint: str) -> str:
        text = self.text(name).casefold()
        if text in known:
            return text
        if text:
            self.errors[name] = hint
        return ""

    def number(self, name: str, least: int, most: int, hint: str) -> int | None:
        text = self.text(name)
        if re.fullmatch(r"[0-9]{1,6}", text) and least <= int(text) <= most:
            return int(text)
        if text:
            self.errors[name] = hint
        return None

    def grade(self) -> Grade | None:
        found = self.one_of("training", tuple(grade.value.casefold() for grade in Grade), "Choose a grade from A to D.")
        return Grade(found.upper()) if found else None

    def technique(self) -> Technique | None:
        known = tuple(technique.value for technique in Technique)
        found = self.one_of("technique", known, "Choose a technique from the list.")
        return Technique(found) if found else None

    def language(self) -> str:
        text = self.text("language")
        code = language_code(text)
        if text and code is None:
            self.errors["language"] = "Enter a language by its English name, such as “Spanish”, or its code."
        return code or ""
