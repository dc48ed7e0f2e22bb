"""Conditional requests: a page that has not changed is not sent again, and only then."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request as Asked
from werkzeug import Response

from scrapers.captures import Captures
from scrapers.channels import Channel
from scrapers.errors import SourceChanged
from scrapers.ledger import Kind
from scrapers.report import Outcome, RunReport
from scrapers.request import Request
from scrapers.spec import RegistrySpec
from tests.scrapers.conftest import Noted
from tests.scrapers.making import NOON, ROWS, ask
from tests.scrapers.test_fetch import Make, allow_all

BEFORE = "Fri, 01 May 2026 08:00:00 GMT"
AFTER = "Fri, 01 May 2099 08:00:00 GMT"
CHANNEL = Channel("roster")


class List:
    """A server's list with what it says to know it by. It answers 304 to whoever names that."""

    def __init__(self, server: HTTPServer, **headers: str) -> None:
        allow_all(server)
        self.server, self.headers, self.body = server, headers, ROWS
        server.expect_request("/list.csv").respond_with_handler(self.answer)

    def answer(self, asked: Asked) -> Response:
        tag, since = asked.headers.get("If-None-Match"), asked.headers.get("If-Modified-Since")
        same = tag == self.headers.get("ETag") if tag else bool(since) and since == self.headers.get("Last-Modified")
        return Response("", status=304) if same else Response(self.body, headers=self.headers)

    @property
    def statuses(self) -> list[int]:
        return [answer.status_code for request, answer in self.server.log if request.path == "/list.csv"]

    def asked_with(self, name: str) -> list[str | None]:
        return [request.headers.get(name) for request, _ in self.server.log if request.path == "/list.csv"]


def run(board: RegistrySpec, fetcher: Make, captures: Captures, **changes: Any) -> tuple[list[str], RunReport]:
    """One run to its end, believed when it was complete; the numbers it read."""
    asking = fetcher(spec=board, **changes)
    records, report = ask(board, asking, captures=captures)
    if report.outcome is Outcome.COMPLETE:
        asking.believe()
    return [record.number for record in records], report


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"ETag": '"v1"'}, "If-None-Match"),
        ({"ETag": 'W/"v1"'}, "If-None-Match"),
        ({"Last-Modified": BEFORE}, "If-Modified-Since"),
    ],
)
def test_a_list_that_has_not_changed_is_not_sent_again(
    httpserver: HTTPServer, board: RegistrySpec, fetcher: Make, captures: Captures, headers: dict[str, str], name: str
) -> None:
    listed = List(httpserver, **headers)
    first, _ = run(board, fetcher, captures)
    later, noted = NOON + timedelta(days=1), Noted()
    again, report = run(board, fetcher, captures, now=lambda: later, ledger=noted)
    assert listed.statuses == [200, 304]
    assert listed.asked_with(name) == [None, next(iter(headers.values()))]
    assert first == again == ["A-1", "A-2"]
    assert (report.outcome, report.unchanged) == (Outcome.COMPLETE, 1)
    assert Kind.UNCHANGED in [kind for kind, _, _ in noted.events]


def test_what_a_source_confirms_was_retrieved_when_it_confirmed_it(
    httpserver: HTTPServer, board: RegistrySpec, fetcher: Make, captures: Captures
) -> None:
    List(httpserver, ETag='"v1"')
    run(board, fetcher, captures)
    later = NOON + timedelta(days=2)
    records, _ = ask(board, fetcher(spec=board, now=lambda: later), captures=captures)
    assert {record.evidence.retrieved_at for record in records} == {later}


