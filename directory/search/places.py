"""Place names and postal codes to points, from tables that ship with the site. Nothing is asked of anybody.

`find_place` reads what a patient types, `point_of` what a listing states, `suggest_places` offers "did you mean".
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, islice
from typing import NamedTuple, TypeVar

from rapidfuzz import fuzz, process

from directory.place_tables import tables
from directory.place_tables.tables import HOME, City, place_key
from directory.search.folding import fold

# The part of a code that the tables know. Canada, the United Kingdom and Ireland are kept to the first half.
_CODES = {
    "US": re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?"),
    "CA": re.compile(r"([A-Z][0-9][A-Z])(?: ?[0-9][A-Z][0-9])?"),
    "GB": re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)(?: ?[0-9][A-Z]{2})?"),
    "AU": re.compile(r"([0-9]{4})"),
    "NZ": re.compile(r"([0-9]{4})"),
    "IE": re.compile(r"([A-Z][0-9][0-9W])(?: ?[A-Z0-9]{4})?"),
}
_LONGEST_TEXT = 200
_LARGE_CITY = 250_000
_NAMESAKE = 50_000
_EARTH_RADIUS_KM = 6371.0088

T = TypeVar("T")


class Point(NamedTuple):
    lat: float
    lon: float


class Precision(StrEnum):
    POSTAL_CODE = "postal_code"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class Place:
    """A place to search around. `label` names it so that `find_place(label)` finds it again."""

    label: str
    lat: float
    lon: float
    country: str  # ISO 3166-1 alpha-2
    region: str  # the country's own code: "CA" for California, "NSW", "ENG"
    precision: Precision

    @property
    def point(self) -> Point:
        return Point(self.lat, self.lon)


class _Reading(NamedTuple):
    """One way to understand what was typed: a city's name, and where it is said to be ("" for anywhere)."""

    key: str
    country: str = ""
    region: str = ""


def find_place(text: str) -> Place | None:
    """The place that `text` most likely means, or None when there is no such place or only a whole state is named.

    Reads ZIP and postal codes of the six countries (alone, or at either end of an address), "City, ST", "City, Country"
    and "City". Of several cities of a name the largest is taken, with preference for one in the US.
    """
    tokens = _tokens(text)
    if code := next(_codes_in(tokens), None):
        return code
    words = fold(" ".join(tokens)).split()
    found = _cities_of(words) or _cities_of([word for word in words if not word.isdecimal()])  # an unknown code
    if _is_area_alone(words):
        found = [city for city in found if city.population >= _LARGE_CITY]
    return _place_of_city(max(found, key=lambda city: city.weight)) if found else None


def suggest_places(text: str, limit: int = 5) -> list[Place]:
    """Places that `text` may have meant, likeliest first: same name, same beginning, similar, neighboring ZIP code."""
    tokens = _tokens(text)
    places = {place.label: place for place in _codes_in(tokens)}
    words = fold(" ".join(tokens)).split()
    for city in islice(_similar_cities(words), 4 * limit):
        place = _place_of_city(city)
        places.setdefault(place.label, place)
    if len(places) < limit:
        zips = [token[:5] for token in tokens if _CODES["US"].fullmatch(token)]
        near = [_place_of_code(code) for token in zips for code in tables.neighboring_zips(token, limit)]
        places |= {place.label: place for place in near}
    return list(places.values())[:limit]


def namesakes(place: Place, limit: int = 4) -> list[Place]:
    """Other places that are called the same: larger towns of the name, or the code in another country."""
    name = place.label.partition(",")[0]
    if place.precision is Precision.CITY:
        towns = [city for city in tables.cities_named(place_key(name)) if city.population >= _NAMESAKE]
        found = [_place_of_city(city) for city in sorted(towns, key=lambda city: -city.weight)]
    else:
        found = list(_codes_in(_tokens(name)[:1]))
    others = {other.label: other for other in found if other.label != place.label}
    return list(others.values())[:limit]


def point_of(postal_code: str, city: str, region: str, country: str) -> Point | None:
    """The point of the town or postal area a listing states, or None. Two towns of one name are not guessed between."""
    country = country.strip().upper() or "US"
    code = " ".join(_tokens(postal_code))
    if country == "US" and re.fullmatch(r"[0-9]{4}|[0-9]{8}", code):
        code = "0" + code  # spreadsheets eat the first zero
    if place := _code_place(country, code):
        return place.point
    regions = {code for at, code in tables.regions_named().get(_bare_region(region, country), ()) if at == country}
    if fold(region) and not regions:
        return None
    found = [
        town
        for town in tables.cities_named(place_key(city[:_LONGEST_TEXT]))
        if town.country == country and (not regions or town.region in regions)
    ]
    named = [town for town in found if not town.by_other_name] or found
    points = {Point(town.lat, town.lon) for town in named}
    return points.pop() if len(points) == 1 else None


def distance_km(one: Point, other: Point) -> float:
    """Great-circle distance (haversine, mean radius of the earth)."""
    lat_one, lat_other = math.radians(one.lat), math.radians(other.lat)
    half_lat = math.sin((lat_other - lat_one) / 2)
    half_lon = math.sin(math.radians(other.lon - one.lon) / 2)
    part = half_lat * half_lat + math.cos(lat_one) * math.cos(lat_other) * half_lon * half_lon
    return 2 * _EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(part)))


