"""What a board publishes of a person, made of the board's own description: the same columns, dates and words.

So a description needs no code to be rehearsed, and a column that is renamed there is renamed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from scrapers.columns import Column
from scrapers.record import Standing
from scrapers.rehearsal.people import Fact, Person, words_of
from scrapers.spec import RegistrySpec
from scrapers.vocabulary import ANY

PROFESSION = "Acupuncturist"
# Headings of lists that lead to a page about each person, and the field that stands there.
_HEADINGS = {
    "name": "holder.name", "lic #": "number", "license #": "number", "license": "number", "number": "number",
    "license number": "number", "licensenumber": "number", "id": "number", "city": "place.city",
    "state": "place.region", "zip": "place.postal_code", "expire": "expires_on", "expiry": "expires_on",
    "first": "holder.given", "last": "holder.family", "status": "standing", "license status": "standing",
    "type": "profession", "license type": "profession", "profession": "profession",
}  # fmt: skip


def published_row(spec: RegistrySpec, person: Person) -> dict[str, Any]:
    """The person's row by published column, every known one filled or empty."""
    row: dict[str, Any] = dict.fromkeys(_columns(spec), "")
    for name, column in spec.columns.items():
        if column.sources and not row.get(column.sources[0]):
            row[column.sources[0]] = field_text(spec, person, name, column)
    row |= zip(spec.standing.columns, standing_words(spec, person), strict=True)
    made_of = {source for column in spec.columns.values() for source in column.sources}
    row |= {name: _fitting(words[0]) for name, words in spec.where.items() if name not in made_of}
    for whole, how in spec.options.get("split", {}).items() if isinstance(spec.options.get("split"), Mapping) else ():
        parts = [str(row.pop(part, "")) for part in how["into"]]
        row[whole] = how["at"].join(part for part in parts if part)
    return row


def listed_cell(spec: RegistrySpec, person: Person, heading: str) -> str:
    """What stands under a heading of a list of people; "" under one that no field is made of."""
    name = _HEADINGS.get(heading.lower(), "")
    if name == "profession":
        return PROFESSION
    if name == "standing":
        return str(published_row(spec, person).get("License Status") or "/".join(standing_words(spec, person)))
    return str(field_text(spec, person, name, Column(name, split="family_first")) or "") if name else ""


def fact(spec: RegistrySpec, person: Person) -> Fact:
    """What a right reading of the person's row gives."""
    dated = "expires_on" in spec.columns
    said = person.said.get("expires_on", person.expires_on)
    number = person.number.upper() if "number" in spec.columns else ""
    expires_on = person.expires_on if dated and said else None
    return Fact(number, words_of(f"{person.given} {person.family}"), standing_of(spec, person), expires_on)


def standing_of(spec: RegistrySpec, person: Person) -> Standing:
    """The person's standing where this board has a word for it, else the first one it has a word for."""
    if spec.standing.always is not None:
        return spec.standing.always
    known = list(spec.standing.words.values())
    return person.standing if person.standing in known else known[0]


def standing_words(spec: RegistrySpec, person: Person) -> tuple[str, ...]:
    """The board's own words for it, one for each of its columns."""
    wanted = standing_of(spec, person)
    words = next((words for words, standing in spec.standing.words.items() if standing is wanted), ())
    return tuple("" if word == ANY else word for word in words)


def field_text(spec: RegistrySpec, person: Person, name: str, column: Column) -> Any:
    """A field as this board writes it; None where it publishes nothing at all there."""
    if name in person.said:
        return person.said[name]
    if name in ("issued_on", "expires_on"):
        day: date = getattr(person, name)
        formats = column.formats or spec.date_formats
        return column.strip_prefix + day.strftime(formats[0] if formats else "%m/%d/%Y")
    values = {
        "number": person.number,
        "holder.given": person.given,
        "holder.family": person.family,
        "holder.name": _whole_name(person, column.split),
        "place.city": person.city,
        "place.region": person.region,
        "place.postal_code": person.postal_code,
    }
    return values.get(name, "")


def _whole_name(person: Person, order: str) -> str:
    return f"{person.given} {person.family}" if order == "given_first" else f"{person.family}, {person.given}"


def _columns(spec: RegistrySpec) -> list[str]:
    made_of = [source for column in spec.columns.values() for source in column.sources]
    named = [*made_of, *spec.standing.columns, *spec.key, *spec.where, *spec.ignored, *spec.withheld]
    return [name for name in dict.fromkeys(named) if "*" not in name]


def _fitting(pattern: str) -> str:
    return (
        PROFESSION
        if fnmatchcase(PROFESSION.lower(), pattern.lower())
        else f"{PROFESSION}{pattern.strip('*')}"
        if (pattern.startswith("*"))
        else pattern.rstrip("*")
    )
