"""What the server was asked, and when: the reader's side of the conversation."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest

from scrapers.rehearsal.misbehaviors import BY_NAME
from scrapers.rehearsal.server import RehearsalServer
from scrapers.rehearsal.shapes.all_shapes import shapes
from scrapers.report import Outcome
from tests.rehearsal.readings import read

CSV, POSTBACK = shapes()["shape_csv"], shapes()["shape_postback"]


def paths(server: RehearsalServer) -> list[str]:
    return [question.path for question in server.asked]


def test_robots_txt_is_asked_first_and_once(server: RehearsalServer, tmp_path: Path) -> None:
    read(POSTBACK, server, tmp_path)
    assert paths(server)[0] == "/robots.txt"
    assert paths(server).count("/robots.txt") == 1


def test_where_robots_txt_forbids_nothing_else_is_asked(server: RehearsalServer, tmp_path: Path) -> None:
    server.misbehaves(BY_NAME["robots_disallow"])
    read(CSV, server, tmp_path)
    assert set(paths(server)) == {"/robots.txt"}


@pytest.mark.parametrize(
    ("name", "seconds"), [("429_seconds", 3600), ("429_date", 3600), ("429_in_a_century", 7 * 24 * 3600)]
)
def test_who_is_asked_to_wait_long_goes_away_at_once(
    name: str, seconds: int, server: RehearsalServer, tmp_path: Path
) -> None:
    server.misbehaves(BY_NAME[name])
    reading = read(CSV, server, tmp_path)
    assert reading.report.not_before_seconds == seconds
    assert paths(server) == ["/robots.txt", CSV.paths[0]]


def test_a_short_wait_is_kept_to(server: RehearsalServer, tmp_path: Path) -> None:
    server.misbehaves(BY_NAME["429_then_fine"])
    reading = read(CSV, server, tmp_path)
    assert reading.report.outcome is Outcome.COMPLETE
    assert sum(reading.slept) >= 2.0


def test_retries_end(server: RehearsalServer, tmp_path: Path) -> None:
    server.misbehaves(BY_NAME["503"])
    read(CSV, server, tmp_path)
    assert 1 < paths(server).count(CSV.paths[0]) <= 4


def test_a_list_that_has_not_changed_is_not_sent_again(server: RehearsalServer, tmp_path: Path) -> None:
    server.misbehaves(BY_NAME["etag"])
    first, second = read(CSV, server, tmp_path), read(CSV, server, tmp_path)
    asked = [question for question in server.asked if question.path == CSV.paths[0]]
    assert "If-None-Match" not in asked[0].headers
    assert asked[1].headers["If-None-Match"].startswith('"')
    assert second.facts == first.facts
    assert second.report.outcome is Outcome.COMPLETE


def test_a_further_page_needs_the_cookie_and_the_fields_of_the_one_before(server: RehearsalServer) -> None:
    turn = urlencode({"__EVENTARGUMENT": "Page$2", "__VIEWSTATE": "stale"}).encode()
    request = urllib.request.Request(server.address + POSTBACK.paths[0], data=turn)
    with pytest.raises(urllib.error.HTTPError, match="500"):
        urllib.request.urlopen(request)
