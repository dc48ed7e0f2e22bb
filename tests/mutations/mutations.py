"""The mutations by name: each makes of a source's recording another one, or an outage on the way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from scrapers.errors import SourceBlocked, SourceDown, SourceError
from scrapers.recording import RecordedPage, Recording
from tests.mutations import bodies, rows, words
from tests.mutations.grids import grid_of
from tests.mutations.sources import Source
from tests.registries.tampering import renamings, shape_of


@dataclass(frozen=True)
class Mutated:
    """What the source answers now. `error` is raised in place of the answer number `after` and of later ones."""

    recording: Recording
    error: Callable[[], SourceError] | None = None
    after: int = 0


@dataclass(frozen=True)
class Mutation:
    """`is_harmless`: it says the same in another way, so that a reader should not mind.

    `looks_true`: nobody can tell it from a source that changed. Long lists are held for a person; where a list is
    short, only its declared total or the number of records expected of the real one would tell.
    """

    name: str
    change: Callable[[Source], Mutated | None]
    is_harmless: bool = False
    looks_true: bool = False

    def of(self, source: Source) -> Mutated | None:
        """What becomes of the source; None where it can't be mutated so."""
        return self.change(source)


HARMLESS = {"rows reversed", "rows shuffled"}
LOOKS_TRUE = {"half of the rows", "nobody left", "cut at a line", "standings in other people's rows", "empty JSON list"}


def mutations() -> list[Mutation]:
    """Each of them."""
    found = [Mutation(f"{name}, everywhere", _everywhere(_always(body))) for name, body in bodies.WHOLLY_OTHER.items()]
    found += [Mutation(f"{name}, on the last page", _last(_always(body))) for name, body in bodies.WHOLLY_OTHER.items()]
    found += [Mutation(name, _everywhere(change)) for name, change in bodies.DAMAGES.items()]
    found += [Mutation(f"{name}, on the last page", _last(change)) for name, change in bodies.DAMAGES.items()]
    for table in (rows.COLUMNS, rows.ROWS, words.WORDS):
        found += [Mutation(name, _rows(change)) for name, change in table.items()]
    found += [Mutation(name, change) for name, change in PAGES.items()]
    return [
        replace(
            each,
            is_harmless=each.name in HARMLESS,
            looks_true=each.name.removesuffix(", on the last page").removesuffix(", everywhere") in LOOKS_TRUE,
        )
        for each in found
    ]


def renamed(source: Source) -> Iterator[Mutation]:
    """One mutation for each heading or key of the source's longest answer."""
    chosen = max(source.recording.bodies, key=len)
    for name, body in renamings(chosen, source.channel, set()):
        changed = [body if each is chosen else each for each in source.recording.bodies]
        mutated = Mutated(source.recording.with_bodies(changed))
        yield Mutation(f"{name} renamed", lambda _, mutated=mutated: mutated)


# Making them ---------------------------------------------------------------------------------------------------------


def _always(body: bytes) -> bodies.Change:
    return lambda _: body


def _changed(source: Source, changed: list[bytes]) -> Mutated | None:
    return None if changed == source.recording.bodies else Mutated(source.recording.with_bodies(changed))


def _everywhere(change: bodies.Change) -> Callable[[Source], Mutated | None]:
    return lambda source: _changed(source, [change(body) for body in source.recording.bodies])


def _last(change: bodies.Change) -> Callable[[Source], Mutated | None]:
    def mutate(source: Source) -> Mutated | None:
        *others, last = source.recording.bodies
        return _changed(source, [*others, change(last)]) if others else None

    return mutate


def _rows(change: rows.Change) -> Callable[[Source], Mutated | None]:
    def mutate(source: Source) -> Mutated | None:
        return _changed(source, [_with_rows(source, change, body) for body in source.recording.bodies])

    return mutate


def _with_rows(source: Source, change: rows.Change, body: bytes) -> bytes:
    grid = grid_of(body, source.channel)
    if grid is None:
        return body
    changed = change(grid, source)
    return body if (changed.headings, changed.rows) == (grid.headings, grid.rows) else changed.written()


