"""Lines of the audit log in words: what each was about, with a link to it, and what it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.audit import AuditLine
from directory.models.listing import Listing
from directory.rules.wording import body_of
from directory.views.formats import registry

_PAGES: Mapping[str, Callable[[int], str]] = {
    "claim": lambda number: url_for("cases.claim", claim_id=number),
    "flag": lambda number: url_for("moderators.flag", flag_id=number),
    "request": lambda number: url_for("cases.request", request_id=number),
    "run": lambda number: url_for("oversight.run", run_id=number),
}
_OF_REGISTRIES = ("registry", "source")
_WORDS = ("state", "changed", "judgement")
"""What lines hold by its name in the code: written without underscores."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line is about, and the page of it where there is one."""

    words: str
    link: str = ""


def subjects(session: Session, named: Iterable[str]) -> dict[str, Subject]:
    """Each subject ("listing:7") in words: "Listing of Ada Vane"."""
    named = set(named)
    ids = [int(number) for kind, _, number in (each.partition(":") for each in named) if _is_listing(kind, number)]
    found = {str(each.id): each for each in session.scalars(select(Listing).where(Listing.id.in_(ids)))}
    return {each: _subject(each, found) for each in named}


def changes(line: AuditLine) -> list[str]:
    """What a line says of the state afterwards: "state: approved", "changed: about, new patients"."""
    return [f"{_plain(name)}: {_value(name, value)}" for name, value in (line.after or {}).items()]


def _subject(named: str, listings: Mapping[str, Listing]) -> Subject:
    kind, _, key = named.partition(":")
    if kind == "listing" and key in listings and listings[key].name:
        listing = listings[key]
        return Subject(f"Listing of {listing.name}", url_for("past_evidence.listing", slug=listing.slug))
    if kind in _OF_REGISTRIES:
        return Subject(registry(key), url_for("sources.source", registry_id=key))
    if kind in _PAGES and key.isascii() and key.isdigit():
        return Subject(f"{kind.capitalize()} {key}", _PAGES[kind](int(key)))
    return Subject(f"{_plain(kind).capitalize()} {key}")


def _is_listing(kind: str, number: str) -> bool:
    return kind == "listing" and number.isascii() and number.isdigit() and len(number) < 19


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(name, each) for each in value)
    if name == "registry":
        return body_of(registry(str(value)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else _plain(str(value)) if name in _WORDS else str(value)


def _plain(word: str) -> str:
    return word.replace("_", " ")
