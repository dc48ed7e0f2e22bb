"""The statement behind a page of results, as one expression for SQLite and PostgreSQL: rows, total and facet counts."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, and_, case, func, literal, select, true

from directory.models.listing import Listing, Location, SearchEntry
from directory.rules.vocabulary import Consultation, Grade, ListingState, Technique
from directory.search_request import SearchRequest
from directory.sphere import Circle

ROWS_PER_PAGE = 20
FACET_HOURS = 40
FACET_GRADE = Grade.B
FACET_LANGUAGES = ("es", "zh", "ko", "ja", "vi", "fr", "de", "ru", "pt", "ar", "hi", "tl")
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # for the names of facets, which do not depend on it


def page_statement(request: SearchRequest, circle: Circle | None, now: datetime) -> Select[Any]:
    """Matches, grouped by listing, counted, and their page with all that a card shows: one row for each result.

    Facets stand in every row, and in one row without a listing when nothing was found on this page.
    """
    entry = SearchEntry.__table__
    matching, haversine = _matching(entry.c, request, circle, now)
    columns = [entry.c.listing_id, entry.c.name_key, haversine.label("haversine"), *_counted(entry.c, now)]
    matched = select(*columns).where(matching).cte("matched")
    listings = _by_listing(matched)
    sums = [func.coalesce(func.sum(listings.c[column.key]), 0).label(column.key) for column in _counted(entry.c, now)]
    counts = select(func.count().label("total"), *sums).select_from(listings).subquery("counts")
    order = (listings.c.haversine,) if request.sort == "distance" and circle else ()
    page = (
        select(listings.c.listing_id, listings.c.name_key, listings.c.haversine)
        .order_by(*order, listings.c.name_key, listings.c.listing_id)
        .limit(ROWS_PER_PAGE)
        .offset((request.page - 1) * ROWS_PER_PAGE)
        .subquery("page")
    )
    return _with_cards(counts, page, request, circle, now)


def _with_cards(counts: Any, page: Any, request: SearchRequest, circle: Circle | None, now: datetime) -> Select[Any]:
    """The counts, and beside them each listing of the page at its nearest location that matches."""
    shown = SearchEntry.__table__.alias("shown")
    matching, haversine = _matching(shown.c, request, circle, now)
    # Two locations of a listing in one town are equally near: the caller takes the first.
    nearest = and_(shown.c.listing_id == page.c.listing_id, matching, haversine <= page.c.haversine)
    listing, location = Listing.__table__, Location.__table__
    cards = (
        select(page.c.name_key, page.c.haversine, *_card_columns(shown.c, listing.c, location.c))
        .select_from(page)
        .join(shown, nearest)
        .join(listing, and_(listing.c.id == shown.c.listing_id, listing.c.state == ListingState.PUBLISHED))
        .join(location, location.c.id == shown.c.location_id)
        .subquery("cards")
    )
    order = (cards.c.haversine,) if request.sort == "distance" and circle else ()
    return (
        select(counts, cards)
        .select_from(counts.outerjoin(cards, true()))
        .order_by(*order, cards.c.name_key, cards.c.listing_id, cards.c.location_id)
    )


def _card_columns(entry: Any, listing: Any, location: Any) -> list[ColumnElement[Any]]:
    return [
        *(entry[name] for name in ("listing_id", "location_id", "lat", "lon", "claimed", "training_hours")),
        *(entry[name] for name in ("license_until", "certified_until", "insured_until", "insured_cosmetic")),
        *(entry[name] for name in ("training_grade", "techniques", "languages", "price_session", "consultation")),
        entry.new_patients,
        *(listing[name] for name in ("slug", "given", "middle", "family", "suffix", "organization")),
        *(listing[name] for name in ("credentials_text", "price_currency", "price_sessions", "price_stated_on")),
        *(location[name] for name in ("practice_name", "city", "region", "country", "is_practice_address")),
    ]


def _by_listing(matched: CTE) -> CTE:
    """One row for each listing, however many of its locations match: its nearest, and each thing true of any."""
    facts = [column for column in matched.c if column.key not in ("listing_id", "name_key", "haversine")]
    return (
        select(
            matched.c.listing_id,
            func.min(matched.c.name_key).label("name_key"),
            func.min(matched.c.haversine).label("haversine"),
            *(func.max(column).label(column.key) for column in facts),
        )
        .group_by(matched.c.listing_id)
        .cte("listings")
    )


def _matching(
    entry: Any, request: SearchRequest, circle: Circle | None, now: datetime
) -> tuple[ColumnElement[bool], ColumnElement[float]]:
    """What an entry has to fulfill, and how far it is (0 without a place)."""
    wanted = [condition for asked, condition in _filters(entry, request, now) if asked]
    # Folded words consist of letters and digits alone: no wildcard can be among them.
    wanted += [entry.search_text.like(literal(f"% {word}%")) for word in request.words]
    if circle is None:
        return and_(true(), *wanted), literal(0.0)
    haversine = circle.haversine(entry.lat, entry.lon)
    return and_(circle.box(entry.lat, entry.lon), circle.holds(haversine), *wanted), haversine


def _filters(entry: Any, request: SearchRequest, now: datetime) -> list[tuple[Any, ColumnElement[bool]]]:
    return [
        (request.license, entry.license_until >= now),
        (request.certified, entry.certified_until >= now),
        (request.insured, entry.insured_until >= now.date()),
        (request.insured == "cosmetic", entry.insured_cosmetic),
        (request.training, _graded(entry, request.training or Grade.D)),
        (request.hours, entry.training_hours >= (request.hours or 0)),
        (request.technique, _lists(entry.techniques, request.technique.value if request.technique else "")),
        (request.language, _lists(entry.languages, request.language)),
        (request.price is not None, entry.price_session <= (request.price or 0)),
        (request.consultation, entry.consultation.in_(_consultations(request.consultation))),
        (request.new_patients, entry.new_patients),
    ]


def _graded(entry: Any, least: Grade) -> ColumnElement[bool]:
    return and_(entry.training_grade != "", entry.training_grade <= least.value)


def _lists(column: Any, word: str) -> ColumnElement[bool]:
    listed: ColumnElement[bool] = column.contains(f" {word} ", autoescape=True)
    return listed


def _consultations(asked: str) -> list[Consultation]:
    return [Consultation.FREE] if asked == "free" else [Consultation.FREE, Consultation.CHARGED]


def _facet_conditions(entry: Any, now: datetime) -> dict[tuple[str, str], ColumnElement[bool]]:
    """What can be added to any search by one parameter, and what an entry needs for it."""
    insured = entry.insured_until >= now.date()
    return {
        ("license", "yes"): entry.license_until >= now,
        ("certified", "yes"): entry.certified_until >= now,
        ("insured", "yes"): insured,
        ("insured", "cosmetic"): and_(insured, entry.insured_cosmetic),
        ("training", FACET_GRADE.value): _graded(entry, FACET_GRADE),
        ("hours", str(FACET_HOURS)): entry.training_hours >= FACET_HOURS,
        ("consultation", "free"): entry.consultation == Consultation.FREE,
        ("new_patients", "yes"): entry.new_patients,
        **{("technique", word.value): _lists(entry.techniques, word.value) for word in Technique},
        **{("language", code): _lists(entry.languages, code) for code in FACET_LANGUAGES},
    }


def _counted(entry: Any, now: datetime) -> list[Any]:
    return [
        case((condition, 1), else_=0).label(f"with_{name}_{value}")
        for (name, value), condition in _facet_conditions(entry, now).items()
    ]


def facets_of(row: Row[Any]) -> dict[str, dict[str, int]]:
    facets: dict[str, dict[str, int]] = defaultdict(dict)
    for name, value in _facet_conditions(SearchEntry.__table__.c, _ANY_TIME):
        facets[name][value] = int(row._mapping[f"with_{name}_{value}"])
    return dict(facets)
