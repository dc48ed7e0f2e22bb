"""The shape of an answer of the NPPES API 2.1, and refusing what has another shape.

Facts from the dossier (registries/bulk.md, section 1.1): errors come with status 200; `result_count` is the page's
size; keys are left out or null freely; version 2.0 gives numbers where 2.1 gives text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scrapers.errors import SourceChanged
from scrapers.platforms.nppes_row import TaxonomyEntry, tidy

REFUSALS = {
    "03": "a wildcard needs two characters before it",
    "04": "the question names nothing valid to look for",
    "05": "a field of the question is not known",
    "06": "the NPI asked for is not ten digits",
    "07": "the question needs more to look for",
    "09": "the kind of provider alone is not enough to look for",
}


def results_of(answer: Any) -> list[Mapping[str, Any]]:
    """The providers of an answer; none for an NPI that nobody has. Raises SourceChanged for an error that came as an
    answer, and for any other shape."""
    if isinstance(answer, Mapping) and answer.get("Errors"):
        raise SourceChanged(f"NPPES refused the question: {_refusal(answer['Errors'])}", expected="results")
    if not isinstance(answer, Mapping) or set(answer) != {"result_count", "results"}:
        keys = ", ".join(sorted(answer)) if isinstance(answer, Mapping) else type(answer).__name__
        raise SourceChanged(f"the answer holds {keys or 'nothing'}", expected="result_count and results")
    if not isinstance(answer["results"], list):
        raise SourceChanged("results is no list", expected="a list of providers")
    results = [_checked(result) for result in answer["results"]]
    if len(results) != answer["result_count"]:
        raise SourceChanged(
            f"result_count is {answer['result_count']!r}", expected=f"{len(results)}, as many as results"
        )
    return results


def _refusal(errors: Any) -> str:
    told = []
    for error in errors if isinstance(errors, list) else [errors]:
        given = error if isinstance(error, Mapping) else {"description": error}
        number = str(given.get("number") or "")
        words = REFUSALS.get(number, "no meaning known for this number")
        told.append(f"error {number or '(no number)'}, {words} ({given.get('description')}, {given.get('field')})")
    return "; ".join(told)


def _checked(result: Any) -> Mapping[str, Any]:
    """The result, when it is one of version 2.1 and its parts are lists of what they should be."""
    if not isinstance(result, Mapping) or not isinstance(result.get("basic"), Mapping):
        raise SourceChanged("a result has no basic part", expected="number, basic, taxonomies and addresses")
    integers = [key for key in ("number", "created_epoch", "last_updated_epoch") if isinstance(result.get(key), int)]
    if integers:
        raise SourceChanged(
            f"the answer has the shape of version 2.0: {', '.join(integers)} given as an integer",
            expected="version 2.1, where it is text",
        )
    for name, needed in (("taxonomies", "code"), ("addresses", "address_purpose"), ("other_names", "type")):
        items = result.get(name)
        if not isinstance(items, list) or not all(isinstance(item, Mapping) and needed in item for item in items):
            raise SourceChanged(f"{name} is no list of entries with {needed}", expected="the shape of version 2.1")
    return result


def names_in(value: Any, before: str = "") -> set[str]:
    """The names of all values inside a result: basic.first_name, taxonomies.code. A list counts as its items."""
    if isinstance(value, Mapping) and value:
        inner = (names_in(item, f"{before}.{name}" if before else str(name)) for name, item in value.items())
        return set().union(*inner)
    if isinstance(value, list) and value:
        return set().union(*(names_in(item, before) for item in value))
    return {before}


def entries_of(result: Mapping[str, Any]) -> list[TaxonomyEntry]:
    """The taxonomy entries as published, null as empty text."""
    parts = ("code", "license", "state")
    return [TaxonomyEntry(*(str(entry.get(part) or "") for part in parts)) for entry in result["taxonomies"]]


def location_of(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The address of the practice, empty when there is none. The mailing address is never taken: often a home."""
    found = [address for address in result["addresses"] if address["address_purpose"] == "LOCATION"]
    return found[0] if found else {}


def fits(result: Mapping[str, Any], *, family: str, region: str) -> bool:
    """Whether a result has the family name and the state asked for: NPPES also gives what fits only by half."""
    families = {tidy(name.get("last_name")).casefold() for name in (result["basic"], *result["other_names"])}
    states = {tidy(part.get("state")).upper() for part in (*result["addresses"], *result["taxonomies"])}
    return (not family or family.casefold() in families) and (not region or region.upper() in states)
