"""Keys that a source gives to its operator: sent with each request, named when they miss, written nowhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from scrapers.errors import SourceBlocked, SpecError
from scrapers.fetch import Fetcher
from scrapers.own_keys import with_own_keys
from scrapers.request import Request
from scrapers.spec import RegistrySpec
from scrapers.spec_parts import OwnKey
from tests.scrapers.making import make_spec

KEY = OwnKey("REGISTRY_KEY_XX", "x-oapi-key", "ask the board for one")


@pytest.fixture
def keyed(board: RegistrySpec) -> RegistrySpec:
    return replace(board, keys=(KEY,))


def test_without_the_key_nobody_is_asked(
    httpserver: HTTPServer, keyed: RegistrySpec, fetcher: Callable[..., Fetcher]
) -> None:
    polite = fetcher(spec=keyed, environ={"REGISTRY_KEY_XX": "  "})
    with pytest.raises(SourceBlocked, match=r"REGISTRY_KEY_XX is not set.*ask the board for one"):
        polite.fetch(Request(httpserver.url_for("/list")), keyed.channel("roster"))
    assert httpserver.log == []


def test_the_key_is_sent_and_shown_nowhere(
    httpserver: HTTPServer, keyed: RegistrySpec, fetcher: Callable[..., Fetcher], caplog: pytest.LogCaptureFixture
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/list", headers={"x-oapi-key": "s3cret"}).respond_with_data("a,b\n1,2\n")
    polite = fetcher(spec=keyed, environ={"REGISTRY_KEY_XX": "s3cret"})
    with caplog.at_level(logging.DEBUG):
        capture = polite.fetch(Request(httpserver.url_for("/list")), keyed.channel("roster"))
    assert b"1,2" in capture.path.read_bytes()
    assert "s3cret" not in f"{capture} {caplog.text}"
    assert "x-oapi-key" not in httpserver.log[0][0].headers  # robots.txt is asked without it


def test_a_code_that_is_no_secret_becomes_a_parameter(board: RegistrySpec) -> None:
    spec = replace(board, keys=(OwnKey("REGISTRY_KEY_XX_TYPE", parameter="licType"),))
    request = with_own_keys(spec, Request("https://board.example/x?n=1"), {"REGISTRY_KEY_XX_TYPE": "42"})
    assert (request.url, request.headers) == ("https://board.example/x?n=1&licType=42", {})


def test_a_rehearsal_elsewhere_never_gets_the_key(keyed: RegistrySpec) -> None:
    assert keyed.with_base_url("http://127.0.0.1:8001").keys == ()


@pytest.mark.parametrize(
    "key", [{"setting": "SECRET_KEY", "header": "x"}, {"setting": "REGISTRY_KEY_X", "header": "a b"}]
)
def test_a_description_cannot_ask_for_other_secrets(tmp_path: Path, key: dict[str, str]) -> None:
    with pytest.raises(SpecError, match=r"REGISTRY_KEY_|no name of a header"):
        make_spec(tmp_path, keys=[key])
