"""Look-ups by JSON: what is asked, what a cap means, and who was not found."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scrapers.adapter import Wanted, adapter_for
from scrapers.captures import Captures
from scrapers.record import RegistryRecord
from scrapers.recording import RecordedPage, Recording, Replay, load_recording
from scrapers.report import Outcome, RunReport
from scrapers.run import Scrape
from scrapers.spec import find_spec

RECORDINGS = Path(__file__).parent.parent / "registries"
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def asked(registry: str, wanted: Wanted) -> list[str]:
    return [request.url for request in adapter_for(find_spec(registry)).lookup(wanted)]


def looked_up(
    registry: str, folder: Path, wanted: Wanted, *pages: RecordedPage
) -> tuple[list[RegistryRecord], RunReport]:
    recording = Recording("lookup", NOON, wanted, pages)
    captures = Captures(folder)
    scrape = Scrape(
        find_spec(registry),
        channel="lookup",
        captures=captures,
        now=lambda: NOON,
        fetcher=Replay(recording, captures),
        wanted=wanted,
    )
    return list(scrape.records()), scrape.report


def page(registry: str, wanted: Wanted, answer: Any) -> RecordedPage:
    return RecordedPage(asked(registry, wanted)[0], json.dumps(answer).encode())


@pytest.mark.parametrize("number", ["671", "000671", "00000671", "AC 671"])
def test_new_york_is_asked_with_six_digits(number: str) -> None:
    [url] = asked("us_ny", Wanted(number=number))
    assert url.endswith("professionCode=025&licenseNumber=000671")


def test_ten_names_in_new_york_may_be_more(tmp_path: Path) -> None:
    recorded = load_recording(RECORDINGS / "us_ny")
    names, person, *_ = recorded.pages
    summary = json.loads(names.body)["content"][0]
    ten = replace(names, body=json.dumps({"content": [summary] * 10}).encode())
    records, report = looked_up("us_ny", tmp_path, Wanted(family="Holloway"), ten, person)
    assert len(records) == 1
    assert (report.outcome, "10 people at most" in report.reason) == (Outcome.INCOMPLETE, True)


def test_names_of_new_york_are_kept_whole() -> None:
    expected = json.loads((RECORDINGS / "us_ny" / "expected.json").read_text(encoding="utf-8"))
    holders = [record["holder"] for record in expected["records"]]
    assert {"HOLLOWAY WREN ADAIR", "HOLLOWAY DE LA CRUZ MARISOL"} <= {holder["raw"] for holder in holders}
    assert {(holder["given"], holder["middle"], holder["family"]) for holder in holders} == {("", "", "")}


def test_another_profession_with_the_same_number_is_not_read(tmp_path: Path) -> None:
    person = json.loads(load_recording(RECORDINGS / "us_ny").pages[1].body)
    person["profession"]["value"] = "Medicine (060)"
    wanted = Wanted(number="990671")
    records, report = looked_up("us_ny", tmp_path, wanted, page("us_ny", wanted, person))
    assert (records, report.skipped) == ([], 1)


@pytest.mark.parametrize("answer", [[], {}, "", None, {"message": "unavailable"}], ids=str)
def test_an_empty_answer_of_new_york_is_not_nobody(tmp_path: Path, answer: Any) -> None:
    wanted = Wanted(number="990671")
    records, report = looked_up("us_ny", tmp_path, wanted, page("us_ny", wanted, answer))
    assert (records, report.outcome) == ([], Outcome.CHANGED)


def test_a_search_that_announces_nobody_is_complete(tmp_path: Path) -> None:
    wanted = Wanted(number="LAC-990199")
    answer = page("us_az", wanted, {"totalCount": 0, "result": []})
    records, report = looked_up("us_az", tmp_path, wanted, answer)
    assert (records, report.outcome) == ([], Outcome.COMPLETE)


@pytest.mark.parametrize("total", [7, "3", None, True, -1, 2.5], ids=str)
def test_a_total_that_does_not_fit_is_noticed(tmp_path: Path, total: Any) -> None:
    wanted = Wanted(family="Holloway")
    answer = page("us_az", wanted, {"totalCount": total, "result": []})
    records, report = looked_up("us_az", tmp_path, wanted, answer)
    assert records == []
    assert report.outcome is (Outcome.INCOMPLETE if total == 7 else Outcome.CHANGED)
