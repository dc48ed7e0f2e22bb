"""JSON lists with everything that JSON allows, and with what it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scrapers import run
from scrapers.errors import RowRejected, SourceChanged
from scrapers.json_document import JsonDocument, strictly
from scrapers.run import Outcome
from tests.scrapers.boards import NUMBERS, numbers, objects, read_json, reasons

WHOLE = json.dumps(objects())
OTHERS = [number for number in NUMBERS if number != "TW-102"]


def with_second(**changes: Any) -> list[Any]:
    first, second, *rest = objects()
    return [first, second | changes, *rest]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<html><body>Welcome</body></html>", "is not JSON: '<html>"),
        (WHOLE[:-60], "is not JSON"),
        (WHOLE + "]", "more behind its end"),
        (WHOLE.replace('"TW-102"', "NaN"), "NaN, which is not JSON"),
        (WHOLE.replace('"TW-102"', "-Infinity"), "-Infinity, which is not JSON"),
        ("[" * 200_000, "is not JSON"),
        ('{"error": "no such list"}', 'holds no list: \'{"error"'),
        ('"a text"', "holds no list"),
        ("   \n", "is empty"),
        (WHOLE.replace('"permit"', '"permit_no"'), "column permit_no is new"),
        (json.dumps([{**one, "fee": 1} for one in objects()]), "column fee is new"),
        (WHOLE.replace('"through": "', '"thr": "'), "column through is missing"),
    ],
)
def test_what_is_not_the_described_list_is_refused_whole(tmp_path: Path, text: str, told: str) -> None:
    records, report = read_json(tmp_path, text)
    assert (records, report.outcome) == ([], Outcome.CHANGED)
    assert told in report.reason


def test_a_column_that_no_object_has_is_missing(tmp_path: Path) -> None:
    without = [{key: value for key, value in one.items() if key != "through"} for one in objects()]
    report = read_json(tmp_path, without)[1]
    assert (report.outcome, "column through is missing" in report.reason) == (Outcome.CHANGED, True)


@pytest.mark.parametrize(
    ("listed", "because"),
    [
        ([objects()[0], None, *objects()[2:]], "is 'None', where an object should be"),
        ([objects()[0], "text", *objects()[2:]], "is 'text', where an object should be"),
        (with_second(permit=None), "has nothing in permit"),
        (with_second(last=None, first=None), "names nobody"),
        (with_second(permit=True), "permit says true"),
        (with_second(last=["Okafor", "Bo"]), "should be one text"),
        (with_second(permit=int("9" * 4000)), "4000 letters long"),
        (with_second(first="A\ufffdda"), "character that was lost"),
        (with_second(first="a" * 301), "301 letters long"),
        (WHOLE.replace("Okafor", "Oka\\ud800for"), "half a letter"),
        (WHOLE.replace("Okafor", "Oka\\u0000for"), "holds a NUL"),
        (with_second(**{"practice.town": "Pell"}), "says practice.town twice"),
        (WHOLE.replace('"permit": "TW-102"', '"permit": "TW-9", "permit": "TW-102"'), "says 'permit' twice"),
        (WHOLE.replace('"TW-102"', "1e999"), "too large for a number"),
        (WHOLE.replace('"Okafor"', "[" * 900 + "]" * 900), "nested more than"),
        ([objects()[0], {k: v for k, v in objects()[1].items() if k != "through"}, *objects()[2:]], "has no through"),
    ],
)
def test_an_object_that_cannot_be_believed_costs_nobody_else(tmp_path: Path, listed: Any, because: str) -> None:
    records, report = read_json(tmp_path, listed)
    assert (numbers(records), report.outcome) == (OTHERS, Outcome.INCOMPLETE)
    assert because in reasons(report)


@pytest.mark.parametrize(
    ("value", "number"), [(1234, "1234"), (1234.0, "1234"), ("1234.0", "1234"), ("0012", "0012"), (" tw-7 ", "TW-7")]
)
def test_a_number_is_read_whatever_type_it_came_in(tmp_path: Path, value: Any, number: str) -> None:
    records, report = read_json(tmp_path, with_second(permit=value))
    assert (records[1].number, report.outcome) == (number, Outcome.COMPLETE)


def test_null_is_an_empty_value_and_so_is_what_stands_in_a_null_object(tmp_path: Path) -> None:
    records, report = read_json(tmp_path, with_second(through=None, practice=None))
    assert (records[1].expires_on, records[1].place.city, report.outcome) == (None, "", Outcome.COMPLETE)


@pytest.mark.parametrize("list_at", ["result.people", ["result", "people"]])
def test_keys_that_lead_to_the_list_are_a_list_or_have_dots_between_them(tmp_path: Path, list_at: Any) -> None:
    document = {"result": {"people": objects()}, "@odata.count": 6}
    records, report = read_json(tmp_path, document, channel={"list_at": list_at, "total_at": "@odata.count"})
    assert (numbers(records), report.declared) == (NUMBERS, 6)


def test_a_list_further_down_comes_with_its_total_wherever_that_stands(tmp_path: Path) -> None:
    door = {"list_at": ["data", "people"], "total_at": ["meta", "count"]}
    for document in (
        {"meta": {"count": 6}, "data": {"people": objects(), "more": [1, {"x": None}]}},
        {"data": {"people": objects()}, "meta": {"count": "6"}},
    ):
        records, report = read_json(tmp_path, document, channel=door)
        assert (numbers(records), report.declared, report.outcome) == (NUMBERS, 6, Outcome.COMPLETE)


@pytest.mark.parametrize("total", ["²", -1, True, None, "six", 6.5])
def test_a_total_that_is_no_number_is_a_changed_page(tmp_path: Path, total: Any) -> None:
    door = {"list_at": ["people"], "total_at": ["n"]}
    report = read_json(tmp_path, {"people": objects(), "n": total}, channel=door)[1]
    assert (report.outcome, "expected a whole number" in report.reason) == (Outcome.CHANGED, True)


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_a_document_is_the_same_in_whatever_blocks_it_arrives(size: int) -> None:
    text = json.dumps({"a": [1, -2.5, 'x\\u00e9"]', {"b": [True, None]}, []], "c": {"d": 12345}}, indent=1)

    def blocks() -> Iterator[str]:
        return (text[at : at + size] for at in range(0, len(text), size))

    document = JsonDocument(blocks)
    assert list(document.items(["a"])) == json.loads(text)["a"]
    assert document.around == {"a": [], "c": {"d": 12345}}
    assert strictly(text) == json.loads(text)


@pytest.mark.parametrize("text", ["[1,]", "[1 2]", "[", '{"a" 1}', '{"a": [1]', "[1]x", "{1: 2}", "", "[1,,2]", "tru"])
def test_what_python_calls_no_json_is_none(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    with pytest.raises(SourceChanged):
        strictly(text)
    with pytest.raises(SourceChanged):
        list(JsonDocument(lambda: [text]).items())


def test_a_key_that_stands_twice_around_the_list_is_refused() -> None:
    with pytest.raises(SourceChanged, match="'a' twice"):
        list(JsonDocument(lambda: ['{"a": [], "a": [1]}']).items(["a"]))
    with pytest.raises(SourceChanged, match="'b' twice"):
        strictly('{"b": 1, "b": 2}')


def test_a_list_of_rubbish_is_left_before_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MOST_REJECTED", 50)
    report = read_json(tmp_path, [*objects(), *[1] * 1000])[1]
    assert (report.outcome, report.rejected_rows) == (Outcome.CHANGED, 50)


def test_items_after_a_bad_one_are_given() -> None:
    first, bad, last = JsonDocument(lambda: ['[1, {"a": 1, "a": 2}, 3]']).items()
    assert (first, last) == (1, 3)
    assert isinstance(bad, RowRejected)
