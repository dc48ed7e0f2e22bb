"""A row of somebody's file as a person to be compared, whatever the file's habits.

States stand there as codes or in full, names in one column or in several and with credentials in any of them, numbers
with prefixes, ZIP codes with four digits more, and columns are mixed up. Nothing here is guessed: what cannot be read
as a key is left out, and is then not compared.
"""

from __future__ import annotations

import re
from functools import lru_cache

from directory.place_tables.tables import countries_named, region_titles, regions_named
from directory.registries.person_points import points_of
from directory.rules.name_reading import Name, name_of_fields, parse_name
from directory.rules.numbers import bare, phone_key, postal_key
from directory.rules.persons import Person, key_of_npi
from directory.rules.streets import box_of, street_parts, words_of
from directory.search.folding import fold
from scrapers.normalize import tidy

_LONGEST_CODE = 3
_SEVERAL = re.compile(r"[;|]")
_OF_A_STATE = re.compile(r"^(?:the )?(?:state|commonwealth|province|territory) of ")
_CAPITAL = re.compile(r"^washington d ?c$")
_NPI_IN_TEXT = re.compile(r"\d{10}", re.ASCII)
_ACUPUNCTURIST = re.compile(r"\bacup|oriental medicine|171100000x|east asian medicine|\bl\.? ?ac\b", re.IGNORECASE)


def person_of_row(row: dict[str, str]) -> Person:
    """A person from a row with the columns that `flask match` knows, all of them optional but `id` and a name."""
    country = _country(row.get("country", ""))
    region = region_of(row.get("region", ""), country)
    name, town = _name(row), words_of(row.get("city", ""))
    house, street = street_parts(row.get("street", ""))
    postal, box = postal_key(row.get("postal_code", "")), box_of(row.get("street", ""))
    others = tuple(parse_name(each) for each in _SEVERAL.split(row.get("other_names", "")) if each.strip())
    return Person(
        id=row["id"].strip(),
        names=(name, *others),
        numbers=_numbers(row, region, country),
        npi=_npi(row.get("npi", "")),
        phone=phone_key(row.get("phone", "")),
        house=house,
        street=street,
        town=town,
        regions=frozenset({region} - {""}),
        points=points_of(row.get("postal_code", ""), row.get("city", ""), region, country),
        postal=frozenset({postal, f"{postal} {box}" if postal and box else ""} - {""}),
        line=" ".join((*name.tokens, *house, *street, *town, postal)),
        title=_written(row),
    )


@lru_cache(maxsize=4_096)
def region_of(text: str, country: str) -> str:
    """ "US-CA" for "CA", "US-CA", "Calif." or "State of California" in "US"; "" for nothing."""
    code = text.strip().upper()
    if not code:
        return ""
    of_country, dash, part = code.partition("-")
    if dash and (of_country, part) in region_titles():
        return code
    folded = _CAPITAL.sub("district of columbia", _OF_A_STATE.sub("", fold(text)))
    places = regions_named().get(folded) or _region_within(folded)
    here = [place for place in places if place[0] == country] or (places if len(places) == 1 else [])
    return "-".join(here[0]) if here else f"{country}-{fold(text).upper()}"


def _region_within(folded: str) -> list[tuple[str, str]]:
    """The region whose name stands in a longer one: "california acupuncture board"."""
    names = (name for name in regions_named() if len(name) > _LONGEST_CODE and f" {name} " in f" {folded} ")
    longest = max(names, key=len, default="")
    return regions_named().get(longest, [])


def _country(text: str) -> str:
    return countries_named().get(fold(text), text.strip().upper()) if text.strip() else "US"


def _numbers(row: dict[str, str], region: str, country: str) -> frozenset[tuple[str, str, str]]:
    """The license numbers as keys. Where no jurisdiction is given, the region may stand in for it, or none."""
    stated = row.get("license_jurisdiction", "")
    places = [region_of(each, country) for each in _SEVERAL.split(stated) if each.strip()]
    numbers = [each for each in _SEVERAL.split(row.get("license_number", "")) if each.strip()]
    profession = _profession(row.get("profession", ""))
    if len(places) == len(numbers):
        keys = {(place, bare(number, place)) for place, number in zip(places, numbers, strict=True)}
    else:
        keys = {(place, bare(number, place)) for place in places[:1] or {region, ""} for number in numbers}
    return frozenset((place, profession, digits) for place, digits in keys if digits)


def _profession(text: str) -> str:
    return "acupuncturist" if not text.strip() or _ACUPUNCTURIST.search(text) else fold(text)


def _npi(text: str) -> str:
    """An NPI as typed, or as a spreadsheet keeps it ("1234567893.0")."""
    found = _NPI_IN_TEXT.search(text)
    return key_of_npi(found.group()) if found else ""


def _written(row: dict[str, str]) -> str:
    """The name as the file has it, on one line: "Lee, Min J" of two columns or three."""
    given = " ".join(row.get(column, "") for column in ("given_name", "middle_name")).strip()
    apart = ", ".join(part for part in (row.get("family_name", "").strip(), given) if part)
    return tidy(apart or row.get("name", ""), 80).replace(";", ",")


def _name(row: dict[str, str]) -> Name:
    """The name from the columns that hold it: of several, or of one, even where that is called the family name."""
    given, family = row.get("given_name", "").strip(), row.get("family_name", "").strip()
    middle, suffix = row.get("middle_name", "").strip(), row.get("suffix", "").strip()
    if given and family:
        return name_of_fields(given, middle, family, suffix)
    alone = given or family
    if alone and " " not in alone and not row.get("name", "").strip():
        return name_of_fields(given, middle, family, suffix)
    whole = row.get("name", "").strip() or f"{alone} {middle}"
    return parse_name(f"{whole}, {suffix}" if suffix else whole)
