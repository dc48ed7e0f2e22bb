"""A random world of listings for search tests and benchmarks, and the slow, obvious answer to compare with."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from directory.models.listing import Listing, Location, SearchEntry
from directory.rules.vocabulary import Consultation, Grade, ListingOrigin, ListingState, Technique
from directory.search.places import Point, distance_km
from directory.search.search_request import SearchRequest

NAMES = ("ada vasquez", "ben garcia", "cy obrien", "di strasse", "eve chan", "flo chang", "gus li", "hal lopez")
LANGUAGES = ("es", "zh", "ko", "fr")
# Around these points things go wrong: the date line, poles, a crowd in one town, the antipodes of nothing.
CORNERS = ((0.0, 179.9), (0.0, -179.9), (-17.0, 180.0), (89.6, 10.0), (-89.9, -120.0), (40.7, -74.0), (64.8, -147.7))


@dataclass(frozen=True)
class World:
    listings: list[dict[str, Any]]
    locations: list[dict[str, Any]]
    entries: list[dict[str, Any]]

    def store(self, session: Session) -> None:
        for model, rows in ((Listing, self.listings), (Location, self.locations), (SearchEntry, self.entries)):
            for start in range(0, len(rows), 2000):
                session.execute(insert(model), rows[start : start + 2000])


def random_world(size: int, *, now: datetime, seed: int = 1, points: Sequence[tuple[float, float]] = ()) -> World:
    """`size` listings, one in five at two locations. Points are around CORNERS, or around those that are given."""
    chosen = random.Random(seed)
    world = World([], [], [])
    for listing_id in range(1, size + 1):
        world.listings.append(_listing(listing_id, now))
        name = chosen.choice(NAMES)
        described = _described(chosen)
        for position in range(2 if chosen.random() < 0.2 else 1):
            location_id = len(world.locations) + 1
            lat, lon = _point(chosen, points)
            place = {"id": location_id, "listing_id": listing_id, "position": position, "city": "Town", "lat": lat}
            world.locations.append({**place, "lon": lon, "region": "CA", "country": "US"})
            entry = {"location_id": location_id, "listing_id": listing_id, "lat": lat, "lon": lon, "name_key": name}
            world.entries.append(entry | described | _dated(chosen, now) | {"search_text": f" {name} town{position}"})
    return world


def expected(world: World, request: SearchRequest, now: datetime) -> list[tuple[float, int]]:
    """Every listing that fulfills the request, in order, as (distance in km, id). Slow and obvious."""
    best: dict[int, tuple[Any, ...]] = {}
    for entry in world.entries:
        distance = nearness = 0.0
        if request.place is not None:
            if entry["lat"] is None:
                continue
            there = Point(entry["lat"], entry["lon"])
            distance, nearness = distance_km(request.place.point, there), _haversine(request.place.point, there)
            if distance > request.radius.km:
                continue
        if fulfills(entry, request, now):
            key = (nearness, entry["name_key"], entry["listing_id"], distance)
            best[entry["listing_id"]] = min(best.get(entry["listing_id"], key), key)
    by_name = request.sort == "name" or request.place is None
    order = sorted(best.values(), key=(lambda key: key[1:]) if by_name else None)
    return [(key[3], key[2]) for key in order]


def _haversine(one: Point, other: Point) -> float:
    """In the operations of the statement, so that what is equally far but for rounding is in the same order."""
    half = math.pi / 360
    lat, lon = math.sin((other.lat - one.lat) * half), math.sin((other.lon - one.lon) * half)
    return lat * lat + math.cos(math.radians(one.lat)) * math.cos(other.lat * (math.pi / 180)) * lon * lon


def fulfills(entry: dict[str, Any], request: SearchRequest, now: datetime) -> bool:
    words = entry["search_text"].split()
    return all(
        (
            not request.license or (entry["license_until"] is not None and entry["license_until"] >= now),
            not request.certified or (entry["certified_until"] is not None and entry["certified_until"] >= now),
            not request.insured or (entry["insured_until"] is not None and entry["insured_until"] >= now.date()),
            request.insured != "cosmetic" or entry["insured_cosmetic"],
            request.training is None or "" < entry["training_grade"] <= request.training.value,
            request.hours is None or entry["training_hours"] >= request.hours,
            request.technique is None or request.technique.value in entry["techniques"].split(),
            not request.language or request.language in entry["languages"].split(),
            request.price is None or (entry["price_session"] is not None and entry["price_session"] <= request.price),
            request.consultation != "free" or entry["consultation"] is Consultation.FREE,
            request.consultation != "offered" or entry["consultation"] in (Consultation.FREE, Consultation.CHARGED),
            not request.new_patients or entry["new_patients"],
            all(any(word.startswith(asked) for word in words) for asked in request.words),
        )
    )


def _listing(listing_id: int, now: datetime) -> dict[str, Any]:
    return {
        "id": listing_id,
        "slug": f"somebody-{listing_id}",
        "state": ListingState.PUBLISHED,
        "origin": ListingOrigin.IMPORT,
        "origin_key": f"world-{listing_id}",
        "given": "Somebody",
        "created_at": now,
        "updated_at": now,
    }


def _point(chosen: random.Random, points: Sequence[tuple[float, float]]) -> tuple[float | None, float | None]:
    if points:
        lat, lon = chosen.choice(points)
        return round(lat + chosen.gauss(0, 0.05), 4), round(lon + chosen.gauss(0, 0.05), 4)
    if chosen.random() < 0.02:
        return None, None
    lat, lon = chosen.choice(CORNERS)
    if chosen.random() < 0.3:
        return lat, lon  # many in one spot: ties
    lat = max(-90.0, min(90.0, lat + chosen.gauss(0, 0.8)))
    return lat, (lon + chosen.gauss(0, 2) + 540) % 360 - 180


def _described(chosen: random.Random) -> dict[str, Any]:
    def some(words: Sequence[str]) -> str:
        picked = chosen.sample(words, chosen.randint(0, 2))
        return f" {' '.join(picked)} " if picked else ""

    return {
        "country": "US",
        "region": "CA",
        "claimed": chosen.random() < 0.5,
        "insured_cosmetic": chosen.random() < 0.5,
        "training_hours": chosen.choice((0, 0, 16, 39, 40, 120)),
        "training_grade": chosen.choice(("", "", *(grade.value for grade in Grade))),
        "techniques": some([technique.value for technique in Technique]),
        "languages": some(LANGUAGES),
        "price_session": chosen.choice((None, 80, 120, 200)),
        "consultation": chosen.choice(list(Consultation)),
        "new_patients": chosen.choice((None, True, False)),
    }


def _dated(chosen: random.Random, now: datetime) -> dict[str, Any]:
    def around(moment: datetime) -> datetime | None:
        days = chosen.choice((None, -1, 0, 30))
        return None if days is None else moment + timedelta(days=days)

    insured: date | None = (around(now) or datetime(2000, 1, 1, tzinfo=UTC)).date()
    return {"license_until": around(now), "certified_until": around(now), "insured_until": insured}
