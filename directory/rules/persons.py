"""A person as matching sees one: names as tokens, keys, and where the person is. Made from a listing, from a registry's
record or from a row of a file (`registries/person_rows`), so that all of them are compared by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from directory.rules.distances import Points, area_of
from directory.rules.facts import PERMISSIONS, ListingFacts
from directory.rules.name_reading import Name, name_of, name_of_holder, parse_name
from directory.rules.numbers import bare, phone_key, postal_key, valid_npi
from directory.rules.streets import words_of
from scrapers.record import RegistryRecord


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be compared. Empty texts and tuples mean "not given".

    names: the first is the one in use, the others are former and other names. numbers: (jurisdiction, profession,
    bare number). house: numbers of the street line; street and town: its words and the town's, folded.
    points: where the towns and postal codes are on the map. line: name and address as one text, for a quick look at
    how alike two are. title: the name as it is written, to be shown.
    """

    id: str
    names: tuple[Name, ...]
    numbers: frozenset[tuple[str, str, str]] = frozenset()
    npi: str = ""
    phone: str = ""
    house: tuple[str, ...] = ()
    street: tuple[str, ...] = ()
    town: tuple[str, ...] = ()
    regions: frozenset[str] = frozenset()
    postal: frozenset[str] = frozenset()
    points: Points = ()
    line: str = ""
    title: str = ""

    @property
    def door(self) -> str:
        """House, street and postal code or town as one text; "" where one of them is missing."""
        area = min(self.postal, default="") or " ".join(self.town)
        return f"{self.house[0]} {self.street[0]} {area}" if self.house and self.street and area else ""

    @property
    def has_key(self) -> bool:
        return bool(self.npi or self.numbers)

    @property
    def homes(self) -> tuple[str, ...]:
        """The name at the door and at the phone: who has both in common with somebody of one file is one of two."""
        if not (self.names and self.names[0].given and self.names[0].family):
            return ()
        name = f"{self.names[0].given[0]} {self.names[0].family[0]}"
        return tuple(f"{name} {place}" for place in (self.door, self.phone) if place)

    @property
    def fields(self) -> frozenset[tuple[str, str]]:
        """Where and as what the person gives a number."""
        return frozenset(number[:2] for number in self.numbers)

    def counted(self) -> Iterator[tuple[str, str]]:
        """What `Rarity` counts of this person."""
        yield from (("name", token) for name in self.names for token in name.tokens)
        yield from (("place", word) for word in self.street + self.town)
        yield from (("house", number) for number in self.house)
        yield from (("postal", code) for code in self.postal)
        yield from (("door", door) for door in (self.door,) if door)
        yield from (("area", area_of(point)) for point in self.points)
        yield from (("namesake", home) for home in self.homes)


def region_code(country: str, region: str) -> str:
    """ "US-CA" for a registry's own "CA" in "US"; "" where there is no region."""
    country, region = country.strip().upper() or "US", region.strip().upper()
    return f"{country}-{region.removeprefix(f'{country}-')}" if region else ""


def key_of_npi(npi: str) -> str:
    """The NPI where it can exist, else ""."""
    return npi.strip() if valid_npi(npi.strip()) else ""


def number_of(jurisdiction: str, profession: str, number: str) -> tuple[str, str, str] | None:
    """A license number as a key; None where place or digits are missing: it cannot be compared."""
    digits = bare(number, jurisdiction)
    return (jurisdiction, profession, digits) if jurisdiction and digits else None


def person_of_listing(listing: ListingFacts) -> Person:
    """A listing's holder. Streets are not told to rules."""
    keys = (number_of(each.jurisdiction, each.profession, each.number) for each in listing.credentials)
    return Person(
        id=str(listing.id),
        names=(
            name_of(listing.given, listing.middle, listing.family, listing.suffix),
            *map(parse_name, listing.names),
        ),
        numbers=frozenset(key for key in keys if key),
        npi=key_of_npi(listing.npi),
        phone=phone_key(listing.phone),
        regions=frozenset(region_code(place.country, place.region) for place in listing.places if place.region),
        postal=frozenset(map(postal_key, listing.postal_codes)) - {""},
    )


def person_of_record(record: RegistryRecord) -> Person:
    """A record's holder."""
    key = None
    if record.kind in PERMISSIONS:
        key = number_of(record.jurisdiction, record.profession, record.number_raw or record.number)
    return Person(
        id=record.source_key,
        names=tuple(map(name_of_holder, (record.holder, *record.other_names))),
        numbers=frozenset({key} if key else ()),
        npi=key_of_npi(record.npi),
        phone=phone_key(record.phone),
        town=words_of(record.place.city),
        regions=frozenset({region_code(record.place.country, record.place.region)} - {""}),
        postal=frozenset({postal_key(record.place.postal_code)}) - {""},
    )
