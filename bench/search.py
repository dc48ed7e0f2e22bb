"""How fast patients are answered, against the usual way on the same rows in the same run.

    python -m bench.search [--listings 100000] [--queries 60] [--database URL] [--json]

A query is a place, a radius of 10, 25 or 50 miles and two filters, and wants the nearest 20, the exact total and six
facet counts. Ours is `search.find_listings`. The usual way is SQLAlchemy's ORM: a page of objects with their listings,
a count, and one GROUP BY for each facet. Both have to give the same totals, as far as ours counts. Ratios are the
result; milliseconds depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, create_engine, func, select
from sqlalchemy.orm import Session

from directory.extensions import db, only_reading
from directory.models import account, registry  # noqa: F401 (tables that listings refer to)
from directory.models.listing import Listing, SearchEntry
from directory.place_tables import tables
from directory.search.places import find_place
from directory.search.search import find_listings
from directory.search.search_query import MOST_COUNTED
from directory.search.search_request import SearchRequest, parse_search
from directory.search.sphere import Circle
from tests.search_world import random_world

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FILTERS: tuple[dict[str, str], ...] = (
    {"license": "yes"},
    {"insured": "cosmetic"},
    {"training": "B"},
    {"new_patients": "yes"},
    {"technique": "mei_zen"},
    {"consultation": "free"},
)
FACETS = ("claimed", "insured_cosmetic", "training_grade", "consultation", "new_patients", "region")


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(options.database or f"sqlite:///{Path(folder) / 'bench.sqlite'}")
        with only_reading(), Session(engine) as session:
            built = _fill(session, options.listings)
            figures = _measure(session, _requests(options.queries))
        db.metadata.drop_all(engine)
        engine.dispose()
    answer = {"listings": options.listings, "queries": options.queries, "fill_seconds": round(built, 1), **figures}
    print(json.dumps(answer) if options.json else _sentences(answer))
    return answer


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--listings", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--database", default="", help="an empty database; without it a SQLite file that is removed")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def _fill(session: Session, listings: int) -> float:
    """Listings around the cities of the United States, as many as people live there."""
    began = time.perf_counter()
    db.metadata.create_all(session.connection())
    cities = [city for line in tables._lines("cities.csv.gz") if ",US," in line and (city := tables._city(line))]
    weights = [city.population for city in cities]
    points = random.Random(3).choices([(city.lat, city.lon) for city in cities], weights, k=20_000)
    random_world(listings, now=NOW, seed=3, points=points).store(session)
    session.connection().exec_driver_sql("ANALYZE")
    session.commit()
    return time.perf_counter() - began


def _requests(queries: int) -> list[SearchRequest]:
    chosen = random.Random(4)
    lines = [line for line in tables._lines("codes.csv.gz") if line.startswith("US")]
    cities = [city for line in tables._lines("cities.csv.gz") if ",US," in line and (city := tables._city(line))]
    names = chosen.choices([f"{c.name}, {c.region}" for c in cities], [c.population for c in cities], k=queries)
    requests = []
    for number, name in enumerate(names):
        near = name if find_place(name) else lines[number][2:7]
        filters = {key: value for pair in chosen.sample(FILTERS, 2) for key, value in pair.items()}
        requests.append(parse_search({"near": near, "within": f"{(10, 25, 50)[number % 3]}mi", **filters}))
    return requests


def _measure(session: Session, requests: list[SearchRequest]) -> dict[str, Any]:
    for request in requests[:3]:  # warm
        find_listings(session, request, now=NOW)
        usual_way(session, request)
    ours, usual, totals = [], [], []
    for request in requests:
        total, took = _timed(session, lambda request=request: find_listings(session, request, now=NOW).total)
        usual_total, usual_took = _timed(session, lambda request=request: usual_way(session, request))
        assert total == min(usual_total, MOST_COUNTED), f"{total} is not {usual_total}: {request}"
        ours.append(took)
        usual.append(usual_took)
        totals.append(total)
    figures: dict[str, Any] = {"database": session.get_bind().dialect.name, "mean_total": statistics.fmean(totals)}
    for name, part in (("p50", 0.5), ("p99", 0.99)):
        one, other = _quantile(ours, part), _quantile(usual, part)
        figures |= {f"ours_{name}_ms": one, f"usual_{name}_ms": other, f"ratio_{name}": round(one / other, 4)}
    return figures


def _timed(session: Session, ask: Callable[[], int]) -> tuple[int, float]:
    session.rollback()  # no objects left from the last question
    session.expunge_all()
    began = time.perf_counter()
    answer = ask()
    return answer, (time.perf_counter() - began) * 1000


def _quantile(times: list[float], part: float) -> float:
    return round(sorted(times)[min(len(times) - 1, int(part * len(times)))], 2)


def usual_way(session: Session, request: SearchRequest) -> int:
    """The page, the count and a GROUP BY for each facet, as an application usually writes it."""
    assert request.place is not None
    conditions, haversine = _usual_conditions(request)
    page = session.execute(
        select(SearchEntry, Listing, haversine)
        .join(Listing, Listing.id == SearchEntry.listing_id)
        .where(*conditions)
        .order_by(haversine, SearchEntry.name_key)
        .limit(20)
    ).all()
    _names = [listing.name for _entry, listing, _distance in page]
    for facet in FACETS:
        column = getattr(SearchEntry, facet)
        session.execute(
            select(column, func.count(SearchEntry.listing_id.distinct())).where(*conditions).group_by(column)
        ).all()
    return session.scalar(select(func.count(SearchEntry.listing_id.distinct())).where(*conditions)) or 0


def _usual_conditions(request: SearchRequest) -> tuple[list[ColumnElement[bool]], ColumnElement[float]]:
    assert request.place is not None
    circle = Circle(request.place.point, request.radius.km)
    haversine = circle.haversine(SearchEntry.lat, SearchEntry.lon)
    wanted: list[tuple[object, ColumnElement[bool]]] = [
        (request.license, SearchEntry.license_until >= NOW),
        (request.insured, (SearchEntry.insured_until >= NOW.date()) & SearchEntry.insured_cosmetic),
        (request.training, SearchEntry.training_grade.in_(["A", "B"])),
        (request.new_patients, SearchEntry.new_patients.is_(True)),
        (request.technique, SearchEntry.techniques.contains(" mei_zen ")),
        (request.consultation, SearchEntry.consultation == "free"),
    ]
    box = circle.box(SearchEntry.__table__.c.lat, SearchEntry.__table__.c.lon)
    return [box, circle.holds(haversine), *(condition for asked, condition in wanted if asked)], haversine


def _sentences(answer: dict[str, Any]) -> str:
    return (
        f"search, {answer['listings']:,} listings on {answer['database']}, {answer['queries']} queries"
        f" with {answer['mean_total']:.0f} matches each:\n"
        f"  p50 {answer['ratio_p50']:.3f} of the usual ORM way ({answer['ours_p50_ms']} ms against"
        f" {answer['usual_p50_ms']} ms)\n"
        f"  p99 {answer['ratio_p99']:.3f} of it ({answer['ours_p99_ms']} ms against {answer['usual_p99_ms']} ms)"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
