"""A reading that was killed goes on from its journal: with what it was answered, and as whom the source knew it."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request as Asked
from werkzeug import Response

from scrapers.captures import Captures
from scrapers.channels import Channel
from scrapers.fetch import Fetcher
from scrapers.journal import KEPT_FOR, Journal, Journaled
from scrapers.request import Request
from tests.scrapers.making import NOON

PAGE = Channel("roster")
Make = Callable[..., Fetcher]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journals" / "7.jsonl")


@pytest.fixture
def board_that_counts(httpserver: HTTPServer) -> HTTPServer:
    """Gives a cookie on the first page, and the later pages only to whom it knows."""

    def answer(asked: Asked) -> Response:
        if asked.path == "/robots.txt":
            return Response(status=404)
        if asked.path == "/1":
            response = Response("page 1")
            response.set_cookie("known", "as-seven", path="/")
            return response
        return Response(f"page {asked.path[1:]} for {asked.cookies.get('known')} who sent {dict(asked.form)}")

    httpserver.expect_request("/1").respond_with_handler(answer)
    httpserver.expect_request("/2").respond_with_handler(answer)
    httpserver.expect_request("/robots.txt").respond_with_handler(answer)
    return httpserver


def pages_asked(server: HTTPServer) -> list[str]:
    return [request.path for request, _ in server.log if request.path != "/robots.txt"]


def test_what_was_answered_before_is_not_asked_again(
    board_that_counts: HTTPServer, fetcher: Make, captures: Captures, journal: Journal
) -> None:
    first, second = (Request(board_that_counts.url_for(path)) for path in ("/1", "/2"))
    before = Journaled(fetcher(), journal, captures, now=lambda: NOON).fetch(first, PAGE)

    later = NOON + timedelta(hours=1)
    after = Journaled(fetcher(now=lambda: later), journal, captures, now=lambda: later)
    again, further = after.fetch(first, PAGE), after.fetch(second, PAGE)

    assert again == before
    assert further.path.read_text() == "page 2 for as-seven who sent {}"
    assert pages_asked(board_that_counts) == ["/1", "/2"]


def test_the_same_address_with_other_fields_is_another_question(
    board_that_counts: HTTPServer, fetcher: Make, captures: Captures, journal: Journal
) -> None:
    url = board_that_counts.url_for("/2")
    asking = Journaled(fetcher(), journal, captures, now=lambda: NOON)
    for page in ("1", "2"):
        asking.fetch(Request(url, method="POST", form={"page": page}), PAGE)
    again = Journaled(fetcher(), journal, captures, now=lambda: NOON)
    answer = again.fetch(Request(url, method="POST", form={"page": "2"}), PAGE)
    assert "'page': '2'" in answer.path.read_text()
    assert len(pages_asked(board_that_counts)) == 2


def test_a_line_that_was_cut_off_is_asked_again_and_spoils_no_other(
    board_that_counts: HTTPServer, fetcher: Make, captures: Captures, journal: Journal
) -> None:
    first, second = (Request(board_that_counts.url_for(path)) for path in ("/1", "/2"))
    asking = Journaled(fetcher(), journal, captures, now=lambda: NOON)
    asking.fetch(first, PAGE)
    asking.fetch(second, PAGE)
    whole = journal.path.read_bytes()
    for cut_off in range(whole.index(b"\n") + 1, len(whole)):
        journal.path.write_bytes(whole[:cut_off])
        assert len(journal.lines(NOON)) == 1 + (cut_off == len(whole) - 1)

    journal.path.write_bytes(whole[:-40])
    Journaled(fetcher(), journal, captures, now=lambda: NOON).fetch(second, PAGE)
    assert len(journal.lines(NOON)) == 2
    assert pages_asked(board_that_counts) == ["/1", "/2", "/2"]


def test_an_answer_whose_bytes_are_gone_is_asked_again(
    board_that_counts: HTTPServer, fetcher: Make, captures: Captures, journal: Journal
) -> None:
    first = Request(board_that_counts.url_for("/1"))
    Journaled(fetcher(), journal, captures, now=lambda: NOON).fetch(first, PAGE).path.unlink()
    assert Journaled(fetcher(), journal, captures, now=lambda: NOON).fetch(first, PAGE).path.read_text() == "page 1"
    assert pages_asked(board_that_counts) == ["/1", "/1"]


def test_answers_of_another_day_are_not_mixed_with_todays(
    board_that_counts: HTTPServer, fetcher: Make, captures: Captures, journal: Journal
) -> None:
    Journaled(fetcher(), journal, captures, now=lambda: NOON).fetch(Request(board_that_counts.url_for("/1")), PAGE)
    assert journal.lines(NOON + KEPT_FOR)
    assert journal.lines(NOON + KEPT_FOR + timedelta(seconds=1)) == []
    assert not journal.path.exists()


def test_nobody_is_asked_when_the_reading_is_in_other_hands(
    board_that_counts: HTTPServer, fetcher: Make, captures: Captures, journal: Journal
) -> None:
    def refuse() -> None:
        raise PermissionError("taken over")

    asking = Journaled(fetcher(), journal, captures, now=lambda: NOON, may_ask=refuse)
    with pytest.raises(PermissionError, match="taken over"):
        asking.fetch(Request(board_that_counts.url_for("/1")), PAGE)
    assert not board_that_counts.log


def test_only_we_may_read_the_journal_and_it_names_nobody(
    board_that_counts: HTTPServer, fetcher: Make, captures: Captures, journal: Journal
) -> None:
    asked = Request(board_that_counts.url_for("/2"), method="POST", form={"name": "Thistlewood"})
    Journaled(fetcher(), journal, captures, now=lambda: NOON).fetch(asked, PAGE)
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert "Thistlewood" not in journal.path.read_text()
    journal.drop()
    journal.drop()
    assert journal.lines(NOON) == []
