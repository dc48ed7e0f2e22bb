"""How a list says where its next part is: a parameter that counts pages or rows, or an address in the answer itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapers.errors import SpecError
from scrapers.spec import RegistrySpec
from scrapers.strict import path_of


@dataclass(frozen=True, slots=True)
class Turning:
    """At most one of these ways."""

    page_parameter: str = ""
    first_page: int = 1
    offset_parameter: str = ""
    next_at: tuple[str, ...] = ()  # keys that lead to the next address, or to a token
    next_parameter: str = ""  # the parameter that a token is sent as


def turning_from(spec: RegistrySpec, ways: tuple[str, ...]) -> Turning:
    """The spec's way, out of those its reader knows. Raises SpecError when it gives several or something else."""
    given = {name: spec.options[name] for name in (*ways, "next") if spec.options.get(name)}
    if len(given) > 1:
        raise SpecError(f"{spec.id}: give one of the options {', '.join(given)}")
    first_page = spec.options.get("first_page", 1)
    if isinstance(first_page, bool) or not isinstance(first_page, int) or first_page < 0:
        raise SpecError(f"{spec.id}: options.first_page should be a whole number, found {first_page!r}")
    if "first_page" in spec.options and "page_parameter" not in given:
        raise SpecError(f"{spec.id}: options.first_page needs page_parameter")
    if spec.options.get("next_parameter") and "next_at" not in given:
        raise SpecError(f"{spec.id}: options.next_parameter needs next_at")
    return Turning(
        page_parameter=_text(spec, "page_parameter"),
        first_page=first_page,
        offset_parameter=_text(spec, "offset_parameter"),
        next_at=path_of(spec.options.get("next_at", ()), f"{spec.id}: options.next_at"),
        next_parameter=_text(spec, "next_parameter"),
    )


def _text(spec: RegistrySpec, name: str) -> str:
    found: Any = spec.options.get(name, "")
    if not isinstance(found, str):
        raise SpecError(f"{spec.id}: options.{name} should be a text (put it in quotes), found {found!r}")
    return found


def with_parameter(url: str, name: str, value: str) -> str:
    """The address with one query parameter set."""
    parts = urlsplit(url)
    query = [(key, old) for key, old in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    return parts._replace(query=urlencode([*query, (name, value)])).geturl()
