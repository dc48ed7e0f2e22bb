"""Invented boards in the usual shapes, described by YAML alone as an operator would, and what they publish."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from werkzeug import Request as Asked

from scrapers.record import RegistryRecord
from scrapers.run import RunReport
from scrapers.spec import RegistrySpec
from tests.scrapers.making import make_file, make_spec, read_files

HEADINGS = ("Permit", "Practitioner", "Condition", "Good through", "Town")
PEOPLE = (
    ("TW-101", "Hollis, Wren", "In force", "06/30/2027", "Marlow"),
    ("TW-102", "Okafor, Ada", "Run out", "01/31/2020", "Pell"),
    ("TW-103", "Brandt, Ivo", "Limited", "12/31/2026", "Marlow"),
    ("TW-104", "Quist, Mei", "In force", "03/31/2027", "Oak Bay"),
    ("TW-105", "Sarn, Lio", "In force", "02/28/2027", "Pell"),
    ("TW-106", "Vane, Uma", "Run out", "02/28/2019", "Pell"),
)
NUMBERS = [person[0] for person in PEOPLE]
COLUMNS: dict[str, Any] = {
    "number": "Permit",
    "holder.name": {"from": "Practitioner", "split": "family_comma_given"},
    "expires_on": "Good through",
    "place.city": "Town",
}
WORDS = {"active": ["In force"], "expired": ["Run out"], "restricted": ["Limited"]}
ADDRESS = "https://board.example"


def table_board(folder: Path, *, channel: dict[str, Any] | None = None, **changes: Any) -> RegistrySpec:
    """A board whose list is an HTML table at /list."""
    door = {"table": "#list", **(channel or {})}
    given: dict[str, Any] = {
        "platform": "html_table",
        "columns": COLUMNS,
        "standing": {"from": "Condition", "words": WORDS},
        "date_formats": ["%m/%d/%Y"],
        "channels": {"roster": {"start": f"{ADDRESS}/list", **door}, "saved_page": door},
    }
    return make_spec(folder, **(given | changes))


def file_board(folder: Path, *, channel: dict[str, Any] | None = None, **changes: Any) -> RegistrySpec:
    """A board that publishes the same as a file of rows at /list.csv."""
    doors = {"roster": {"start": f"{ADDRESS}/list.csv", **(channel or {})}, "file": channel or {}}
    return table_board(folder, **({"platform": "delimited", "channels": doors} | changes))


def json_board(folder: Path, *, channel: dict[str, Any] | None = None, **changes: Any) -> RegistrySpec:
    """A board that publishes the same as JSON at /api."""
    doors = {"roster": {"start": f"{ADDRESS}/api", **(channel or {})}, "saved_page": channel or {}}
    given: dict[str, Any] = {
        "columns": {
            "number": "permit",
            "holder.family": "last",
            "holder.given": "first",
            "expires_on": "through",
            "place.city": "practice.town",
        },
        "standing": {"from": "state", "words": WORDS},
    }
    return table_board(folder, **({"platform": "json_list", "channels": doors} | given | changes))


def table(
    rows: Sequence[Sequence[str]] = PEOPLE, headings: Sequence[str] = HEADINGS, *, above: str = "", below: str = ""
) -> str:
    """A page with these rows as markup: what is in a cell is not escaped."""
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows)
    return (
        f"<!DOCTYPE html><html><head><title>Permits</title></head><body>{above}<table id='list'><thead><tr>{head}</tr>"
        f"</thead><tbody>{body}</tbody></table>{below}</body></html>"
    )


def csv_text(rows: Sequence[Sequence[str]] = PEOPLE, *, delimiter: str = ",") -> str:
    """A file of rows, every value quoted."""
    return "".join(
        delimiter.join('"' + value.replace('"', '""') + '"' for value in row) + "\n" for row in (HEADINGS, *rows)
    )


def objects(people: Sequence[Sequence[str]] = PEOPLE) -> list[dict[str, Any]]:
    """The same people as JSON objects."""
    found = []
    for permit, name, state, through, town in people:
        last, first = name.split(", ")
        found.append(
            {"permit": permit, "last": last, "first": first, "state": state, "through": through,
             "practice": {"town": town}}
        )  # fmt: skip
    return found


def read_table(folder: Path, page: str | bytes, **changes: Any) -> tuple[list[RegistryRecord], RunReport]:
    """One reading of a saved page."""
    spec = table_board(folder, **changes)
    return read_files(spec, make_file(folder, page, "page.html"), channel="saved_page")


def read_json(folder: Path, document: Any, **changes: Any) -> tuple[list[RegistryRecord], RunReport]:
    """One reading of a saved answer; a text is taken as it stands."""
    text = document if isinstance(document, str | bytes) else json.dumps(document)
    spec = json_board(folder, **changes)
    return read_files(spec, make_file(folder, text, "answer.json"), channel="saved_page")


def read_csv(folder: Path, text: str | bytes, **changes: Any) -> tuple[list[RegistryRecord], RunReport]:
    """One reading of a dropped file."""
    return read_files(file_board(folder, **changes), make_file(folder, text, "list.csv"))


def number_of(asked: Asked) -> int:
    """The how-manieth page is asked for."""
    return int(asked.args.get("page", 1))


def numbers(records: Sequence[RegistryRecord]) -> list[str]:
    return [record.number for record in records]


def names(records: Sequence[RegistryRecord]) -> list[str]:
    return [f"{record.holder.given} {record.holder.family}" for record in records]


def reasons(report: RunReport) -> str:
    """Why rows were rejected, in one text."""
    return " | ".join(error["reason"] for error in report.row_errors)
