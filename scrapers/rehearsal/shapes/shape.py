"""One board on the rehearsal's server: its description, its people, and how it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapers.adapter import Wanted
from scrapers.rehearsal.people import Fact, Person
from scrapers.rehearsal.published_rows import fact, published_row
from scrapers.spec import REGISTRIES, RegistrySpec, load_spec

OWN = Path(__file__).parent / "registries"  # descriptions of boards that exist here only
HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
EVERYBODY = "%"  # what a search for a family name takes for all of them, as many a board does


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, taken apart."""

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    session: str  # of the cookie
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, before anything misbehaves."""

    body: bytes
    media_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """One page of a list: who is on it, how many it says there are, and whether it leads to a further one."""

    shown: Sequence[Any]
    total: int
    more: bool


def window(listed: Sequence[Any], start: int, size: int) -> Window:
    """The page that an honest board gives."""
    return Window(listed[start : start + size], len(listed), start + size < len(listed))


@dataclass(frozen=True, slots=True)
class Scene:
    """What a board shows at the moment. Misbehavior changes the people, their rows, or the turning of pages."""

    people: Sequence[Person]
    rows: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = list
    window: Callable[[Sequence[Any], int, int], Window] = window


@dataclass(frozen=True, slots=True)
class Shape:
    """kind: the family that a misbehavior applies to: csv, workbook, json, socrata, table, form, api or saved.

    paths: what this board answers to; one that ends in * stands for all that begin so.
    sessions: whom each visitor of a form looks for, by the cookie given to them.
    """

    name: str
    kind: str
    about: str
    paths: tuple[str, ...]
    answers: Callable[[Shape, Asked, Scene], Answer | None]
    numbers: str = "X-{:05d}"
    how_many: int = 23
    wanted: Wanted | None = None  # None: the whole list is fetched
    sessions: dict[str, Any] = field(default_factory=dict, compare=False, hash=False)
    page_size: int = 10

    @property
    def spec(self) -> RegistrySpec:
        return _loaded(self.spec_path)

    @property
    def spec_path(self) -> Path:
        own = OWN / f"{self.name}.yaml"
        return own if own.is_file() else REGISTRIES / f"{self.name}.yaml"

    def answer(self, asked: Asked, scene: Scene) -> Answer | None:
        """The board's answer; None for an address that it doesn't have."""
        return self.answers(self, asked, scene)

    def rows(self, scene: Scene) -> list[dict[str, Any]]:
        """The rows of everybody as published."""
        spec = self.spec
        return scene.rows([published_row(spec, person) for person in scene.people])

    def facts(self, people: Sequence[Person]) -> list[Fact]:
        """What a right reading gives: everybody whose row can be believed."""
        spec = self.spec
        return [fact(spec, person) for person in people if not person.spoiled]


_loaded = cache(load_spec)


def start_of(name: str) -> str:
    """The path at which a look-up at a built-in registry begins."""
    spec = _loaded(REGISTRIES / f"{name}.yaml")
    return urlsplit(spec.channel("lookup").start[0]).path


def page(title: str, body: str) -> Answer:
    """An HTML page."""
    text = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>Invented board: {title}</h1>{body}</body></html>"
    )
    return Answer(text.encode())
