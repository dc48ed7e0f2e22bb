"""The shipped tables of places: sorted lines, searched by bisection.

A table is unpacked when it is first needed and never turned into objects but for the lines that are asked for, so the
first look-up takes some tens of milliseconds and every other one some microseconds. Sources: README.md beside this.
"""

from __future__ import annotations

import csv
import gzip
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from directory.search.folding import fold

COUNTRY_NAMES = {
    "US": "USA", "CA": "Canada", "GB": "UK", "AU": "Australia", "NZ": "New Zealand", "IE": "Ireland",
}  # fmt: skip
_OTHER_COUNTRY_NAMES = {
    "united states": "US", "united states of america": "US", "us": "US", "u s": "US", "u s a": "US", "ca": "CA",
    "united kingdom": "GB", "great britain": "GB", "britain": "GB", "gb": "GB", "u k": "GB", "au": "AU", "nz": "NZ",
    "aotearoa": "NZ", "republic of ireland": "IE", "eire": "IE", "ie": "IE",
}  # fmt: skip
_SHORTENED = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}
HOME = "US"  # where readers are taken to be
_HOME_ADVANTAGE = 10  # a town there is meant, unless one abroad is this much larger
_OTHER_NAME_HANDICAP = 20


class City(NamedTuple):
    country: str
    region: str
    name: str
    lat: float
    lon: float
    population: int  # 0 for a post town too small to be counted
    by_other_name: bool  # found under another name than the one on the map

    @property
    def weight(self) -> float:
        """How likely it is the one that is meant, among others of the name."""
        home = _HOME_ADVANTAGE if self.country == HOME else 1
        return (self.population + 1) * home / (_OTHER_NAME_HANDICAP if self.by_other_name else 1)


class PostalCode(NamedTuple):
    country: str
    code: str
    name: str
    region: str
    lat: float
    lon: float


def place_key(name: str) -> str:
    """A place's name as it is looked up: folded, "St." and "Mt." and "Ft." written out."""
    return " ".join(_SHORTENED.get(word, word) for word in fold(name).split())


def postal_code(country: str, code: str) -> PostalCode | None:
    wanted = f"{country}{code},"
    lines = _lines("codes.csv.gz")
    at = bisect_left(lines, wanted)
    return _postal_code(lines[at]) if at < len(lines) and lines[at].startswith(wanted) else None


def neighboring_zips(code: str, limit: int) -> list[PostalCode]:
    """The ZIP codes of the same sectional center (first three digits) nearest in number to one we do not have."""
    lines = _lines("codes.csv.gz")
    at = bisect_left(lines, f"US{code}")
    near = [line for line in lines[max(0, at - limit) : at + limit] if line.startswith(f"US{code[:3]}")]
    near.sort(key=lambda line: abs(int(line[2:7]) - int(code)))
    return [_postal_code(line) for line in near[:limit]]


def cities_named(key: str) -> list[City]:
    """All cities of exactly this `place_key`, also those that carry it as another name."""
    lines = _lines("cities.csv.gz")
    wanted = f"{key},"
    at = bisect_left(lines, wanted)
    found = []
    while key and at < len(lines) and lines[at].startswith(wanted):
        found.append(_city(lines[at]))
        at += 1
    return found


def cities_in(country: str, region: str) -> Iterator[City]:
    part = f",{country},{region},"
    return (_city(line) for line in _lines("cities.csv.gz") if part in line)


def keys_beginning(start: str) -> Iterator[str]:
    keys = city_keys()
    at = bisect_left(keys, start)
    while at < len(keys) and keys[at].startswith(start):
        yield keys[at]
        at += 1


@cache
def city_keys() -> list[str]:
    return sorted({line[: line.index(",")] for line in _lines("cities.csv.gz")})


@cache
def region_titles() -> dict[tuple[str, str], str]:
    """(country, code) to the region's name."""
    return {(row["country"], row["code"]): row["name"] for row in _regions()}


@cache
def regions_named() -> dict[str, list[tuple[str, str]]]:
    """Folded codes and names of regions to (country, code); "wa" is in two countries."""
    names: dict[str, list[tuple[str, str]]] = {}
    for row in _regions():
        for name in {fold(row[column]) for column in ("code", "name", "other_names")} - {""}:
            names.setdefault(name, []).append((row["country"], row["code"]))
    return names


@cache
def countries_named() -> dict[str, str]:
    return {fold(name): code for code, name in COUNTRY_NAMES.items()} | _OTHER_COUNTRY_NAMES


@cache
def _lines(table: str) -> list[str]:
    return gzip.decompress(Path(__file__).with_name(table).read_bytes()).decode("utf-8").split("\n")


def _regions() -> list[dict[str, str]]:
    with Path(__file__).with_name("regions.csv").open(newline="", encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


def _city(line: str) -> City:
    _key, country, region, name, lat, lon, population, also = line.split(",")
    return City(country, region, name, float(lat), float(lon), int(population), bool(also))


def _postal_code(line: str) -> PostalCode:
    key, name, region, lat, lon = line.split(",")
    return PostalCode(key[:2], key[2:], name, region, float(lat), float(lon))
