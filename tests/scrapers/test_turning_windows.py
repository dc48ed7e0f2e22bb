"""JSON in windows, datasets and files over real HTTP, by description alone: whole, or it says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request as Asked
from werkzeug import Response

from scrapers.run import Outcome
from scrapers.spec import RegistrySpec
from tests.scrapers.boards import (
    ADDRESS,
    NUMBERS,
    PEOPLE,
    csv_text,
    file_board,
    json_board,
    number_of,
    numbers,
    objects,
)
from tests.scrapers.conftest import Read

Answer = Callable[[Asked], str | Response]


def as_json(document: Any) -> Response:
    return Response(json.dumps(document), content_type="application/json")


def window(asked: Asked) -> list[dict[str, Any]]:
    start = int(asked.args.get("skip", 2 * number_of(asked) - 2))
    return objects()[start : start + 2]


def following(asked: Asked) -> dict[str, Any]:
    page = int(asked.args.get("cursor", "k1")[1:]) if "cursor" in asked.args else number_of(asked)
    return {
        "rows": objects()[2 * page - 2 : 2 * page],
        "links": {"next": f"/api?page={page + 1}" if page < 3 else None},
        "cursor": f"k{page + 1}" if page < 3 else "",
    }


@pytest.mark.parametrize(
    ("options", "channel", "answer"),
    [
        ({"offset_parameter": "skip"}, {"total_at": ["n"]}, lambda a: {"n": 6, "rows": window(a)}),
        ({"offset_parameter": "skip"}, {}, lambda a: {"rows": window(a)}),
        ({"page_parameter": "page"}, {"total_at": ["n"]}, lambda a: {"rows": window(a), "n": "6"}),
        ({"page_parameter": "page"}, {}, lambda a: {"rows": window(a)}),
        ({"next_at": ["links", "next"]}, {}, following),
        ({"next_at": "cursor", "next_parameter": "cursor"}, {}, following),
    ],
)
def test_json_is_asked_for_to_its_end(
    tmp_path: Path, read: Read, options: dict[str, Any], channel: dict[str, Any], answer: Callable[[Asked], Any]
) -> None:
    spec = json_board(tmp_path, channel={"list_at": "rows", **channel}, options=options)
    records, report = read(spec, "/api", lambda asked: as_json(answer(asked)))
    assert (numbers(records), report.outcome) == (NUMBERS, Outcome.COMPLETE)


@pytest.mark.parametrize(
    ("options", "answer", "outcome", "told"),
    [
        ({"offset_parameter": "skip"}, lambda a: {"n": 6, "rows": objects()[:2]}, Outcome.SUSPECT, "gives the same"),
        ({"offset_parameter": "skip"}, lambda a: {"n": 9, "rows": window(a)}, Outcome.INCOMPLETE, "6 of 9"),
        (
            {"page_parameter": "page"},
            lambda a: {"n": 5 + number_of(a), "rows": window(a)},
            Outcome.INCOMPLETE,
            "totals",
        ),
        ({"next_at": "next"}, lambda a: {"n": 6, "rows": [], "next": "/api?page=2"}, Outcome.CHANGED, "leads on"),
        ({"next_at": "next"}, lambda a: {"n": 6, "rows": objects(), "next": "/api"}, Outcome.SUSPECT, "was read"),
        ({"next_at": "next"}, lambda a: {"n": 6, "rows": objects(), "next": {}}, Outcome.CHANGED, "next is '{}'"),
        ({"next_at": "next"}, lambda a: {"n": 6, "rows": objects()}, Outcome.CHANGED, "has no 'next'"),
        (
            {"next_at": "next"},
            lambda a: {"n": 6, "rows": objects(), "next": "http://elsewhere.example/"},
            Outcome.CHANGED,
            "is not this registry's",
        ),
    ],
)
def test_json_windows_that_go_wrong_are_never_a_whole_list(
    tmp_path: Path, read: Read, options: dict[str, Any], answer: Callable[[Asked], Any], outcome: Outcome, told: str
) -> None:
    spec = json_board(tmp_path, channel={"list_at": "rows", "total_at": "n"}, options=options)
    report = read(spec, "/api", lambda asked: as_json(answer(asked)))[1]
    assert report.outcome is outcome
    assert told in report.reason


def dataset(folder: Path) -> RegistrySpec:
    doors = {"roster": {"start": f"{ADDRESS}/api", "page_size": 2}}
    columns = {"number": "permit", "holder.family": "last", "holder.given": "first", "expires_on": "through"}
    return json_board(folder, platform="socrata", channels=doors, columns=columns)


def portal(asked: Asked, *, count: Any = "6", keep: Callable[[dict[str, Any]], bool] = lambda row: True) -> Response:
    """Windows of a dataset that has no places, and leaves empty columns out of a row."""
    if "$select" in asked.args:
        return as_json([{"count": count}])
    start = int(asked.args["$offset"])
    rows = [{key: value for key, value in row.items() if key != "practice"} for row in objects()]
    shown = [row if keep(row) else {key: row[key] for key in row if key != "through"} for row in rows]
    return as_json(shown[start : start + int(asked.args["$limit"])])


def test_a_dataset_leaves_empty_columns_out_of_its_rows(tmp_path: Path, read: Read) -> None:
    records, report = read(dataset(tmp_path), "/api", lambda a: portal(a, keep=lambda row: row["permit"] != "TW-103"))
    assert (numbers(records), report.outcome) == (NUMBERS, Outcome.COMPLETE)
    assert [record.number for record in records if record.expires_on is None] == ["TW-103"]


@pytest.mark.parametrize(
    ("answer", "outcome", "told"),
    [
        (lambda a: portal(a, keep=lambda row: False), Outcome.CHANGED, "column through is missing"),
        (lambda a: portal(a, count=10**9), Outcome.INCOMPLETE, "6 of 1000000000"),
        (lambda a: portal(a, count="²"), Outcome.CHANGED, "counts '²'"),
        (lambda a: as_json({"error": True, "message": "no such dataset"}), Outcome.CHANGED, "no such dataset"),
    ],
)
def test_a_dataset_that_is_not_what_it_was_is_said(
    tmp_path: Path, read: Read, answer: Answer, outcome: Outcome, told: str
) -> None:
    report = read(dataset(tmp_path), "/api", answer)[1]
    assert report.outcome is outcome
    assert told in report.reason


def test_the_charset_of_a_file_is_what_its_header_says(tmp_path: Path, read: Read) -> None:
    body = csv_text([("TW-9", "Müller, José", *PEOPLE[0][2:])]).encode("cp1252")
    answer = Response(body, content_type="text/csv; charset=windows-1252")
    records, report = read(file_board(tmp_path), "/list.csv", lambda asked: answer)
    assert ([record.holder.family for record in records], report.outcome) == (["Müller"], Outcome.COMPLETE)