def _tokens(text: str) -> list[str]:
    """Words in capitals, full-width digits made plain; whatever is no part of a name or code is a gap."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).upper()
    return re.sub(r"[^\w'’.-]|_", " ", plain).split()


def _bare_region(region: str, country: str) -> str:
    """ "US-CA" and "CA" are both "ca"."""
    return fold(region.strip().upper().removeprefix(f"{country}-"))


# Codes


def _code_place(country: str, text: str) -> Place | None:
    pattern = _CODES.get(country)
    matched = pattern.fullmatch(text) if pattern else None
    found = tables.postal_code(country, matched[1]) if matched else None
    return _place_of_code(found) if found else None


def _codes_in(tokens: list[str]) -> Iterator[Place]:
    """The places whose code stands at the end, before a country's name, or at the beginning of what was typed."""
    words = [fold(token) for token in tokens]
    ends = [len(words), *(len(rest) for rest, _country in _split_end(words, tables.countries_named()))]
    spans = [(max(0, end - size), end) for end in ends for size in (2, 1) if end]
    for start, end in dict.fromkeys([*spans, (0, 2), (0, 1)]):
        text = " ".join(tokens[start:end])
        if found := [place for country in _CODES if (place := _code_place(country, text))]:
            rest = words[:start] + words[end:]
            stated = _countries_meant(rest)
            yield from sorted(found, key=lambda place: (place.country not in stated, place.country != HOME))
            return


def _countries_meant(words: list[str]) -> set[str]:
    """By the words around a code: a country, a region of one, or a city in one."""
    if country := tables.countries_named().get(" ".join(words)):
        return {country}
    if regions := tables.regions_named().get(" ".join(words)):
        return {country for country, _ in regions}
    stated = {reading.country for reading in _readings(words)} - {""}
    if not stated and (cities := _cities_of(words)):
        stated = {max(cities, key=lambda city: city.weight).country}
    return stated


def _place_of_code(found: tables.PostalCode) -> Place:
    # The tables give British codes the nearest town, which may not be their post town.
    near = found.country == "GB" and not found.code.startswith("BT")
    label = f"{found.code} {'near ' if near else ''}{_label(found.name, found.region, found.country)}"
    return Place(label, found.lat, found.lon, found.country, found.region, Precision.POSTAL_CODE)


# Cities


def _cities_of(words: list[str]) -> list[City]:
    """The cities that the words name: as one name, else as a name and its region, else as a name and its country."""
    readings = list(_readings(words))
    in_region = [reading for reading in readings if reading.region]  # before countries: "CA" is California first
    return _matching(readings[:1]) or _matching(in_region) or _matching(readings[1:])


def _readings(words: list[str]) -> Iterator[_Reading]:
    """All words as a name first, then each way to take the last words for a region, a country, or both."""
    if words:
        yield _Reading(place_key(" ".join(words)))
    for rest, country in (*_split_end(words, tables.countries_named()), (words, "")):
        if country and rest:
            yield _Reading(place_key(" ".join(rest)), country)
        for city, regions in _split_end(rest, tables.regions_named()):
            for at, region in regions:
                if country in ("", at):
                    yield _Reading(place_key(" ".join(city)), at, region)


def _split_end(words: list[str], names: Mapping[str, T]) -> Iterator[tuple[list[str], T]]:
    """Each way in which the last words are one of `names`."""
    for size in range(1, min(5, len(words) + 1)):
        if found := names.get(" ".join(words[-size:])):
            yield words[:-size], found


def _matching(readings: Iterable[_Reading]) -> list[City]:
    return [
        city
        for key, country, region in readings
        for city in tables.cities_named(key)
        if country in ("", city.country) and region in ("", city.region)
    ]


def _is_area_alone(words: list[str]) -> bool:
    """Whether all that was named is a country, or a state too large to search around its middle."""
    name = " ".join(words)
    states = tables.regions_named().get(name, ())
    return name in tables.countries_named() or any(country in ("US", "CA", "AU") for country, _ in states)


def _similar_cities(words: list[str]) -> Iterator[City]:
    """In the state that was named, of the same name, of the same beginning, of similar spelling, without an ending."""

    def likeliest_first(cities: Iterable[City]) -> list[City]:
        return sorted(cities, key=lambda city: -city.weight)

    if _is_area_alone(words):
        for country, region in tables.regions_named().get(" ".join(words), ()):
            yield from likeliest_first(tables.cities_in(country, region))
    readings = list(_readings(words))
    yield from likeliest_first(_matching(readings))
    for reading in readings:
        begun = tables.keys_beginning(reading.key) if len(reading.key) > 2 else ()
        yield from likeliest_first(_matching(reading._replace(key=key) for key in begun))
    for reading in readings:
        close = process.extract(reading.key, tables.city_keys(), scorer=fuzz.ratio, score_cutoff=78, limit=30)
        for _score, alike in groupby(close, key=lambda found: found[1]):
            yield from likeliest_first(_matching(reading._replace(key=key) for key, _score, _at in alike))
    if len(words) > 1:
        yield from _similar_cities(words[:-1])


def _place_of_city(city: City) -> Place:
    label = _label(city.name, city.region, city.country)
    return Place(label, city.lat, city.lon, city.country, city.region, Precision.CITY)


def _label(name: str, region: str, country: str) -> str:
    """ "Austin, TX"; "Perth, WA, Australia"; "Bath, England, UK"; "Galway, Ireland"."""
    if country in ("GB", "NZ"):  # whose regions have no abbreviations that people use
        region = tables.region_titles().get((country, region), "")
    if country == "IE" or region == name:
        region = ""
    abroad = "" if country == "US" and region else tables.COUNTRY_NAMES[country]
    return ", ".join(part for part in (name, region, abroad) if part)