# Pages and the line --------------------------------------------------------------------------------------------------


def _pages(source: Source) -> list[RecordedPage]:
    return list(source.recording.pages)


def _with_pages(source: Source, pages: list[RecordedPage]) -> Mutated:
    return Mutated(replace(source.recording, pages=tuple(pages)))


def last_page_missing(source: Source) -> Mutated | None:
    return _with_pages(source, _pages(source)[:-1]) if len(_pages(source)) > 1 else None


def pages_swapped(source: Source) -> Mutated | None:
    """Of the last two pages each is given for the other."""
    found = _pages(source)
    if len(found) < 2 or found[-1].body == found[-2].body:
        return None
    found[-2:] = [replace(found[-2], body=found[-1].body), replace(found[-1], body=found[-2].body)]
    return _with_pages(source, found)


def page_repeated(source: Source) -> Mutated | None:
    """The page before the last one comes twice."""
    found = _pages(source)
    if len(found) < 2:
        return None
    return _with_pages(source, [*found[:-1], replace(found[-1], body=found[-2].body)])


def first_page_for_all(source: Source) -> Mutated | None:
    found = _pages(source)
    if len(found) < 2:
        return None
    return _with_pages(source, [replace(page, body=found[0].body) for page in found])


def other_total(source: Source) -> Mutated | None:
    """The last page, or the only one, announces another total."""
    changed = [_with_other_total(body) for body in source.recording.bodies]
    for place in reversed(range(len(changed))):
        if changed[place] != source.recording.bodies[place]:
            kept = [*source.recording.bodies]
            kept[place] = changed[place]
            return Mutated(source.recording.with_bodies(kept))
    return None


def _with_other_total(body: bytes) -> bytes:
    if shape_of(body) == "json":
        return re.sub(rb'("(?:count|totalCount|total|recordCount|result_count)": ?"?)(\d+)', rb"\g<1>9\2", body)
    if shape_of(body) == "html":
        return re.sub(rb"(\d+)( (?:records?|results?|licensees|rows|matches)\b)", rb"9\1\2", body)
    return body


def html_for_json(source: Source) -> Mutated | None:
    """Each JSON answer is wrapped into a page."""
    changed = [
        b"<html><body><pre>" + body + b"</pre></body></html>" if shape_of(body) == "json" else body
        for body in source.recording.bodies
    ]
    return _changed(source, changed)


def in_an_envelope(source: Source) -> Mutated | None:
    """Each JSON answer moves one level down."""
    changed = [
        json.dumps({"version": 2, "payload": json.loads(body)}).encode() if shape_of(body) == "json" else body
        for body in source.recording.bodies
    ]
    return _changed(source, changed)


def _fails(error: Callable[[], SourceError], *, late: bool) -> Callable[[Source], Mutated | None]:
    def mutate(source: Source) -> Mutated | None:
        pages = len(source.recording.pages)
        if not pages or (late and pages < 2):
            return None
        return Mutated(source.recording, error, after=pages - 1 if late else 0)

    return mutate


_OUTAGES: dict[str, Callable[[], SourceError]] = {
    "no answer": lambda: SourceDown("gave no answer in 30 seconds"),
    "connection reset": lambda: SourceDown("broke off in the middle of its answer"),
    "answers 403": lambda: SourceBlocked("answers 403"),
    "answers 429 for ever": lambda: SourceDown("answers 429 again and again", not_before=3600.0),
    "maintenance by its own word": lambda: SourceDown("is down for maintenance", in_maintenance=True),
}

PAGES: dict[str, Callable[[Source], Mutated | None]] = {
    "last page missing": last_page_missing,
    "last pages swapped": pages_swapped,
    "page repeated": page_repeated,
    "first page for all": first_page_for_all,
    "another total": other_total,
    "HTML for JSON": html_for_json,
    "JSON in an envelope": in_an_envelope,
    **{f"{name}, at once": _fails(error, late=False) for name, error in _OUTAGES.items()},
    **{f"{name}, on the last page": _fails(error, late=True) for name, error in _OUTAGES.items()},
}
