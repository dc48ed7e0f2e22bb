"""The one query that answers patients: compared with a slow and obvious answer, on both databases."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, func, inspect, select
from sqlalchemy.orm import Session

from directory.models.listing import Listing, SearchEntry
from directory.rules.vocabulary import Grade, ListingState, Technique
from directory.search import crowds, search_query
from directory.search.places import Place, Precision
from directory.search.search import ROWS_PER_PAGE, find_listings
from directory.search.search_query import FACET_LANGUAGES
from directory.search.search_request import Radius, SearchRequest, parse_search
from tests.conftest import NOW
from tests.search_world import CORNERS, World, expected, random_world


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def around(lat: float, lon: float, km: float, **given: Any) -> SearchRequest:
    place = Place("Somewhere", lat, lon, "US", "CA", Precision.CITY)
    return SearchRequest(near="Somewhere", place=place, radius=Radius(Decimal(str(km)), "km"), **given)


def random_request(chosen: random.Random) -> SearchRequest:
    filters: dict[str, Any] = {
        "license": True, "certified": True, "insured": chosen.choice(("yes", "cosmetic")),
        "training": chosen.choice(list(Grade)), "hours": chosen.choice((16, 40)),
        "technique": chosen.choice(list(Technique)), "language": chosen.choice(("es", "zh")),
        "price": chosen.choice((80, 150)), "consultation": chosen.choice(("free", "offered")), "new_patients": True,
        "words": chosen.choice((("garcia",), ("cha", "town0"), ("o",))),
    }  # fmt: skip
    asked = {name: filters[name] for name in chosen.sample(list(filters), chosen.choice((0, 0, 1, 1, 2)))}
    asked["sort"] = chosen.choice(("distance", "distance", "name"))
    if chosen.random() < 0.1:
        return SearchRequest(**{**asked, "sort": "name"})
    lat, lon = chosen.choice(CORNERS)
    lat = max(-90.0, min(90.0, lat + chosen.gauss(0, 0.3)))
    lon = (lon + chosen.gauss(0, 1) + 540) % 360 - 180
    return around(lat, lon, chosen.choice((1, 16, 40, 80, 400, 800)), **asked)


@pytest.fixture
def world(session: Session) -> World:
    world = random_world(700, now=NOW)
    world.store(session)
    session.commit()
    return world


def test_every_page_total_and_facet_equals_the_obvious_answer(session: Session, world: World) -> None:
    chosen = random.Random(5)
    crossed = 0
    for _ in range(60):
        request = random_request(chosen)
        answer = expected(world, request, NOW)
        page = find_listings(session, request, now=NOW)
        assert page.total == len(answer), request
        last = chosen.randint(1, max(1, page.pages))
        for number in {1, last}:
            rows = find_listings(session, replace(request, page=number), now=NOW).rows
            wanted = answer[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE]
            assert [row.listing_id for row in rows] == [listing_id for _, listing_id in wanted], request
            for row, (distance, _) in zip(rows, wanted, strict=True):
                assert row.distance_km == (pytest.approx(distance, abs=1e-6) if request.place else None)
        crossed += bool(request.place and abs(request.place.lon) > 175 and page.total)
    assert crossed > 5


def test_a_facet_counts_what_would_be_left_with_it_added(session: Session, world: World) -> None:
    chosen = random.Random(6)
    added: dict[tuple[str, str], dict[str, Any]] = {
        ("license", "yes"): {"license": True}, ("certified", "yes"): {"certified": True},
        ("insured", "yes"): {"insured": "yes"}, ("insured", "cosmetic"): {"insured": "cosmetic"},
        ("training", "B"): {"training": Grade.B}, ("hours", "40"): {"hours": 40},
        ("consultation", "free"): {"consultation": "free"}, ("new_patients", "yes"): {"new_patients": True},
        **{("technique", t.value): {"technique": t} for t in Technique},
        **{("language", code): {"language": code} for code in FACET_LANGUAGES},
    }  # fmt: skip
    for _ in range(6):
        lat, lon = chosen.choice(CORNERS)
        request = around(lat, lon, 400, new_patients=chosen.random() < 0.5)
        facets = find_listings(session, request, now=NOW).facets
        assert {(name, value) for name, values in facets.items() for value in values} == set(added)
        for (name, value), change in added.items():
            assert facets[name][value] == len(expected(world, replace(request, **change), NOW)), (name, value)


def test_a_confirmation_ends_by_itself_when_its_time_has_come(session: Session, world: World) -> None:
    request = around(40.7, -74.0, 400, license=True)
    today, later = (find_listings(session, request, now=at).total for at in (NOW, NOW + timedelta(seconds=1)))
    assert today == len(expected(world, request, NOW))
    assert later == len(expected(world, request, NOW + timedelta(seconds=1)))
    assert today > later > 0
    assert find_listings(session, request, now=NOW + timedelta(days=31)).total == 0


def test_the_order_is_distance_then_name_then_number_and_says_so(session: Session, world: World) -> None:
    page = find_listings(session, around(40.7, -74.0, 40), now=NOW)
    tied = [row for row in page.rows if row.distance_km == 0]
    names = {entry["listing_id"]: entry["name_key"] for entry in world.entries}
    keys = [(names[row.listing_id], row.listing_id) for row in tied]
    assert len(keys) > 5
    assert keys == sorted(keys)
    assert page.order_sentence == "Nearest first, then by name. Nobody can pay for a place on this list."
    by_name = find_listings(session, around(40.7, -74.0, 40, sort="name"), now=NOW)
    assert by_name.order_sentence.startswith("In order of name.")


def test_a_page_costs_two_statements_and_makes_no_objects(session: Session, world: World) -> None:
    with statements(session) as seen:
        page = find_listings(session, around(40.7, -74.0, 100), now=NOW)
    assert len(page.rows) == ROWS_PER_PAGE
    assert len([text for text in seen if text.lstrip().upper().startswith(("SELECT", "WITH"))]) <= 2
    assert not session.identity_map.keys()


def test_an_empty_page_still_has_its_total_and_facets(session: Session, world: World) -> None:
    beyond = find_listings(session, around(40.7, -74.0, 100, page=400), now=NOW)
    assert (beyond.rows, beyond.total > 20, beyond.facets["license"]["yes"] > 0) == ((), True, True)
    nowhere = find_listings(session, around(-40.0, 20.0, 1), now=NOW)
    assert (nowhere.rows, nowhere.total, nowhere.pages) == ((), 0, 1)
    assert not any(count for values in nowhere.facets.values() for count in values.values())


def test_a_place_that_is_not_known_finds_nothing_rather_than_anybody(session: Session, world: World) -> None:
    request = parse_search({"near": "nowhereville"})
    page = find_listings(session, request, now=NOW)
    assert (page.total, page.rows) == (0, ())
    assert "ZIP or postal code" in request.errors["near"]


@pytest.mark.parametrize("state", [ListingState.HIDDEN, ListingState.REMOVED])
def test_only_published_listings_are_shown_even_from_a_stale_index(
    session: Session, world: World, state: ListingState
) -> None:
    request = around(40.7, -74.0, 40)
    shown = find_listings(session, request, now=NOW).rows[0].listing_id
    session.execute(Listing.__table__.update().where(Listing.id == shown).values(state=state))
    assert shown not in [row.listing_id for row in find_listings(session, request, now=NOW).rows]


@pytest.mark.parametrize(
    "text",
    [
        "o'brien \"",
        "%",
        "_",
        "a%' OR 1=1 --",
        "garcia*",
        'NEAR("a" b)',
        "\0garcia",
        "AND OR NOT",
        "(((",
        "ＧＡＲＣÍＡ",
        "^:-",
    ],
)
def test_whatever_is_typed_is_only_looked_for(session: Session, world: World, text: str) -> None:
    request = parse_search({"q": text})
    page = find_listings(session, request, now=NOW)
    assert page.total == len(expected(world, request, NOW))


def test_accents_and_apostrophes_do_not_matter(session: Session, world: World) -> None:
    totals = [find_listings(session, parse_search({"q": q}), now=NOW).total for q in ("García", "garcia", "GARCÍA")]
    assert len(set(totals)) == 1
    assert totals[0] > 0
    obrien = [find_listings(session, parse_search({"q": q}), now=NOW).total for q in ("O'Brien", "obrien", "O’BRIEN")]
    assert len(set(obrien)) == 1
    assert obrien[0] > 0


def test_the_box_uses_the_index(session: Session, world: World) -> None:
    indexes = inspect(session.connection()).get_indexes("search_entry")
    assert ["lat", "lon"] in [index["column_names"] for index in indexes]
    if session.get_bind().dialect.name == "sqlite":
        with statements(session) as seen:
            find_listings(session, around(40.7, -74.0, 40), now=NOW)
        main = next(text for text in seen if "search_entry" in text)
        raw = session.connection().connection.driver_connection
        assert raw is not None
        plan = " ".join(str(row) for row in raw.execute("EXPLAIN QUERY PLAN " + main, [0] * main.count("?")).fetchall())
        assert "ix_search_entry_point" in plan


def test_a_database_without_mathematics_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    from directory.search.sphere import _give_sqlite_its_functions

    class Poor(sqlite3.Connection):
        given: dict[str, Any] = {}

        def execute(self, statement: str, *rest: Any) -> sqlite3.Cursor:
            if "sin" in statement:
                raise sqlite3.OperationalError("no such function: sin")
            return super().execute(statement, *rest)

        def create_function(self, name: str, count: int, function: Any, **rest: Any) -> None:  # type: ignore[override]
            self.given[name] = function

    poor = sqlite3.connect(":memory:", factory=Poor)
    _give_sqlite_its_functions(poor, None)
    assert poor.given["sin"](1.0) == math.sin(1.0)
    assert poor.given["cos"](None) is None


# Requests


@pytest.mark.parametrize(
    "given, canonical",
    [
        ({}, ""),
        ({"utm_source": "x", "near": ""}, ""),
        ({"near": " 94110-1234", "within": "25"}, "near=94110"),
        ({"page": "1", "near": "san francisco ca", "sort": "distance"}, "near=San+Francisco%2C+CA"),
        ({"near": "94110", "within": "40 km", "license": "on"}, "near=94110&within=40km&license=yes"),
        ({"near": "94110", "within": "100.0mi", "page": "3"}, "near=94110&within=100mi&page=3"),
        ({"near": "Toronto", "within": "40km"}, "near=Toronto%2C+ON%2C+Canada"),
        ({"q": "  O'Brien   GARCÍA obrien"}, "q=obrien+garcia"),
        ({"training": "b", "hours": "040", "language": "Spanish"}, "training=B&hours=40&language=es"),
        ({"sort": "name", "near": "94110"}, "near=94110&sort=name"),
        ({"sort": "name"}, ""),
        ({"sort": "rating", "near": "94110"}, "near=94110"),
    ],
)
def test_there_is_one_spelling_for_each_search(given: dict[str, str], canonical: str) -> None:
    request = parse_search(given)
    assert request.canonical_query() == canonical
    assert parse_search(request.parameters()).canonical_query() == canonical


@pytest.mark.parametrize(
    "name, text",
    [
        ("within", "0"), ("within", "801km"), ("within", "1e3"), ("within", "-5"), ("within", "٢٥"), ("hours", "many"),
        ("price", "9" * 30), ("page", "0"), ("page", "501"), ("sort", "price"), ("training", "E"), ("license", "maybe"),
        ("insured", "fully"), ("technique", "botox"), ("language", "klingon"), ("consultation", "x"), ("near", "\0?"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_left_out_and_said_in_words(name: str, text: str) -> None:
    request = parse_search({name: text})
    assert list(request.errors) == [name]
    assert request.errors[name].endswith(".")
    assert name in ("near",) or name not in request.parameters()


def test_another_filter_starts_at_the_first_page() -> None:
    request = parse_search({"near": "94110", "page": "7"})
    assert request.changed(license=True).canonical_query() == "near=94110&license=yes"
    assert request.changed(page=8).canonical_query() == "near=94110&page=8"


def test_the_index_is_empty_where_nothing_was_indexed(session: Session, now: datetime) -> None:
    assert session.scalar(select(func.count()).select_from(SearchEntry)) == 0
    assert find_listings(session, SearchRequest(sort="name"), now=now).total == 0


# Very many


@pytest.mark.parametrize("counted, shown", [(60, 45), (25, 40), (45, 41)])
def test_of_more_than_are_counted_the_first_ones_come_in_the_same_order(
    session: Session, world: World, monkeypatch: pytest.MonkeyPatch, counted: int, shown: int
) -> None:
    monkeypatch.setattr(search_query, "MOST_COUNTED", counted)
    monkeypatch.setattr(crowds, "MOST_SHOWN", shown)
    chosen, many = random.Random(counted), 0
    for _ in range(60):
        request = random_request(chosen)
        every = expected(world, request, NOW)
        page = find_listings(session, replace(request, page=2), now=NOW)
        assert page.is_more == (len(every) > counted)
        assert [row.listing_id for row in page.rows] == [listing for _, listing in every[20:40]]
        assert page.total == min(len(every), counted)
        many += page.is_more
    assert many > 5
