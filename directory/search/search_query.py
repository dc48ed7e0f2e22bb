"""What the database is asked for a page of results, in two statements that SQLite and PostgreSQL both read.

The first finds every match, as narrow as can be: the database knows best who is near, and counting what each filter
would leave is quicker on the rows that it found than in SQL, where grouping costs more than the search. The second
fetches what the twenty cards of a page show.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, case, literal, select, true

from directory.extensions import UtcTime
from directory.models.listing import Listing, Location, SearchEntry
from directory.rules.vocabulary import Consultation, Grade, ListingState, Technique
from directory.search.search_index import checked_credentials
from directory.search.search_request import SearchRequest
from directory.search.sphere import Circle

MOST_COUNTED = 10_000
"""Listings. Who finds more will narrow the search down, so nobody counts them or what each filter would leave."""

FACET_HOURS = 40
FACET_GRADE = Grade.B
FACET_LANGUAGES = ("es", "zh", "ko", "ja", "vi", "fr", "de", "ru", "pt", "ar", "hi", "tl")

# What can be added to any search by one parameter. The first are worked out in SQL, the last are words in a text.
_FACTS = (
    ("license", "yes"),
    ("certified", "yes"),
    ("insured", "yes"),
    ("insured", "cosmetic"),
    ("training", FACET_GRADE.value),
    ("hours", str(FACET_HOURS)),
    ("consultation", "free"),
    ("new_patients", "yes"),
)
_WORDS = (
    *(("technique", technique.value) for technique in Technique),
    *(("language", code) for code in FACET_LANGUAGES),
)
FACETS = (*_FACTS, *_WORDS)


class Nearest(NamedTuple):
    """The nearest matching location of a listing, its fields in the order of results."""

    haversine: float
    name_key: str
    listing_id: int
    location_id: int


@dataclass(frozen=True, slots=True)
class Matches:
    """Listings that match, each once, and how many would be left with each facet added."""

    nearest: Mapping[int, tuple[float, str, int, int]]  # by listing, as in `Nearest`
    facets: Mapping[str, Mapping[str, int | None]]
    is_more: bool = False  # there are more than these, and the facets are not counted

    def first(self, rows: int, *, skip: int, by_name: bool) -> list[Nearest]:
        """A page of them: by distance, name and number, or by name and number."""
        key = (lambda found: found[1:3]) if by_name else None
        return [Nearest._make(found) for found in heapq.nsmallest(skip + rows, self.nearest.values(), key=key)[skip:]]


def matches_statement(request: SearchRequest, circle: Circle | None) -> Select[Any]:
    """Every entry that fulfills the request: ids, nearness (0 without a place), name, and what facets are made of.

    Its parameters are `now` and `today`, see `clock_of`.
    """
    entry = SearchEntry.__table__.c
    wanted = [condition() for asked, condition in _filters(entry, request) if asked]
    # Folded words consist of letters and digits alone: no wildcard can be among them.
    wanted += [entry.search_text.like(literal(f"% {word}%")) for word in request.words]
    haversine: ColumnElement[float] = literal(0.0)
    if circle is not None:
        haversine = circle.haversine(entry.lat, entry.lon)
        wanted = [circle.box(entry.lat, entry.lon), *wanted, circle.holds(haversine)]  # the dearest question last
    columns = (entry.listing_id, entry.location_id, haversine.label("haversine"), entry.name_key, _marks())
    return select(*columns, entry.techniques, entry.languages).where(and_(true(), *wanted))


def clock_of(now: datetime) -> dict[str, Any]:
    """What is confirmed is so until a time, which is held against this clock."""
    return {"now": now, "today": now.date()}


def gather(rows: Iterable[Sequence[Any]], *, most: int = MOST_COUNTED) -> Matches:
    """The rows of `matches_statement` by listing. A listing counts for a facet when one of its locations does.

    Reads no further than one listing more than `most`.
    """
    nearest: dict[int, tuple[float, str, int, int]] = {}
    marks: dict[int, int] = {}
    words = _WordMarks()
    for listing_id, location_id, haversine, name_key, mark, techniques, languages in rows:
        found = (haversine, name_key, listing_id, location_id)
        held = nearest.get(listing_id)
        if held is None or found < held:
            nearest[listing_id] = found
            if len(nearest) > most:
                return Matches(nearest, UNCOUNTED, is_more=True)
        marks[listing_id] = marks.get(listing_id, 0) | mark | words[techniques] | words[languages]
    return Matches(nearest, _counted(marks.values()))


def _facets(count: Callable[[int], int | None]) -> dict[str, dict[str, int | None]]:
    facets: dict[str, dict[str, int | None]] = {}
    for place, (name, value) in enumerate(FACETS):
        facets.setdefault(name, {})[value] = count(place)
    return facets


UNCOUNTED = _facets(lambda place: None)


def _counted(marks: Iterable[int]) -> dict[str, dict[str, int | None]]:
    alike = Counter(marks)  # listings are many, kinds of listings few
    return _facets(lambda place: sum(count for mark, count in alike.items() if mark >> place & 1))


class _WordMarks(dict[str, int]):
    """ " mei_zen microcurrent " to its facets' bits, each text once."""

    _places = {word: 1 << place for place, (_name, word) in enumerate(FACETS) if place >= len(_FACTS)}

    def __missing__(self, text: str) -> int:
        self[text] = sum(self._places.get(word, 0) for word in set(text.split()))
        return self[text]


