"""Registries that answer look-ups with JSON: Thentia, New York's office, the NPI registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scrapers.rehearsal.cast import npi
from scrapers.rehearsal.people import Person
from scrapers.rehearsal.published_rows import published_row
from scrapers.rehearsal.shapes.lists import as_json, number
from scrapers.rehearsal.shapes.shape import EVERYBODY, Answer, Asked, Scene, Shape

# Of New York's answers: the keys whose values stand beside a label, and those of a candidate.
_LABELLED = frozenset(
    ("name", "address", "profession", "licenseNumber", "dateOfLicensure", "status", "registeredThroughDate")
)
_SUMMARY = ("name", "profession", "professionCode", "licenseNumber", "address", "dateOfLicensure")


def thentia(shape: Shape, asked: Asked, scene: Scene) -> Answer | None:
    """A search gives names, a profile the registration."""
    if asked.path.endswith("/get/"):
        found = [person for person in scene.people if _profile_id(person) == asked.query.get("id")]
        return as_json(_profile(shape, found[0], scene)) if found else Answer(b"{}", status=404)
    fitting = _fitting(scene.people, asked.query.get("keyword", ""))
    shown = scene.window(fitting, number(asked.query, "skip", 0), shape.page_size)
    results = [{"id": _profile_id(who), "firstName": who.given, "lastName": who.family} for who in shown.shown]
    return as_json({"totalCount": shown.total, "result": results})


def _profile_id(person: Person) -> str:
    return f"{person.number}-{person.given}-{person.family}"


def _profile(shape: Shape, person: Person, scene: Scene) -> dict[str, Any]:
    [row] = scene.rows([published_row(shape.spec, person)])
    profile: dict[str, Any] = {"id": _profile_id(person), "registrationHistory": [], "discipline": []}
    lists: dict[str, dict[str, Any]] = {"registrationRecords": {}, "placesOfPractice": {}}
    for name, value in row.items():
        outer, dot, inner = name.partition(".")
        if dot and outer in lists:
            lists[outer][inner] = value
        elif not dot and name not in (*lists, "notices", "registrationHistory", "discipline", "id"):
            profile[name] = value
    return profile | {name: [inner] for name, inner in lists.items()}


def new_york(shape: Shape, asked: Asked, scene: Scene) -> Answer | None:
    """By number one person, by name some, ten at most."""
    if "licenseNumber" in asked.query:
        wanted = asked.query["licenseNumber"]
        found = [person for person in scene.people if person.number == wanted]
        return as_json(_labelled_rows(shape, scene, found[:1])[0]) if found else Answer(b"", status=404)
    family = asked.query.get("name", "").strip()
    rows = _labelled_rows(shape, scene, _fitting(scene.people, family)[:10])
    return as_json({"content": [{key: row[key] for key in _SUMMARY if key in row} for row in rows]})


def _labelled_rows(shape: Shape, scene: Scene, people: Sequence[Person]) -> list[dict[str, Any]]:
    return [_labelled(row) for row in scene.rows([published_row(shape.spec, person) for person in people])]


def _labelled(row: dict[str, Any]) -> dict[str, Any]:
    plain = {"professionCode": "025", "index": 0, "enforcementActions": [], "noEnforcementActionsFoundMessage": ""}
    made = {
        name: value for name, value in row.items() if name not in ("city", "state", "schoolName", "schoolDegreeDate")
    }
    town = f"{row.get('city') or ''} {row.get('state') or ''}".strip()
    made |= {"address": town} if "address" in made else {}
    return {
        name: {"label": name, "value": value} if name in _LABELLED else plain.get(name, value)
        for name, value in made.items()
    }


def nppes(shape: Shape, asked: Asked, scene: Scene) -> Answer | None:
    """Version 2.1. The answers have no columns that could be renamed: only the people change."""
    wanted = asked.query.get("number", "")
    found = [person for person in scene.people if not wanted or npi_of(person) == wanted]
    if not wanted:
        found = _fitting(found, asked.query.get("last_name", ""))
    return as_json({"result_count": len(found), "results": [_provider(person) for person in found]})


def npi_of(person: Person) -> str:
    """The NPI of somebody on this board, made of their number."""
    return npi(100_000_000 + int("".join(filter(str.isdigit, person.number)) or "0"))


def _provider(person: Person) -> dict[str, Any]:
    place = {
        "country_code": "US", "country_name": "United States", "address_type": "DOM", "address_1": "1 INVENTED WAY",
        "city": person.city, "state": person.region, "postal_code": person.postal_code,
        "telephone_number": "202-555-0100",
    }  # fmt: skip
    license_ = {"code": "171100000X", "desc": "Acupuncturist", "license": person.number, "state": person.region}
    return {
        "number": npi_of(person),
        "enumeration_type": "NPI-1",
        "basic": {
            "first_name": person.given, "last_name": person.family, "credential": "--", "sole_proprietor": "YES",
            "status": "A", "sex": "X", "enumeration_date": f"{person.issued_on}", "last_updated": f"{person.issued_on}",
        },
        "taxonomies": [license_ | {"primary": True, "taxonomy_group": ""}],
        "addresses": [{**place, "address_purpose": purpose} for purpose in ("MAILING", "LOCATION")],
        "practiceLocations": [], "identifiers": [], "other_names": [], "endpoints": [],
        "created_epoch": "1400000000000", "last_updated_epoch": "1400000000000",
    }  # fmt: skip


def _fitting(people: Sequence[Person], wanted: str) -> list[Person]:
    wanted = wanted.casefold().removesuffix(EVERYBODY)
    return [who for who in people if who.family.casefold().startswith(wanted) or who.number.casefold() == wanted]
