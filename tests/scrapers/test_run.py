"""What a run is worth: outcomes, totals, repeats, expectations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from scrapers import run
from scrapers.adapter import Wanted
from scrapers.captures import Captures
from scrapers.errors import SpecError
from scrapers.record import RegistryRecord, Standing
from scrapers.recording import RecordedPage, Recording, Replay
from scrapers.run import Outcome, RunReport, Scrape
from tests.scrapers.making import NOON, ROWS, ask, make_file, make_spec, read_files

WINDOWS: dict[str, Any] = {
    "platform": "json_list",
    "channels": {
        "roster": {"start": "https://board.example/list", "list_at": ["rows"], "total_at": ["total"]},
        "saved_page": {"list_at": ["rows"], "total_at": ["total"]},
    },
    "options": {"offset_parameter": "skip"},
}
A, B, C = (
    f'{{"No": "{n}1", "Last": "Holloway", "First": "Wren", "Status": "Active", "Ends": "2027-06-30"}}' for n in "ABC"
)


def window(total: int, *rows: str) -> bytes:
    return f'{{"total": {total}, "rows": [{", ".join(rows)}]}}'.encode()


def read_windows(folder: Path, *bodies: bytes, **changes: Any) -> tuple[list[RegistryRecord], RunReport]:
    addresses = ["https://board.example/list", *(f"https://board.example/list?skip={n}" for n in (1, 2))]
    pages = tuple(RecordedPage(url, body) for url, body in zip(addresses, bodies, strict=False))
    most = changes.pop("most_pages", None)
    spec, captures = make_spec(folder, **(WINDOWS | changes)), Captures(folder / "captures")
    return ask(spec, Replay(Recording("roster", NOON, pages=pages), captures), captures=captures, most_pages=most)


def test_a_list_in_windows_is_read_to_its_announced_end(tmp_path: Path) -> None:
    records, report = read_windows(tmp_path, window(3, A), window(3, B), window(3, C))
    assert [record.number for record in records] == ["A1", "B1", "C1"]
    assert (report.outcome, report.declared, report.requests, report.pages) == (Outcome.COMPLETE, 3, 3, 3)


def test_a_window_that_does_not_come_is_an_outage_and_not_a_smaller_list(tmp_path: Path) -> None:
    records, report = read_windows(tmp_path, window(3, A), window(3, B))
    assert (len(records), report.outcome) == (2, Outcome.DOWN)


def test_an_announced_total_that_is_not_reached_is_said_in_numbers(tmp_path: Path) -> None:
    _, report = read_windows(tmp_path, window(3, A), window(3, B), window(3))
    assert (report.outcome, report.reason) == (Outcome.INCOMPLETE, "the list ends at 2 of 3; 2 of 3")


def test_windows_that_repeat_stop_the_run(tmp_path: Path) -> None:
    _, report = read_windows(tmp_path, window(3, A), window(3, A), window(3, C))
    assert report.outcome is Outcome.SUSPECT
    assert "the same 1 rows as https://board.example/list" in report.reason


def test_stopping_after_some_pages_as_asked_is_incomplete(tmp_path: Path) -> None:
    _, report = read_windows(tmp_path, window(3, A), window(3, B), window(3, C), most_pages=2)
    assert report.outcome is Outcome.INCOMPLETE
    assert "stopped after 2 pages, as asked" in report.reason


@pytest.mark.parametrize(
    ("bound", "least", "told"),
    [
        ("LONGEST_RUN", 0.0, "0 hours and 0 pages"),
        ("MOST_BYTES", 1, "bytes on 2 pages"),
        ("MOST_ROWS", 2, "rows on 2 pages"),
    ],
)
def test_a_run_as_a_whole_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, least: float, told: str
) -> None:
    monkeypatch.setattr(run, bound, least)
    door = WINDOWS["channels"]["roster"] | {"max_bytes": 150}
    _, report = read_windows(tmp_path, window(3, A), window(3, B), window(3, C), channels={"roster": door})
    assert report.outcome is Outcome.INCOMPLETE
    assert re.search(rf"stopped after .*{told}", report.reason)


def test_a_saved_page_of_a_longer_list_is_incomplete(tmp_path: Path) -> None:
    spec = make_spec(tmp_path, **WINDOWS)
    _, report = read_files(spec, make_file(tmp_path, window(2007, A), "a.json"), channel="saved_page")
    assert (report.outcome, report.reason) == (Outcome.INCOMPLETE, "1 of 2007")


def test_pages_that_announce_different_totals_are_incomplete(tmp_path: Path) -> None:
    spec = make_spec(tmp_path, **WINDOWS)
    files = [make_file(tmp_path, window(1, A), "a.json"), make_file(tmp_path, window(2, B), "b.json")]
    _, report = read_files(spec, *files, channel="saved_page")
    assert "different totals: 1, 2" in report.reason


def test_a_lookup_that_truly_finds_nobody_is_complete(tmp_path: Path) -> None:
    spec = make_spec(tmp_path, **WINDOWS)
    records, report = read_files(spec, make_file(tmp_path, window(0), "a.json"), channel="saved_page")
    assert (records, report.outcome) == ([], Outcome.COMPLETE)


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ({"least": 3}, "2 records, where at least 3 were expected"),
        ({"most": 1}, "2 records, where at most 1 were expected"),
        ({"fill": {"phone": 0.9}}, "phone is filled in 0 of 2 records, expected 90%"),
        ({"fill": {"holder.given": 0.9}}, ""),
    ],
)
def test_a_whole_list_is_believed_only_within_its_bounds(tmp_path: Path, expect: dict[str, Any], told: str) -> None:
    _, report = read_files(make_spec(tmp_path, expect=expect), make_file(tmp_path, ROWS))
    assert report.outcome is (Outcome.SUSPECT if told else Outcome.COMPLETE)
    assert report.reason == told


def test_a_whole_list_without_a_row_is_not_believed_for_its_silence_would_be_said_of_everybody(tmp_path: Path) -> None:
    headings = ROWS.partition("\n")[0] + "\n"
    _, report = read_files(make_spec(tmp_path), make_file(tmp_path, headings))
    assert report.outcome is Outcome.SUSPECT
    assert report.reason == "not a single row, where a whole list was expected"


def test_a_list_with_rows_of_others_only_is_no_whole_list_of_this_registry(tmp_path: Path) -> None:
    spec = make_spec(tmp_path, where={"Status": ["Retired"]})
    records, report = read_files(spec, make_file(tmp_path, ROWS))
    assert (records, report.outcome) == ([], Outcome.INCOMPLETE)
    assert report.reason == "none of the 2 rows belongs to this registry, so its silence means nothing"


@pytest.mark.parametrize(("is_shared", "outcome"), [(False, Outcome.INCOMPLETE), (True, Outcome.COMPLETE)])
def test_rows_of_others_about_a_number_that_only_we_use_do_not_prove_that_nobody_has_it(
    tmp_path: Path, is_shared: bool, outcome: Outcome
) -> None:
    door = {"by_number": "https://board.example/list?no={number}", "list_at": ["rows"], "total_at": ["total"]}
    changes = {"channels": {"lookup": door}, "where": {"Status": ["Retired"]}, "shared_numbers": is_shared}
    spec, captures = make_spec(tmp_path, **(WINDOWS | changes)), Captures(tmp_path / "captures")
    pages = (RecordedPage("https://board.example/list?no=A-1", window(1, A)),)
    replay = Replay(Recording("lookup", NOON, pages=pages), captures)
    records, report = ask(spec, replay, captures=captures, wanted=Wanted(number="A-1"))
    assert (records, report.outcome) == ([], outcome)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            ("Active,Holloway,Wren,A-1", "Active,Okafor,Ada,A-2"),
            "the number has no digit in 2 of 2 records; none of the 2 records says its standing in words",
        ),
        (("A-1,Holloway,Wren,Active", "A-1,Okafor,Ada,Active"), ""),
        (
            ("A-1,Holloway,Wren,Active", "A-1,Okafor,Ada,Active", "A-1,Brandt,Ivo,Active"),
            "all 3 records bear the same number, of different people",
        ),
    ],
)
def test_numbers_that_are_none_are_not_believed(tmp_path: Path, rows: tuple[str, ...], told: str) -> None:
    listed = "".join(f"{row},2027-06-30\n" for row in rows)
    _, report = read_files(make_spec(tmp_path), make_file(tmp_path, ROWS.partition("\n")[0] + "\n" + listed))
    assert (report.outcome, report.reason) == (Outcome.SUSPECT if told else Outcome.COMPLETE, told)


@pytest.mark.parametrize(("kind", "outcome"), [("license", Outcome.SUSPECT), ("exclusion", Outcome.COMPLETE)])
def test_licensees_of_whom_nobody_has_a_number_are_not_believed_and_excluded_people_are(
    tmp_path: Path, kind: str, outcome: Outcome
) -> None:
    spec = make_spec(tmp_path, key=["Last", "No"], issues={"kind": kind, "profession": "acupuncturist"})
    _, report = read_files(spec, make_file(tmp_path, ROWS.replace("A-1", "").replace("A-2", "")))
    assert (report.outcome, "none of the 2 records has a number" in report.reason) == (outcome, kind == "license")


@pytest.mark.parametrize("name", ["undefined", "null, null", "[object Object]", "Active"])
def test_what_is_no_name_rejects_its_row(tmp_path: Path, name: str) -> None:
    spec = make_spec(
        tmp_path,
        columns={"number": "No", "holder.name": {"from": "Last", "split": "family_first"}},
        ignored=["First", "Ends"],
    )
    rows = ROWS.replace("Holloway", f'"{name}"').replace("Okafor", "Nan Null-Nguyen")
    records, report = read_files(spec, make_file(tmp_path, rows))
    assert ([record.holder.raw for record in records], report.outcome) == (["Nan Null-Nguyen"], Outcome.INCOMPLETE)


def test_a_row_that_ends_its_file_without_a_line_break_is_believed_as_far_as_others_bear_it_out(tmp_path: Path) -> None:
    assert read_files(make_spec(tmp_path), make_file(tmp_path, ROWS.rstrip("\n")))[1].outcome is Outcome.COMPLETE
    first = "\n".join(ROWS.split("\n")[:2])
    assert read_files(make_spec(tmp_path), make_file(tmp_path, first, "one.csv"))[1].outcome is Outcome.INCOMPLETE


def test_a_known_record_must_come_back(tmp_path: Path) -> None:
    assert read_files(make_spec(tmp_path, canaries=["A-1"]), make_file(tmp_path, ROWS))[1].reason == ""
    _, report = read_files(make_spec(tmp_path, canaries=["A-9"]), make_file(tmp_path, ROWS))
    assert (report.outcome, report.reason) == (Outcome.SUSPECT, "known records did not come back: A-9")


def test_one_number_with_two_standings_gives_two_records_with_keys_of_their_own(tmp_path: Path) -> None:
    records, report = read_files(
        make_spec(tmp_path), make_file(tmp_path, ROWS + "A-1,Holloway,Wren,Expired,2020-01-01\n")
    )
    assert [record.standing for record in records if record.number == "A-1"] == [Standing.ACTIVE, Standing.EXPIRED]
    assert len({record.source_key for record in records}) == 3
    assert any("stand there again and differ: A-1" in warning for warning in report.warnings)


def test_a_date_in_another_form_is_never_guessed(tmp_path: Path) -> None:
    records, report = read_files(make_spec(tmp_path), make_file(tmp_path, ROWS.replace("2027-06-30", "06/07/2027")))
    assert (len(records), report.outcome) == (1, Outcome.INCOMPLETE)
    assert "'06/07/2027' is no date in the form %Y-%m-%d" in report.row_errors[0]["reason"]


def test_a_row_without_number_or_name_is_rejected(tmp_path: Path) -> None:
    rows = ROWS + ",Nguyen,Minh,Active,2027-06-30\nA-4,,,Active,2027-06-30\n"
    records, report = read_files(make_spec(tmp_path), make_file(tmp_path, rows))
    assert (len(records), report.rejected_rows, report.outcome) == (2, 2, Outcome.INCOMPLETE)
    assert [error["line"] for error in report.row_errors] == [4, 5]


def test_only_the_first_bad_rows_are_told_word_for_word(tmp_path: Path) -> None:
    rows = ROWS + "just,three,columns\n" * 80
    _, report = read_files(make_spec(tmp_path), make_file(tmp_path, rows))
    assert (report.rejected_rows, len(report.row_errors)) == (80, 50)


def test_a_file_that_is_not_there_is_an_outage_not_a_crash(tmp_path: Path) -> None:
    assert read_files(make_spec(tmp_path), tmp_path / "nowhere.csv")[1].outcome is Outcome.DOWN


def test_a_run_that_is_left_early_says_so(tmp_path: Path) -> None:
    file = make_file(tmp_path, ROWS)
    scrape = Scrape(make_spec(tmp_path), channel="file", captures=Captures(None), now=lambda: NOON, files=[file])
    next(scrape.records())
    assert (scrape.report.outcome, scrape.report.reason) == (Outcome.INCOMPLETE, "it was not read to the end")


def test_a_channel_without_what_it_needs_is_refused_at_once(tmp_path: Path) -> None:
    spec = make_spec(tmp_path)
    for channel in ("file", "roster", "saved_page"):
        with pytest.raises(SpecError):
            Scrape(spec, channel=channel, captures=Captures(None), now=lambda: NOON)


def test_only_wanted_rows_of_a_big_file_are_parsed(tmp_path: Path) -> None:
    spec = make_spec(tmp_path, channels={"file": {"only_rows_with": "Okafor"}})
    records, report = read_files(spec, make_file(tmp_path, ROWS + 'A-3,"broken row\n'))
    assert [record.holder.family for record in records] == ["Okafor"]
    assert report.rows == 1


def test_as_json_has_what_the_interface_promises(tmp_path: Path) -> None:
    told = read_files(make_spec(tmp_path), make_file(tmp_path, ROWS))[1].as_json()
    promised = "registry outcome reason requests pages records declared rejected_rows bytes seconds warnings"
    assert set(promised.split()) <= set(told)
    assert told["bytes"] == len(ROWS)