def _filters(entry: Any, request: SearchRequest) -> list[tuple[Any, Any]]:
    licensed, certified, insured, cosmetic, _graded_b, _hours, free, new_patients = _facts()
    offered = (Consultation.FREE, Consultation.CHARGED)
    return [
        (request.license, lambda: licensed),
        (request.certified, lambda: certified),
        (request.insured == "yes", lambda: insured),
        (request.insured == "cosmetic", lambda: cosmetic),
        (request.training, lambda: _graded(entry, request.training or Grade.D)),
        (request.hours, lambda: entry.training_hours >= request.hours),
        (request.technique, lambda: entry.techniques.contains(f" {request.technique} ", autoescape=True)),
        (request.language, lambda: entry.languages.contains(f" {request.language} ", autoescape=True)),
        (request.price is not None, lambda: entry.price_session <= request.price),
        (request.consultation == "free", lambda: free),
        (request.consultation == "offered", lambda: entry.consultation.in_(offered)),
        (request.new_patients, lambda: new_patients),
    ]


@cache
def _facts() -> tuple[ColumnElement[bool], ...]:
    """In the order of `_FACTS`."""
    entry = SearchEntry.__table__.c
    now, today = bindparam("now", type_=UtcTime()), bindparam("today", type_=Date())
    return (
        entry.license_until >= now,
        entry.certified_until >= now,
        entry.insured_until >= today,
        and_(entry.insured_until >= today, entry.insured_cosmetic),
        _graded(entry, FACET_GRADE),
        entry.training_hours >= FACET_HOURS,
        entry.consultation == Consultation.FREE,
        entry.new_patients,
    )


@cache
def _marks() -> ColumnElement[int]:
    """The facts of an entry as bits: 1 for the first, 2 for the second ..."""
    bits = (case((condition, 1 << place), else_=0) for place, condition in enumerate(_facts()))
    marks: ColumnElement[int] = sum(bits, literal(0))
    return marks


def _graded(entry: Any, least: Grade) -> ColumnElement[bool]:
    return and_(entry.training_grade != "", entry.training_grade <= least.value)


@cache
def cards_statement() -> Select[Any]:
    """What the cards of `location_ids`, of `listing_ids`, show: a row for each credential and registry that checked it.

    Only listings that are published at this moment, whatever the index says.
    """
    entry, listing, location = SearchEntry.__table__, Listing.__table__, Location.__table__
    held = checked_credentials(bindparam("listing_ids", expanding=True)).subquery("held")
    return (
        select(
            *(entry.c[name] for name in ("listing_id", "location_id", "lat", "lon", "claimed", "training_hours")),
            *(entry.c[name] for name in ("license_until", "certified_until", "insured_until", "insured_cosmetic")),
            *(entry.c[name] for name in ("training_grade", "techniques", "languages", "price_session")),
            *(entry.c[name] for name in ("consultation", "new_patients")),
            *(listing.c[name] for name in ("slug", "given", "middle", "family", "suffix", "organization")),
            *(listing.c[name] for name in ("credentials_text", "price_currency", "price_sessions", "price_stated_on")),
            *(location.c[name] for name in ("practice_name", "city", "region", "country", "is_practice_address")),
            *(column for column in held.c if column.key != "listing_id"),
        )
        .join_from(entry, listing, and_(listing.c.id == entry.c.listing_id, listing.c.state == ListingState.PUBLISHED))
        .join(location, location.c.id == entry.c.location_id)
        .outerjoin(held, held.c.listing_id == entry.c.listing_id)
        .where(entry.c.location_id.in_(bindparam("location_ids", expanding=True)))
    )
