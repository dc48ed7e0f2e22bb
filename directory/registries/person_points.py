"""Where people are on the map, from what rows, listings and records say of it; () where the gazetteer cannot tell."""

from __future__ import annotations

from functools import lru_cache

from directory.rules.distances import Points
from directory.rules.facts import ListingFacts
from directory.rules.numbers import postal_key
from directory.search.places import point_of
from scrapers.record import RegistryRecord


@lru_cache(maxsize=16_384)
def points_of(postal_code: str, city: str, region: str, country: str) -> Points:
    """The point of a postal code, else of a town, as a listing's is looked up."""
    found = point_of(postal_key(postal_code), city, region, country)
    return ((found.lat, found.lon),) if found else ()


def points_of_listing(listing: ListingFacts) -> Points:
    """Of the postal codes where patients are seen. Towns and streets are not told to rules."""
    countries = {place.country for place in listing.places}
    found = (points_of(code, "", "", country) for code in listing.postal_codes for country in sorted(countries))
    return tuple(point for points in found for point in points)


def points_of_record(record: RegistryRecord) -> Points:
    place = record.place
    return points_of(place.postal_code, place.city, place.region, place.country)
