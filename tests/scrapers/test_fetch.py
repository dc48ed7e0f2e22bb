"""The fetcher over real HTTP, against a server on loopback that misbehaves."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request as Asked
from werkzeug import Response

from scrapers.adapter import SourceBlocked, SourceChanged, SourceDown
from scrapers.captures import Captures
from scrapers.channels import Channel
from scrapers.errors import SpecError
from scrapers.fetch import Fetcher
from scrapers.pace import Pace
from scrapers.request import Request
from scrapers.session import Limits
from scrapers.spec import RegistrySpec
from tests.scrapers.conftest import Clock

Make = Callable[..., Fetcher]
PAGE = Channel("roster")


def allow_all(server: HTTPServer) -> None:
    server.expect_request("/robots.txt").respond_with_data("not here", status=404)


def asked_paths(server: HTTPServer) -> list[str]:
    return [request.path for request, _ in server.log]


def test_a_page_is_captured_with_its_bytes_address_and_time(httpserver: HTTPServer, fetcher: Make) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data(b"one,two", content_type="text/csv")
    capture = fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)
    assert capture.path.read_bytes() == b"one,two"
    assert capture.url == httpserver.url_for("/a")
    assert capture.media_type == "text/csv"


def test_we_say_who_we_are_and_how_to_reach_us(httpserver: HTTPServer, fetcher: Make) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data("x")
    fetcher(site_url="https://directory.example").fetch(Request(httpserver.url_for("/a")), PAGE)
    agents = {request.headers["User-Agent"] for request, _ in httpserver.log}
    assert agents == {"TrueMeridian/0.1 (+https://directory.example; operator@directory.example)"}


def test_nothing_is_asked_without_a_contact(fetcher: Make) -> None:
    with pytest.raises(SpecError, match="contact"):
        fetcher(contact=" ")


def test_robots_txt_is_asked_first_and_obeyed(httpserver: HTTPServer, fetcher: Make) -> None:
    rules = "User-agent: TrueMeridian\nDisallow: /private\nAllow: /private/ok$\n"
    httpserver.expect_request("/robots.txt").respond_with_data(rules)
    httpserver.expect_request("/private/ok").respond_with_data("fine")
    polite = fetcher()
    with pytest.raises(SourceBlocked, match=r"robots\.txt"):
        polite.fetch(Request(httpserver.url_for("/private/list")), PAGE)
    polite.fetch(Request(httpserver.url_for("/private/ok")), PAGE)
    assert asked_paths(httpserver) == ["/robots.txt", "/private/ok"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_robots_txt_that_fails_means_nothing_may_be_asked(httpserver: HTTPServer, fetcher: Make, status: int) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("oops", status=status)
    with pytest.raises(SourceDown, match=rf"robots\.txt gives no answer \(answers {status}\)"):
        fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)
    assert asked_paths(httpserver) == ["/robots.txt"] * 2  # once more, for it may only have stumbled


def test_a_robots_txt_that_only_stumbled_is_asked_once_more(httpserver: HTTPServer, fetcher: Make) -> None:
    httpserver.expect_oneshot_request("/robots.txt").respond_with_data("oops", status=503)
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data("fine")
    fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)
    assert asked_paths(httpserver) == ["/robots.txt", "/robots.txt", "/a"]


def test_requests_to_a_host_are_kept_apart(httpserver: HTTPServer, fetcher: Make, clock: Clock) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data("x")
    polite = fetcher()
    for _ in range(3):
        polite.fetch(Request(httpserver.url_for("/a")), PAGE)
    assert clock.slept == [2.0, 2.0, 2.0]


def test_two_fetchers_share_the_pause_at_a_host(httpserver: HTTPServer, fetcher: Make, clock: Clock) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data("x")
    for _ in range(2):
        fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)
    assert clock.slept == [2.0, 2.0, 2.0]  # robots.txt and a page, twice: three pauses between four requests


def test_a_crawl_delay_is_honored_up_to_half_a_minute(httpserver: HTTPServer, fetcher: Make, clock: Clock) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nCrawl-delay: 90\n")
    httpserver.expect_request("/a").respond_with_data("x")
    fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)
    assert clock.slept == [30.0]


def test_a_passing_failure_is_asked_again(httpserver: HTTPServer, fetcher: Make, clock: Clock) -> None:
    allow_all(httpserver)
    answers = [Response("wait", status=503, headers={"Retry-After": "7"}), Response("here")]
    httpserver.expect_request("/a").respond_with_handler(lambda _: answers.pop(0))
    capture = fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)
    assert capture.path.read_bytes() == b"here"
    assert 7.0 in clock.slept


def test_a_long_retry_after_ends_the_run_with_the_time_to_come_again(
    httpserver: HTTPServer, fetcher: Make, clock: Clock
) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data(
        "", status=429, headers={"Retry-After": "Sun, 03 May 2026 13:00:00 GMT"}
    )
    with pytest.raises(SourceDown) as down:
        fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)
    assert down.value.not_before == 3600.0
    assert asked_paths(httpserver).count("/a") == 1


@pytest.mark.parametrize("stated", ["0", "Thu, 01 Jan 1970 00:00:00 GMT", "-5", "soon", "Sun, 99 May 2026"])
def test_a_retry_after_that_is_past_or_nonsense_does_not_hurry_us(
    httpserver: HTTPServer, fetcher: Make, clock: Clock, stated: str
) -> None:
    allow_all(httpserver)
    answers = [Response("wait", status=429, headers={"Retry-After": stated}), Response("here")]
    httpserver.expect_request("/a").respond_with_handler(lambda _: answers.pop(0))
    fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)
    assert clock.slept == [2.0, 1.0, 3.0]  # our own second, and what is left of the doubled pause at the host


def test_a_source_that_stays_down_is_asked_four_times_ever_more_slowly(
    httpserver: HTTPServer, fetcher: Make, clock: Clock
) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data("", status=500)
    with pytest.raises(SourceDown, match="answers 500"):
        fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)
    assert asked_paths(httpserver).count("/a") == 4
    assert clock.slept == [2.0, 1.0, 3.0, 2.0, 6.0, 4.0, 12.0]  # pauses of the host, doubling, between our own


def test_a_form_is_never_sent_twice(httpserver: HTTPServer, fetcher: Make) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a", method="POST").respond_with_data("", status=503)
    with pytest.raises(SourceDown):
        fetcher().fetch(Request(httpserver.url_for("/a"), method="POST", form={"x": "1"}), PAGE)
    assert asked_paths(httpserver).count("/a") == 1


@pytest.mark.parametrize("status", [401, 403, 451])
def test_a_refusal_is_a_block_and_not_asked_again(httpserver: HTTPServer, fetcher: Make, status: int) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data("no", status=status)
    with pytest.raises(SourceBlocked, match=str(status)):
        fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)
    assert asked_paths(httpserver).count("/a") == 1


def test_a_challenge_with_status_503_is_a_block_not_an_outage(httpserver: HTTPServer, fetcher: Make) -> None:
    allow_all(httpserver)
    page = "<html><title>Just a moment...</title></html>"
    httpserver.expect_request("/a").respond_with_data(page, status=503)
    with pytest.raises(SourceBlocked, match="Cloudflare"):
        fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)
    assert asked_paths(httpserver).count("/a") == 1


def test_a_page_that_is_gone_means_the_source_changed(httpserver: HTTPServer, fetcher: Make) -> None:
    allow_all(httpserver)
    with pytest.raises(SourceChanged, match=r"answers (404|500)"):
        httpserver.expect_request("/a").respond_with_data("", status=404)
        fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)


def test_redirects_are_followed_within_the_registry(httpserver: HTTPServer, fetcher: Make) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a", method="POST").respond_with_data("", status=302, headers={"Location": "/b"})
    httpserver.expect_request("/b", method="GET").respond_with_data("there")
    capture = fetcher().fetch(Request(httpserver.url_for("/a"), method="POST", form={"x": "1"}), PAGE)
    assert (capture.url, capture.path.read_bytes()) == (httpserver.url_for("/b"), b"there")


@pytest.mark.parametrize(
    "target", ["http://elsewhere.example/", "http://169.254.169.254/latest", "ftp://127.0.0.1/", "http://127.0.0.1:1/"]
)
def test_a_redirect_out_of_the_registry_is_refused(httpserver: HTTPServer, fetcher: Make, target: str) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data("", status=302, headers={"Location": target})
    with pytest.raises(SourceChanged, match="leads to"):
        fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)


def test_a_ring_of_redirects_ends(httpserver: HTTPServer, fetcher: Make) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data("", status=302, headers={"Location": "/a"})
    with pytest.raises(SourceChanged, match="more than 5 times"):
        fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)


def test_loopback_is_refused_when_it_is_no_rehearsal(httpserver: HTTPServer, fetcher: Make) -> None:
    allow_all(httpserver)
    with pytest.raises(SourceBlocked, match="not a public address"):
        fetcher(rehearsal=False).fetch(Request(httpserver.url_for("/a")), PAGE)
    assert asked_paths(httpserver) == []


def test_a_page_longer_than_its_bound_is_refused_before_and_after_unpacking(
    httpserver: HTTPServer, fetcher: Make
) -> None:
    allow_all(httpserver)
    small = replace(PAGE, max_bytes=1000)
    httpserver.expect_request("/long").respond_with_data(b"x" * 1001)
    packed = gzip.compress(b"x" * 5_000_000)
    httpserver.expect_request("/bomb").respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    polite = fetcher()
    for path in ("/long", "/bomb"):
        with pytest.raises(SourceChanged, match="long"):
            polite.fetch(Request(httpserver.url_for(path)), replace(small, max_bytes=6000 if path == "/bomb" else 1000))


def test_a_packed_page_is_captured_unpacked(httpserver: HTTPServer, fetcher: Make) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data(gzip.compress(b"rows"), headers={"Content-Encoding": "gzip"})
    assert fetcher().fetch(Request(httpserver.url_for("/a")), PAGE).path.read_bytes() == b"rows"


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {"Content-Length": "999"}])
def test_a_body_that_is_cut_off_is_never_a_page(httpserver: HTTPServer, fetcher: Make, headers: dict[str, str]) -> None:
    allow_all(httpserver)
    body = gzip.compress(b"a long list of people" * 50)[:-9]

    def cut(_: Asked) -> Response:
        return Response(iter([body]), headers=headers | {"Connection": "close"})

    httpserver.expect_request("/a").respond_with_handler(cut)
    with pytest.raises(SourceDown, match=r"cut off|no end|damaged"):
        fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)


def test_a_page_that_drips_is_ended_when_its_time_is_over(httpserver: HTTPServer, fetcher: Make) -> None:
    allow_all(httpserver)
    gone = threading.Event()

    def drip(_: Asked) -> Response:
        def body() -> object:
            for _ in range(200):
                if gone.wait(0.02):
                    return
                yield b"x"

        return Response(body(), content_type="text/plain")  # type: ignore[arg-type]

    httpserver.expect_request("/a").respond_with_handler(drip)
    polite = fetcher(limits=Limits(connect=1, read=1, whole=0.2))
    try:
        with pytest.raises(SourceDown, match=r"not done after 0\.2 s"):
            polite.fetch(Request(httpserver.url_for("/a")), PAGE)
    finally:
        gone.set()


def test_nobody_there_is_an_outage(board: RegistrySpec, fetcher: Make) -> None:
    nobody = board.with_base_url("http://127.0.0.1:9")
    with pytest.raises(SourceDown):
        fetcher(spec=nobody).fetch(Request("http://127.0.0.1:9/a"), PAGE)


def test_proxies_and_passwords_of_the_environment_are_not_used(
    httpserver: HTTPServer, fetcher: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data("x")
    assert fetcher().fetch(Request(httpserver.url_for("/a")), PAGE).size == 1


def test_a_turn_is_given_back_when_a_request_fails(tmp_path: Path, clock: Clock) -> None:
    pace = Pace(tmp_path, clock=clock, sleep=clock.sleep)
    with pytest.raises(SourceDown), pace.turn("board.example", 2):
        raise SourceDown("no answer")
    with pace.turn("board.example", 2):
        assert clock.slept == [2.0]


def test_captures_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    def broken() -> object:
        yield b"half"
        raise SourceDown("cut off")

    with pytest.raises(SourceDown):
        Captures(tmp_path).keep(broken(), url="https://board.example", retrieved_at=None)  # type: ignore[arg-type]
    assert list(tmp_path.rglob("*")) == []
