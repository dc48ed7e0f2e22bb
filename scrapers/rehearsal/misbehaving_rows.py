"""Misbehavior of what is published: columns, numbers, dates, names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scrapers.rehearsal.misbehavior import CHANGED, COMPLETE, INCOMPLETE, JSON_SHAPES, SUSPECT, Misbehavior
from scrapers.rehearsal.people import Person

Rows = list[dict[str, Any]]
NO_COLUMNS = ("us_nppes",)  # its answers are objects that are looked into, not rows
UNDATED = ("us_nd", "us_co_lookup", "us_ct_lookup", "us_nppes")


def renamed(rows: Rows) -> Rows:
    """The first column has another name."""
    return [{f"{name} (new)" if at == 0 else name: row[name] for at, name in enumerate(row)} for row in rows]


def added(rows: Rows) -> Rows:
    return [{**row, "Fax": "202-555-0111"} for row in rows]


def reordered(rows: Rows) -> Rows:
    return [dict(reversed(row.items())) for row in rows]


def named(given: str, family: str) -> Callable[[list[Person]], list[Person]]:
    """The first of the people is called so."""
    return lambda people: [replace(people[0], given=given, family=family), *people[1:]]


def twice(people: list[Person]) -> list[Person]:
    """The first one stands there again, word for word."""
    return [*people, replace(people[0], spoiled="stands there already")]


def two_people(people: list[Person]) -> list[Person]:
    """The number of the second one belongs to somebody else too."""
    return [*people, replace(people[-1], number=people[1].number, given="Wilhelmina", family="Oddfellow")]


def mixed_dates(people: list[Person]) -> list[Person]:
    spoiled = {"expires_on": "2027.31.01"}
    return [replace(who, said=spoiled, spoiled="no date") if at == 1 else who for at, who in enumerate(people)]


def nulls(people: list[Person]) -> list[Person]:
    """The first has neither town nor date, the second no number."""
    first = replace(people[0], said={"place.city": None, "expires_on": None})
    return [first, replace(people[1], said={"number": None}, spoiled="no number"), *people[2:]]


# Accela's cells have no headings: another order of them is another page.
_WITHOUT_HEADINGS = {"us_mi": (CHANGED, "holds no link")}
# Two postbacks that give the same person may also be a session that has lost its way: such a look-up is not believed.
_CAUTIOUS = dict.fromkeys(("us_md_web", "us_tx_tmb"), (SUSPECT, "gives the same"))
# A row that comes again on another page may stand in the place of one that was left out.
_ON_ANOTHER_PAGE = dict.fromkeys(("shape_json", "shape_table", "shape_postback"), (INCOMPLETE, "came again"))
# The number tells the profession there: a row without one is another profession's. New York asks by it.
_WITHOUT_A_NUMBER = {"us_co_lookup": (COMPLETE, ""), "us_tx_tmb": (COMPLETE, ""), "us_ny": (CHANGED, "answers 404")}

ROWS = (
    Misbehavior(
        "renamed_column",
        "a column has another name",
        CHANGED,
        "missing|new|no field|fit|names|unlike|no label",
        rows=renamed,
        but=NO_COLUMNS,
    ),
    Misbehavior("added_column", "there is a column more", CHANGED, "new|cells", rows=added, but=NO_COLUMNS),
    Misbehavior(
        "reordered_columns",
        "the columns stand in another order",
        rows=reordered,
        but=NO_COLUMNS,
        right_for=_WITHOUT_HEADINGS,
    ),
    Misbehavior(
        "script_in_names", "a name holds a script", people=named("Wren", "<script>alert('x')</script>Holloway")
    ),
    Misbehavior("html_in_json", "a name holds markup", shapes=JSON_SHAPES, people=named("<b>Wren</b>", "Holloway")),
    Misbehavior(
        "duplicate_rows",
        "a row stands there twice",
        people=twice,
        but=NO_COLUMNS,
        right_for=_CAUTIOUS | _ON_ANOTHER_PAGE,
    ),
    Misbehavior("same_number_two_people", "two people have one number", people=two_people, but=("us_ny", *NO_COLUMNS)),
    Misbehavior(
        "mixed_dates",
        "a date in another form than the others",
        INCOMPLETE,
        "is no date",
        people=mixed_dates,
        but=UNDATED,
    ),
    Misbehavior(
        "nulls",
        "values and a number that are not there",
        INCOMPLETE,
        "has nothing in",
        people=nulls,
        but=NO_COLUMNS,
        right_for=_WITHOUT_A_NUMBER,
    ),
    Misbehavior("chinese_names", "a name in Chinese letters", people=named("小明", "王")),
    Misbehavior(
        "right_to_left_names",
        "a name that is written from right to left, with marks that cannot be seen",
        people=named("\u200fمريم\u200f", "الزهراء"),
    ),
    Misbehavior(
        "combining_names", "a name in letters and marks that combine", people=named("Zoe\u0308", "Nguye\u0302\u0303n")
    ),
    Misbehavior(
        "newlines_and_quotes",
        "line breaks and quotes in values",
        people=named('Ann\n"Wren"', 'O"Hara, "Jr"'),
        shapes=("csv", "workbook", "json", "socrata"),
    ),
)
