"""What a run says about its source: apologies for maintenance, known records, fill rates, words nobody read up on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from scrapers.adapter import Wanted
from scrapers.apologies import apology_in_bytes
from scrapers.captures import Captures
from scrapers.fetch import Fetcher
from scrapers.record import RegistryRecord
from scrapers.recording import RecordedPage, Recording, Replay
from scrapers.report import WORDS_KEPT, Outcome, RunReport
from scrapers.spec import RegistrySpec
from tests.scrapers.making import NOON, ROWS, ask, make_file, make_spec, read_files

PEOPLE = "".join(f"<tr><td>A-{n}</td><td>Holloway</td><td>Active</td></tr>" for n in range(3))
APOLOGIES = [
    "<title>Sorry</title><h1>We are sorry</h1><p>The system is down for scheduled maintenance and will be back.</p>",
    "<title>License search</title><p>License lookup is temporarily unavailable. Please try again later.</p>",
    "<h1>Scheduled maintenance</h1><p>The system will be unavailable from 10 pm to 2 am.</p>",
    "<p>We apologize. Our site is currently undergoing maintenance.</p>",
    "<title>Maintenance</title><p>Thank you for your patience.</p>",
    "<title>503 Service Unavailable</title><h1>Service Unavailable</h1>",
    '{"error": "Service temporarily unavailable"}',
    "System is down for maintenance",
]
NONE = [
    "",
    "{}",
    "[]",
    "<form>Search for a license</form>",
    "<p>Scheduled maintenance on Sunday</p><form>Search for a license</form>",
    "<h2>Scheduled maintenance on Sunday, 3 May</h2><form>Search for a license</form>",
    "<p>The search will be temporarily unavailable on Sunday for maintenance.</p><form>Search</form>",
    f"<p>Parts of this site are temporarily unavailable.</p><table>{PEOPLE}</table>",
    "<script>var m = 'This site is down for maintenance.'</script><p>Search</p>",
    "No,Last,Status\nA-1,Holloway,temporarily unavailable\n",
    '{"note": "The search is temporarily unavailable.", "rows": [{"No": "A-1"}]}',
    "<p>Your application is under review.</p>",
]


@pytest.mark.parametrize("said", APOLOGIES)
def test_an_apology_is_recognized(said: str) -> None:
    assert apology_in_bytes(said.encode())


@pytest.mark.parametrize("said", NONE)
def test_announcements_lists_and_ordinary_pages_are_no_apology(said: str) -> None:
    assert apology_in_bytes(said.encode()) == ""


def served(httpserver: HTTPServer, status: int, body: str) -> None:
    def answer(request: Request) -> Response:
        return Response(body, status, content_type="text/html")

    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/list.csv").respond_with_handler(answer)


@pytest.mark.parametrize("status", [200, 503])
def test_a_maintenance_page_is_an_outage_that_says_so(
    board: RegistrySpec, fetcher: Callable[..., Fetcher], captures: Captures, httpserver: HTTPServer, status: int
) -> None:
    served(httpserver, status, APOLOGIES[0])
    records, report = ask(board, fetcher(), captures=captures)
    assert (records, report.outcome, report.in_maintenance) == ([], Outcome.DOWN, True)
    assert "under maintenance: “We are sorry The system is down for scheduled maintenance" in report.reason


def test_an_outage_without_an_apology_is_none(
    board: RegistrySpec, fetcher: Callable[..., Fetcher], captures: Captures, httpserver: HTTPServer
) -> None:
    served(httpserver, 503, "<p>Upstream gone</p>")
    _, report = ask(board, fetcher(), captures=captures)
    assert (report.outcome, report.in_maintenance) == (Outcome.DOWN, False)


def html_board(folder: Path) -> RegistrySpec:
    channels = {
        "saved_page": {"table": "table.people"},
        "roster": {"start": "https://board.example/", "table": "table"},
    }
    return make_spec(folder, platform="html_table", channels=channels)


HEADINGS = "<tr>" + "".join(f"<th>{name}</th>" for name in ("No", "Last", "First", "Status", "Ends")) + "</tr>"
ROW = "<tr><td>A-1</td><td>Holloway</td><td>Wren</td><td>Active</td><td>2027-06-30</td></tr>"
BANNER = "<p>The search is temporarily unavailable for maintenance every Sunday.</p>"


def test_a_list_with_a_banner_is_read_and_a_changed_one_is_changed(tmp_path: Path) -> None:
    fine = f"<html>{BANNER}<table class=people>{HEADINGS}{ROW}</table></html>"
    records, report = read_files(html_board(tmp_path), make_file(tmp_path, fine, "a.html"), channel="saved_page")
    assert (len(records), report.outcome) == (1, Outcome.COMPLETE)
    renamed = fine.replace("<th>Status", "<th>Lic. status")
    _, report = read_files(html_board(tmp_path), make_file(tmp_path, renamed, "b.html"), channel="saved_page")
    assert (report.outcome, report.in_maintenance) == (Outcome.CHANGED, False)
    assert report.new_columns == ["Lic. status"]


# Known records -------------------------------------------------------------------------------------------------------

LOOKUP: dict[str, Any] = {
    "platform": "json_list",
    "channels": {"lookup": {"by_number": "https://board.example/one?no={number}", "list_at": ["rows"]}},
}
FOUND = b'{"rows": [{"No": "A-1", "Last": "Holloway", "First": "Wren", "Status": "Active", "Ends": "2027-06-30"}]}'


def look_up(folder: Path, number: str, body: bytes, **changes: Any) -> tuple[list[RegistryRecord], RunReport]:
    pages = (RecordedPage(f"https://board.example/one?no={number}", body),)
    spec, captures = make_spec(folder, **(LOOKUP | changes)), Captures(folder / "captures")
    replay = Replay(Recording("lookup", NOON, pages=pages), captures)
    return ask(spec, replay, captures=captures, wanted=Wanted(number=number))


def test_a_known_record_that_a_lookup_does_not_find_makes_its_silence_worth_nothing(tmp_path: Path) -> None:
    _, report = look_up(tmp_path, "A-1", FOUND, canaries=["A-1"])
    assert (report.outcome, report.canaries_found, report.canaries_missing) == (Outcome.COMPLETE, ["A-1"], [])
    _, report = look_up(tmp_path, "A-1", b'{"rows": []}', canaries=["A-1"])
    assert (report.outcome, report.canaries_missing) == (Outcome.SUSPECT, ["A-1"])
    assert report.reason == "known records did not come back: A-1"


def test_somebody_else_who_is_not_found_is_no_canary(tmp_path: Path) -> None:
    _, report = look_up(tmp_path, "A-9", b'{"rows": []}', canaries=["A-1"])
    assert (report.outcome, report.canaries_found, report.canaries_missing) == (Outcome.COMPLETE, [], [])


def test_a_whole_list_names_the_known_records_it_lacks(tmp_path: Path) -> None:
    _, report = read_files(make_spec(tmp_path, canaries=["A-1", "A-8", "A-9"]), make_file(tmp_path, ROWS))
    assert (report.outcome, report.canaries_found, report.canaries_missing) == (
        Outcome.SUSPECT,
        ["A-1"],
        ["A-8", "A-9"],
    )


# Numbers for later ---------------------------------------------------------------------------------------------------


def test_every_run_says_how_full_its_records_are(tmp_path: Path) -> None:
    rows = ROWS + "A-3,Vance,Ida,Gone fishing,\nA-4,Osei,Kofi,Active,\n"
    _, report = read_files(make_spec(tmp_path), make_file(tmp_path, rows))
    told = {"number": 1.0, "standing": 0.75, "expires_on": 0.5, "issued_on": 0, "place": 0, "phone": 0, "npi": 0}
    assert report.fill == told
    assert report.as_json()["fill"] == told


def test_a_column_that_slipped_does_not_fill_the_report_with_words(tmp_path: Path) -> None:
    rows = ROWS + "".join(f"B-{n},Holloway,Wren,{'word ' * 60}{n},\n" for n in range(WORDS_KEPT))
    rows += "".join(f"C-{n},Holloway,Wren,other {n},\n" for n in range(WORDS_KEPT + 20))
    _, report = read_files(make_spec(tmp_path), make_file(tmp_path, rows))
    assert len(report.unknown_words) <= WORDS_KEPT
    assert max(map(len, report.unknown_words)) <= 120
    assert sum(report.unknown_words.values()) + report.unknown_words_more == 2 * WORDS_KEPT + 20
