"""The hours in which a whole list may be asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from scrapers.captures import Captures
from scrapers.errors import SpecError
from scrapers.ledger import Kind
from scrapers.report import Outcome
from scrapers.request import Request
from scrapers.spec import RegistrySpec
from scrapers.window import window_of
from tests.scrapers.conftest import Clock, Noted
from tests.scrapers.making import ROWS, ask, make_spec
from tests.scrapers.test_fetch import Make, allow_all

NIGHT = {"window": "22:00-06:00", "time_zone": "America/New_York"}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "at", "opens_in"),
    [
        ("22:00-06:00", "2026-11-22T02:59", 60),  # 21:59 in New York
        ("22:00-06:00", "2026-11-22T03:00", 0),
        ("22:00-06:00", "2026-11-22T10:59", 0),
        ("22:00-06:00", "2026-11-22T11:00", 16 * 3600),
        ("22:00-06:00", "2026-07-22T02:00", 0),  # summer time
        ("22:00-06:00", "2026-10-31T12:00", 14 * 3600),  # opens before the clocks are set back that night
        ("09:00-17:00", "2026-11-22T13:59", 60),
        ("09:00-17:00", "2026-11-22T14:00", 0),
        ("09:00-17:00", "2026-11-22T22:00", 16 * 3600),
    ],
)
def test_hours_are_those_of_the_source(hours: str, at: str, opens_in: float) -> None:
    window = window_of(hours, "America/New_York", "here")
    assert window is not None
    assert window.opens_in(utc(at)) == opens_in
    assert window.is_open(utc(at)) is (opens_in == 0)


@pytest.mark.parametrize(
    ("politeness", "told"),
    [
        ({"window": "22-06", "time_zone": "America/New_York"}, "hours such as 22:00-06:00, found '22-06'"),
        ({"window": "22:00-24:00", "time_zone": "America/New_York"}, "hours such as"),
        ({"window": "22:00-22:00", "time_zone": "America/New_York"}, "opens and closes at the same time"),
        ({"window": "22:00-06:00"}, "needs time_zone"),
        ({"window": "22:00-06:00", "time_zone": "Mars/Phobos"}, "'Mars/Phobos' is not known"),
        ({"window": "22:00-06:00", "time_zone": "../../etc/passwd"}, "is not known"),
        ({"time_zone": "America/New_York"}, "there is none"),
    ],
)
def test_hours_that_cannot_be_read_are_refused_by_name(tmp_path: Path, politeness: dict[str, str], told: str) -> None:
    with pytest.raises(SpecError, match=r"xx_board\.yaml\.politeness: .*" + told):
        make_spec(tmp_path, politeness=politeness)


@pytest.mark.parametrize("days", [0, 3651])
def test_terms_are_read_again_within_ten_years(tmp_path: Path, days: int) -> None:
    with pytest.raises(SpecError, match="reread_days should be 1 to 3650"):
        make_spec(tmp_path, terms={"reread_days": days})


@pytest.fixture
def nightly(tmp_path: Path, httpserver: HTTPServer) -> RegistrySpec:
    lookup = {"by_number": "https://board.example/{number}.csv"}
    channels = {"roster": {"start": "https://board.example/list.csv"}, "lookup": lookup}
    spec = make_spec(tmp_path, politeness=NIGHT, channels=channels)
    return spec.with_base_url(httpserver.url_for("/").rstrip("/"))


def test_outside_its_hours_nothing_is_sent(
    httpserver: HTTPServer, nightly: RegistrySpec, fetcher: Make, captures: Captures, noted: Noted
) -> None:
    noon = fetcher(spec=nightly, ledger=noted, now=lambda: utc("2026-11-22T17:00"))
    records, report = ask(nightly, noon, captures=captures)
    assert (records, report.outcome, report.withheld) == ([], Outcome.DOWN, "hours")
    assert report.not_before_seconds == 10 * 3600
    assert "only at 22:00-06:00 America/New_York" in report.reason
    assert httpserver.log == []
    assert [kind for kind, _, _ in noted.events] == [Kind.WITHHELD]


def test_a_run_that_passes_the_end_of_its_hours_stops_there(
    httpserver: HTTPServer, nightly: RegistrySpec, fetcher: Make, captures: Captures
) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/list.csv").respond_with_data("", status=302, headers={"Location": "/later.csv"})
    httpserver.expect_request("/later.csv").respond_with_data(ROWS)
    times = iter([utc("2026-11-22T10:59")] * 20)

    def now() -> datetime:
        asked = any(request.path == "/list.csv" for request, _ in httpserver.log)
        return utc("2026-11-22T11:00") if asked else next(times)

    _, report = ask(nightly, fetcher(spec=nightly, now=now), captures=captures)
    assert (report.outcome, report.withheld) == (Outcome.DOWN, "hours")
    assert [request.path for request, _ in httpserver.log] == ["/robots.txt", "/list.csv"]


def test_one_person_may_be_looked_up_at_any_hour(
    httpserver: HTTPServer, nightly: RegistrySpec, fetcher: Make, captures: Captures, clock: Clock
) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/A-1.csv").respond_with_data(ROWS)
    noon = fetcher(spec=nightly, now=lambda: utc("2026-11-22T17:00"))
    noon.fetch(Request(httpserver.url_for("/A-1.csv")), nightly.channel("lookup"))
    assert httpserver.log[-1][0].path == "/A-1.csv"
