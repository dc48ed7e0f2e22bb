"""Hosts that complain: slower, then left alone, and by whom. Over real HTTP, with a clock that only sleeping moves.

Loopback is forgotten between rehearsals, so these fetchers reach the server under another name.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from scrapers import addresses
from scrapers.breaker import FIRST_REST, LONGEST_REST, after_answer, after_failure, rest_left
from scrapers.channels import Channel
from scrapers.errors import NotNow, SourceBlocked, SourceDown
from scrapers.hosts import HostState, host_key
from scrapers.ledger import Kind
from scrapers.pace import Pace
from scrapers.request import Request
from scrapers.spec import RegistrySpec
from tests.scrapers.conftest import Clock, Noted
from tests.scrapers.test_fetch import Make, allow_all, asked_paths

PAGE = Channel("roster")


@pytest.fixture
def named(httpserver: HTTPServer, board: RegistrySpec, monkeypatch: pytest.MonkeyPatch) -> Iterator[RegistrySpec]:
    """The board under its own name, which leads to the server on loopback."""
    really = socket.getaddrinfo

    def resolved(host: str, *rest: Any, **more: Any) -> Any:
        return really("127.0.0.1" if host == "board.example" else host, *rest, **more)

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolved)
    yield board.with_base_url(f"http://board.example:{httpserver.port}")


@pytest.fixture
def asking(named: RegistrySpec, fetcher: Make, httpserver: HTTPServer) -> Callable[..., Any]:
    """Asks for /a with a fetcher of its own, as a new run would."""
    allow_all(httpserver)

    def ask(**changes: Any) -> Any:
        return fetcher(spec=named, **changes).fetch(Request(f"http://board.example:{httpserver.port}/a"), PAGE)

    return ask


def test_a_host_that_stays_down_is_left_alone_by_the_next_run_too(
    httpserver: HTTPServer, asking: Callable[..., Any], clock: Clock
) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=500)
    with pytest.raises(SourceDown, match="answers 500"):
        asking()
    with pytest.raises(NotNow) as told:
        asking()  # its first request is the fifth in a row
    assert told.value.withheld == "rest"
    assert told.value.not_before == pytest.approx(FIRST_REST, abs=1)
    sent = len(httpserver.log)
    with pytest.raises(NotNow, match="left alone for 15 minutes more: it has not answered as it should 5 times"):
        asking()
    assert len(httpserver.log) == sent
    clock.seconds += FIRST_REST + 1
    with pytest.raises(NotNow) as told:
        asking()
    assert len(httpserver.log) == sent + 1  # one request to see how it is, and twice the rest
    assert told.value.not_before == pytest.approx(2 * FIRST_REST, abs=1)


def test_an_answer_ends_the_rest_and_what_was_held_against_the_host(
    httpserver: HTTPServer, asking: Callable[..., Any], clock: Clock, tmp_path: Path
) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=503)
    for _ in range(2):
        with pytest.raises(SourceDown):
            asking()
    clock.seconds += FIRST_REST + 1
    httpserver.clear()
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data("well again")
    asking()
    state = Pace(tmp_path / "pace").state(f"board.example:{httpserver.port}")
    assert (state.failures, state.closures, state.closed_until) == (0, 0, 0.0)


def test_a_long_retry_after_holds_for_every_run_until_it_is_over(
    httpserver: HTTPServer, asking: Callable[..., Any], clock: Clock
) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=503, headers={"Retry-After": "3600"})
    with pytest.raises(SourceDown) as down:
        asking()
    assert down.value.not_before == 3600
    clock.seconds += 1800
    sent = len(httpserver.log)
    with pytest.raises(NotNow, match="it asked to be left alone for 60 minutes") as told:
        asking()
    assert len(httpserver.log) == sent
    assert told.value.not_before == pytest.approx(1800, abs=1)
    clock.seconds += 1801
    with pytest.raises(SourceDown, match="answers 503"):
        asking()
    assert len(httpserver.log) == sent + 1


def test_a_storm_of_429_ends_the_run_though_answers_come_between(
    httpserver: HTTPServer, named: RegistrySpec, fetcher: Make, clock: Clock
) -> None:
    allow_all(httpserver)
    turns = iter(range(1000))

    def grudging(_: Any) -> Response:
        return Response("not so often", status=429) if next(turns) % 2 == 0 else Response("here")

    httpserver.expect_request("/a").respond_with_handler(grudging)
    run = fetcher(spec=named)
    with pytest.raises(NotNow, match="8 times in one run that it is asked too often"):
        for _ in range(50):
            run.fetch(Request(f"http://board.example:{httpserver.port}/a"), PAGE)
    assert asked_paths(httpserver).count("/a") == 15


def test_a_slower_pace_is_remembered_and_wears_off_by_halves(
    httpserver: HTTPServer, asking: Callable[..., Any], clock: Clock
) -> None:
    answers = [Response("", status=429), Response("", status=429)]
    httpserver.expect_request("/a").respond_with_handler(lambda _: answers.pop(0) if answers else Response("here"))
    asking()
    first_run = list(clock.slept)
    assert first_run == [2.0, 1.0, 3.0, 2.0, 6.0]  # 2, 4 and 8 s between requests; our own 1 and 2 s lie within them
    asking()
    asking()
    assert clock.slept[len(first_run) :] == [4.0, 2.0]  # halved by the answer, and then the agreed pause again


def test_a_rehearsal_forgets_how_this_machine_behaved(httpserver: HTTPServer, fetcher: Make) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data("", status=500)
    for _ in range(3):
        with pytest.raises(SourceDown, match="answers 500"):
            fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)


@pytest.mark.parametrize("status", [401, 403, 407, 451])
def test_a_refusal_stops_at_once_and_is_noted_with_its_address(
    httpserver: HTTPServer, asking: Callable[..., Any], noted: Noted, status: int
) -> None:
    httpserver.expect_request("/a").respond_with_data("no", status=status)
    with pytest.raises(SourceBlocked):
        asking(ledger=noted)
    assert asked_paths(httpserver).count("/a") == 1
    kind, url, reason = noted.events[-1]
    assert (kind, reason) == (Kind.REFUSAL, f"answers {status}")
    assert url.endswith("/a")


def test_a_captcha_with_status_200_is_noted_as_a_refusal(
    httpserver: HTTPServer, asking: Callable[..., Any], noted: Noted
) -> None:
    httpserver.expect_request("/a").respond_with_data("<html><div class='g-recaptcha'></div></html>")
    asking(ledger=noted)
    assert noted.events[-1][0] is Kind.REFUSAL
    assert "reCAPTCHA" in noted.events[-1][2]


def test_every_request_is_noted_with_how_it_ended(
    httpserver: HTTPServer, asking: Callable[..., Any], noted: Noted
) -> None:
    answers = [Response("", status=503), Response("here it is")]
    httpserver.expect_request("/a").respond_with_handler(lambda _: answers.pop(0))
    asking(ledger=noted)
    kinds = [kind for kind, _, _ in noted.events]
    assert kinds == [Kind.REQUEST, Kind.ANSWER, Kind.REQUEST, Kind.COMPLAINT, Kind.REQUEST, Kind.ANSWER]
    assert noted.bytes == len("here it is")


def test_what_robots_txt_forbids_is_noted_as_withheld(
    httpserver: HTTPServer, named: RegistrySpec, fetcher: Make, noted: Noted, tmp_path: Path
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /a\nCrawl-delay: 9\n")
    with pytest.raises(SourceBlocked):
        fetcher(spec=named, ledger=noted).fetch(Request(f"http://board.example:{httpserver.port}/a"), PAGE)
    kind, url, reason = noted.events[-1]
    assert (kind, reason) == (Kind.WITHHELD, "robots.txt does not allow this address")
    assert url.endswith("/a")
    kept = Pace(tmp_path / "pace").robots(f"http://board.example:{httpserver.port}")
    assert kept is not None
    assert (kept.status, "Disallow: /a" in kept.text) == (200, True)


def test_a_rest_doubles_up_to_a_day_and_a_lying_clock_does_not_close_for_ever() -> None:
    state, rests = HostState(), []
    for _ in range(14):
        now = state.closed_until
        state = after_failure(state, now=now, because="answers 500")
        rests.append(rest_left(state, now))
    assert rests[:7] == [0, 0, 0, 0, FIRST_REST, 2 * FIRST_REST, 4 * FIRST_REST]
    assert rests[-1] == LONGEST_REST
    assert rest_left(state, state.closed_until - 400 * 24 * 3600) == 0  # our clock was a year ahead when it was written
    assert after_answer(state) == HostState()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://Board.Example/a", "board.example"),
        ("https://board.example:443/", "board.example"),
        ("http://board.example:80/", "board.example"),
        ("http://board.example:8080/", "board.example:8080"),
        ("http://127.0.0.1:8001/", "127.0.0.1:8001"),
        ("http://[::1]:8001/", "[::1]:8001"),
        ("https://board.example./", "board.example"),
    ],
)
def test_a_host_with_another_port_is_another_host(url: str, key: str) -> None:
    assert host_key(url) == key
