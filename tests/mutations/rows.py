"""Ways to spoil the list in an answer: its columns and its rows."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.mutations.grids import ABSENT, Grid, columns_of, places
from tests.mutations.sources import Source

Change = Callable[[Grid, Source], Grid]


def columns_at(grid: Grid, source: Source, *fields: str) -> list[int]:
    """Where the published columns of these fields stand."""
    return places(grid, columns_of(source.spec, fields))


def with_values(grid: Grid, where: list[int], change: Callable[[Any], Any]) -> Grid:
    """The grid with the values of these columns changed, those that are there."""
    return grid.with_rows(
        [change(cell) if at in where and cell not in (ABSENT, None) else cell for at, cell in enumerate(row)]
        for row in grid.rows
    )


# Columns -------------------------------------------------------------------------------------------------------------


def columns_reversed(grid: Grid, source: Source) -> Grid:
    return grid.with_columns(list(reversed(range(len(grid.headings)))))


def column_added(grid: Grid, source: Source) -> Grid:
    wider = grid.with_columns([0, *range(len(grid.headings))])
    headings = ["Portal Reference", *grid.headings]
    return Grid(
        grid.shape, grid.body, grid.channel, headings, [[f"R{at}", *row[1:]] for at, row in enumerate(wider.rows)]
    )


def _renamed(*fields: str) -> Change:
    def change(grid: Grid, source: Source) -> Grid:
        chosen = columns_at(grid, source, *fields)
        headings = [f"{name} (new)" if at in chosen else name for at, name in enumerate(grid.headings)]
        return Grid(grid.shape, grid.body, grid.channel, headings, grid.rows)

    return change


def _dropped(*fields: str) -> Change:
    def change(grid: Grid, source: Source) -> Grid:
        chosen = columns_at(grid, source, *fields)
        return grid.with_columns([at for at in range(len(grid.headings)) if at not in chosen])

    return change


def headings_lost(grid: Grid, source: Source) -> Grid:
    """The first person's row stands where the headings were."""
    if grid.shape in ("json", "html"):
        return grid
    return Grid(grid.shape, grid.body, grid.channel, [str(cell) for cell in grid.rows[0]], grid.rows[1:])


def headings_shifted(grid: Grid, source: Source) -> Grid:
    return Grid(grid.shape, grid.body, grid.channel, [*grid.headings[1:], grid.headings[0]], grid.rows)


def values_shifted(grid: Grid, source: Source) -> Grid:
    """Each value stands under its neighbor's heading."""
    return grid.with_rows([row[-1], *row[:-1]] for row in grid.rows)


def _swapped(one: str, other: str) -> Change:
    """Two columns stand under each other's heading."""

    def change(grid: Grid, source: Source) -> Grid:
        first, second = columns_at(grid, source, one)[:1], columns_at(grid, source, other)[:1]
        if not (first and second) or first == second:
            return grid
        order = list(range(len(grid.headings)))
        order[first[0]], order[second[0]] = second[0], first[0]
        return grid.with_rows([row[at] for at in order] for row in grid.rows)

    return change


# Rows ----------------------------------------------------------------------------------------------------------------


def rows_reversed(grid: Grid, source: Source) -> Grid:
    return grid.with_rows(reversed(grid.rows))


def rows_shuffled(grid: Grid, source: Source) -> Grid:
    return grid.with_rows(Random(7).sample(grid.rows, len(grid.rows)))


def rows_repeated(grid: Grid, source: Source) -> Grid:
    return grid.with_rows([*grid.rows, *grid.rows[: max(1, len(grid.rows) // 3)]])


def rows_halved(grid: Grid, source: Source) -> Grid:
    return grid.with_rows(grid.rows[: len(grid.rows) // 2])


def nobody_left(grid: Grid, source: Source) -> Grid:
    return grid.with_rows([])


def rows_short(grid: Grid, source: Source) -> Grid:
    """Each second row ends in its middle. In a short list of objects nobody can tell it: portals leave out the keys of
    what is empty."""
    if grid.shape == "xlsx" or (grid.shape == "json" and not source.is_long):
        return grid
    short = [row[: len(row) // 2] if at % 2 else row for at, row in enumerate(grid.rows)]
    return grid.with_rows(short)


COLUMNS: dict[str, Change] = {
    "columns reversed": columns_reversed,
    "a column added": column_added,
    "number's column renamed": _renamed("number"),
    "standing's column renamed": _renamed("standing"),
    "expiry's column renamed": _renamed("expires_on"),
    "number's column dropped": _dropped("number"),
    "standing's column dropped": _dropped("standing"),
    "names' columns dropped": _dropped("holder."),
    "headings lost": headings_lost,
    "headings shifted by one": headings_shifted,
    "values shifted by one": values_shifted,
    "standing and number swapped": _swapped("standing", "number"),
    "standing and family name swapped": _swapped("standing", "holder.family"),
    "standing and whole name swapped": _swapped("standing", "holder.name"),
    "number and family name swapped": _swapped("number", "holder.family"),
    "number and whole name swapped": _swapped("number", "holder.name"),
    "expiry and number swapped": _swapped("expires_on", "number"),
    "issue and expiry swapped": _swapped("issued_on", "expires_on"),
    "whole name and city swapped": _swapped("holder.name", "place.city"),
}
ROWS: dict[str, Change] = {
    "rows reversed": rows_reversed,
    "rows shuffled": rows_shuffled,
    "rows repeated": rows_repeated,
    "half of the rows": rows_halved,
    "nobody left": nobody_left,
    "rows cut short": rows_short,
}
