"""Redirects that lead astray, addresses that are none of the registry's, and connections, over real HTTP."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable

import pytest
from pytest_httpserver import HTTPServer

from scrapers.addresses import CheckedAdapter
from scrapers.channels import Channel
from scrapers.errors import SourceBlocked, SourceChanged, SourceDown, SourceError, SpecError
from scrapers.request import Request
from scrapers.session import Limits
from scrapers.spec import RegistrySpec, origin_of
from tests.scrapers.raw_server import flooding, headers, once
from tests.scrapers.test_fetch import Make, allow_all, asked_paths

PAGE = Channel("roster")

ASTRAY = [
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "javascript:alert(1)",
    "data:text/csv,a",
    "ftp://127.0.0.1/list",
    "gopher://127.0.0.1:70/",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost:1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[fe80::1%25eth0]/",
    "//elsewhere.example/list",
    "http://elsewhere.example/list",
    "http://board.example@elsewhere.example/",
    "http://127.0.0.1:99999/",
    "http://[::1/",
]


@pytest.mark.parametrize("host", ["elsewhere.example\\@127.0.0.1", "one@127.0.0.1", "one:two@127.0.0.1", "127.0.0.1 "])
def test_what_others_may_read_as_another_host_is_no_address(host: str) -> None:
    with pytest.raises(SpecError, match="http or https address"):
        origin_of(f"http://{host}/list")


@pytest.mark.parametrize("target", ASTRAY)
def test_a_redirect_leads_nowhere_but_to_the_registry(told: Callable[..., SourceError], target: str) -> None:
    there = b"HTTP/1.1 302 There\r\nContent-Length: 0\r\nLocation: " + target.encode() + b"\r\n\r\n"
    wrong = told(once(there), limits=Limits())
    assert isinstance(wrong, SourceChanged)
    assert "leads to" in str(wrong)


@pytest.mark.parametrize("target", ASTRAY)
def test_a_robots_txt_that_leads_astray_allows_nothing(told: Callable[..., SourceError], target: str) -> None:
    astray = b"HTTP/1.1 301 There\r\nContent-Length: 0\r\nLocation: " + target.encode() + b"\r\n\r\n"
    wrong = told(once(headers(b"Content-Length: 4") + b"a,b\n"), robots=astray, limits=Limits())
    assert isinstance(wrong, SourceDown)
    assert "robots.txt gives no answer" in str(wrong)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://localhost/",
    ],
)
def test_an_address_of_our_own_network_is_refused_even_where_a_description_names_it(
    board: RegistrySpec, fetcher: Make, url: str
) -> None:
    spec = board.with_base_url(url)
    with pytest.raises(SourceBlocked, match="not a public address"):
        fetcher(spec=spec, rehearsal=False).fetch(Request(url), PAGE)


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "http://10.0.0.1/", "http://[::ffff:169.254.169.254]/"])
def test_a_rehearsal_may_only_ask_this_machine(board: RegistrySpec, fetcher: Make, url: str) -> None:
    with pytest.raises(SourceBlocked, match="not a public address"):
        fetcher(spec=board.with_base_url(url), rehearsal=True).fetch(Request(url), PAGE)


@pytest.mark.parametrize("packed", [True, False])
def test_the_body_of_a_redirect_is_not_read(told: Callable[..., SourceError], packed: bool) -> None:
    first = b"HTTP/1.1 302 There\r\nLocation: http://elsewhere.example/\r\n"
    block = b"x" * 65536
    if packed:
        first, block = first + b"Content-Encoding: gzip\r\n", gzip.compress(bytes(10 << 20))
    tracemalloc.start()
    wrong = told(flooding(first + b"\r\n", block), limits=Limits())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "leads to http://elsewhere.example" in str(wrong)
    assert peak < 50_000_000


def test_a_login_that_leads_in_a_ring_ends_after_five_steps(httpserver: HTTPServer, fetcher: Make) -> None:
    allow_all(httpserver)
    for here, there in (("/a", "/login"), ("/login", "/check"), ("/check", "/a")):
        headers = {"Location": there, "Set-Cookie": f"step={here[1:]}; Path=/"}
        httpserver.expect_request(here).respond_with_data("", status=302, headers=headers)
    with pytest.raises(SourceChanged, match="more than 5 times"):
        fetcher().fetch(Request(httpserver.url_for("/a")), PAGE)
    assert len(asked_paths(httpserver)) == 1 + 6


def test_connections_do_not_pile_up(httpserver: HTTPServer, board: RegistrySpec, fetcher: Make) -> None:
    allow_all(httpserver)
    httpserver.expect_request("/a").respond_with_data("x", headers={"Connection": "close"})
    asking = fetcher()
    for _ in range(30):
        asking.fetch(Request(httpserver.url_for("/a")), PAGE)
    adapter: CheckedAdapter = asking._session._transport
    assert len(adapter.connections) < 5
