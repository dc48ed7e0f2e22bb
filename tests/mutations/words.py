"""Ways to spoil the words in a list: standings, numbers, names, dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from scrapers.record import Authority
from tests.mutations.grids import Grid
from tests.mutations.rows import Change, columns_at, with_values
from tests.mutations.sources import Source

_DATES = ("%m/%d/%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S.%f", "%Y%m%d", "%d/%m/%Y", "%m-%d-%Y", "%B %d, %Y", "%d-%b-%Y")


def _emptied(*fields: str) -> Change:
    return lambda grid, source: with_values(grid, columns_at(grid, source, *fields), lambda value: "")


def one_column_shuffled(*fields: str) -> Change:
    """The values of one column stand in other people's rows: each is right in itself, and nothing tells."""

    def change(grid: Grid, source: Source) -> Grid:
        chosen = columns_at(grid, source, *fields)
        turned = [*grid.rows[1:], grid.rows[0]]
        pairs = zip(grid.rows, turned, strict=True)
        return grid.with_rows([[b[at] if at in chosen else a[at] for at in range(len(a))] for a, b in pairs])

    return change


def _words(text: Any, *fields: str) -> Change:
    return lambda grid, source: with_values(grid, columns_at(grid, source, *fields), lambda value: text)


def dates_otherwise(grid: Grid, source: Source) -> Grid:
    return with_values(grid, columns_at(grid, source, "expires_on", "issued_on"), _otherwise)


def _otherwise(value: Any) -> Any:
    return _with_day(value, lambda day, form: day.strftime("%d.%m.%y"))


def _with_day(value: Any, change: Callable[[datetime, str], str]) -> Any:
    """The value with its date changed, given the form it is written in; what is no date stays."""
    for form in _DATES:
        try:
            day = datetime.strptime(str(value).strip(), form)  # noqa: DTZ007 - a day
        except ValueError:
            continue
        return change(day, form)
    return value


def day_before_month(grid: Grid, source: Source) -> Grid:
    """Each date has its day where its month was."""
    turned = {"%m": "%d", "%d": "%m"}

    def change(day: datetime, form: str) -> str:
        return day.strftime(re.sub("%[md]", lambda sign: turned[sign[0]], form))

    return with_values(
        grid, columns_at(grid, source, "expires_on", "issued_on"), lambda value: _with_day(value, change)
    )


def old_copy(grid: Grid, source: Source) -> Grid:
    """As it was four years ago: each license ends as much earlier."""

    def change(day: datetime, form: str) -> str:
        return day.replace(year=day.year - 4, day=min(day.day, 28)).strftime(form)

    return with_values(grid, columns_at(grid, source, "expires_on"), lambda value: _with_day(value, change))


def numbers_respaced(grid: Grid, source: Source) -> Grid:
    """AC 123 becomes AC-0123: written differently, and the same."""
    change = lambda value: re.sub(r"^(\D*?)[ .-]*(\d+)", r"\1-\2", str(value).strip()).lstrip("-")  # noqa: E731
    return with_values(grid, columns_at(grid, source, "number"), change)


def _numbers(change: Callable[[str], str]) -> Change:
    return lambda grid, source: with_values(grid, columns_at(grid, source, "number"), lambda value: change(str(value)))


def _other_numbers(change: Callable[[str], str]) -> Change:
    """Everybody bears another number. Whom a short page or a search for a name finds may be a namesake."""

    def mutate(grid: Grid, source: Source) -> Grid:
        wanted = source.recording.wanted
        may_be_namesakes = not wanted.number if wanted else len(grid.rows) < 3
        return grid if may_be_namesakes else _numbers(change)(grid, source)

    return mutate


def _of_somebody_else(number: str) -> str:
    return re.sub(r"\d", lambda digit: str((int(digit[0]) + 7) % 10), number)


def one_number_for_all(grid: Grid, source: Source) -> Grid:
    """Only in a board's own list of three or more. Two people of one number may be true, for two boards count from one;
    and what holders type in nobody checks."""
    is_own_list = source.is_list and source.spec.authority is Authority.ISSUER
    return _words("AC 1", "number")(grid, source) if is_own_list and len(grid.rows) > 2 else grid


WORDS: dict[str, Change] = {
    "an unknown standing for all": _words("Zonked", "standing"),
    "no standing for all": _words("", "standing"),
    "Error for each standing": _words("#N/A", "standing"),
    "numbers lost": _words("", "number"),
    "one number for all": one_number_for_all,
    "names lost": _emptied("holder."),
    "undefined for each name": _words("undefined", "holder."),
    "dates in another form": dates_otherwise,
    "a date that is none": _words("00/00/0000", "expires_on"),
    "markup in each name": _words('<script>alert("x")</script>', "holder.family", "holder.name"),
    "numbers written differently": numbers_respaced,
    "standings in other people's rows": one_column_shuffled("standing"),
    "day before month": day_before_month,
    "an old copy": old_copy,
    "numbers without their letters": _numbers(lambda number: re.sub(r"^\D+", "", number)),
    "numbers of other people": _other_numbers(_of_somebody_else),
    "numbers as a spreadsheet has them": _other_numbers(
        lambda number: f"{float(number):.2E}" if number.isdigit() else number
    ),
    "no place for all": _emptied("place.city", "place.region", "place.postal_code"),
    "no discipline for all": _emptied("discipline", "restrictions"),
    "no issue for all": _emptied("issued_on"),
}