def test_a_list_that_changed_is_read_anew(
    httpserver: HTTPServer, board: RegistrySpec, fetcher: Make, captures: Captures
) -> None:
    listed = List(httpserver, ETag='"v1"')
    run(board, fetcher, captures)
    listed.headers, listed.body = {"ETag": '"v2"'}, ROWS + "A-3,Bly,Nell,Active,2027-06-30\n"
    assert run(board, fetcher, captures)[0] == ["A-1", "A-2", "A-3"]
    assert listed.statuses == [200, 200]


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_without_its_bytes_a_page_is_asked_for_whole(
    httpserver: HTTPServer, board: RegistrySpec, fetcher: Make, captures: Captures, harm: str
) -> None:
    listed = List(httpserver, ETag='"v1"')
    _, report = run(board, fetcher, captures)
    kept = captures.path_of(report.captures[0])
    assert kept is not None
    kept.unlink() if harm == "gone" else kept.write_bytes(b"No,Last,First,Status,Ends\n")
    assert run(board, fetcher, captures)[0] == ["A-1", "A-2"]
    assert listed.statuses == [200, 200]


def test_once_a_week_a_page_is_asked_for_whole_whatever_its_source_says(
    httpserver: HTTPServer, board: RegistrySpec, fetcher: Make, captures: Captures
) -> None:
    listed = List(httpserver, ETag='"v1"')
    for days in (0, 6, 8):
        at = NOON + timedelta(days=days)
        run(board, fetcher, captures, now=lambda at=at: at)
    assert listed.statuses == [200, 304, 200]


def test_a_run_that_was_not_complete_leaves_nothing_to_be_confirmed(
    httpserver: HTTPServer, board: RegistrySpec, fetcher: Make, captures: Captures
) -> None:
    listed = List(httpserver, ETag='"v1"')
    listed.body = ROWS[:-10]  # cut off, and the server didn't say how long it should be
    _, report = run(board, fetcher, captures)
    assert report.outcome is not Outcome.COMPLETE
    listed.body = ROWS
    assert run(board, fetcher, captures)[0] == ["A-1", "A-2"]
    assert listed.statuses == [200, 200]


@pytest.mark.parametrize("headers", [{"Last-Modified": AFTER}, {"Last-Modified": "lately"}, {"ETag": "x" * 5000}, {}])
def test_what_no_page_can_be_known_by_is_not_used(
    httpserver: HTTPServer, board: RegistrySpec, fetcher: Make, captures: Captures, headers: dict[str, str]
) -> None:
    listed = List(httpserver, **headers)
    run(board, fetcher, captures)
    run(board, fetcher, captures)
    assert listed.statuses == [200, 200]
    assert listed.asked_with("If-Modified-Since") == listed.asked_with("If-None-Match") == [None, None]


def test_not_changed_as_an_answer_to_nothing_is_a_changed_source(httpserver: HTTPServer, fetcher: Make) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/list.csv").respond_with_data("", status=304)
    with pytest.raises(SourceChanged, match="which nobody asked"):
        fetcher().fetch(Request(httpserver.url_for("/list.csv")), CHANNEL)


@pytest.mark.parametrize("case", ["lookup", "form", "cookie"])
def test_only_pages_that_are_the_same_for_everybody_are_asked_for_so(
    httpserver: HTTPServer, board: RegistrySpec, fetcher: Make, captures: Captures, case: str
) -> None:
    allow_all(httpserver)
    headers = {"ETag": '"v1"'} | ({"Set-Cookie": "session=1; Path=/"} if case == "cookie" else {})
    httpserver.expect_request("/list.csv").respond_with_data(ROWS, headers=headers)
    url = httpserver.url_for("/list.csv")
    request = Request(url, method="POST", form={"a": "b"}) if case == "form" else Request(url)
    channel = Channel("lookup") if case == "lookup" else CHANNEL
    asking = fetcher(spec=board)
    for _ in range(2):
        asking.fetch(request, channel)
    asking.believe()
    assert [each.headers.get("If-None-Match") for each, _ in httpserver.log[1:]] == [None, None]


def test_another_registry_does_not_use_what_this_one_kept(
    httpserver: HTTPServer, board: RegistrySpec, fetcher: Make, captures: Captures, tmp_path: Path
) -> None:
    List(httpserver, ETag='"v1"')
    run(board, fetcher, captures)
    kept = list((captures.folder / "validators").rglob("*.json"))
    assert [path.parent.name for path in kept] == ["xx_board"]
    assert datetime.fromisoformat(json.loads(kept[0].read_text())["fetched_at"]) == NOON
