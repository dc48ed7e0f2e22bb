"""Pagers of page numbers: the link behind the number of the shown page is followed, whatever else stands there."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from werkzeug import Request as Asked

from scrapers.errors import SourceChanged
from scrapers.markup import text_of
from scrapers.platforms.numbered_pager import is_numbered, link_behind
from scrapers.run import Outcome
from tests.scrapers.boards import NUMBERS, PEOPLE, number_of, numbers, read_table, table, table_board
from tests.scrapers.conftest import Read

OPTIONS = {"next": ".pager a", "total": "([0-9,]+) permits"}


def pager(page: int) -> str:
    """The numbers of three pages, the shown one without a link."""
    cells = (f"<td><span>{n}</span></td>" if n == page else f"<td><a href='?page={n}'>{n}</a></td>" for n in (1, 2, 3))
    return f"<table class='pager'><tr>{''.join(cells)}</tr></table>"


def followed(markup: str) -> str | None:
    links = BeautifulSoup(markup, "lxml").select(".pager a")
    assert is_numbered(links)
    link = link_behind(links, ".pager a")
    return text_of(link) if link else None


def test_page_numbers_above_and_below_lead_through_the_whole_list(tmp_path: Path, read: Read) -> None:
    def answer(asked: Asked) -> str:
        page = number_of(asked)
        return table(PEOPLE[2 * page - 2 : 2 * page], above="<p>6 permits</p>" + pager(page), below=pager(page))

    records, report = read(table_board(tmp_path, options=OPTIONS), "/list", answer)
    assert (numbers(records), report.outcome, report.pages) == (NUMBERS, Outcome.COMPLETE, 3)


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        ("<p class=pager><b>1</b> <a href=?2>2</a> <a href=?3>3</a> <a href=?2>Next</a></p>", "2"),
        ("<p class=pager><a href=?1>Back</a> <a href=?1>1</a> <b>2</b> <a href=?3>...</a></p>", "..."),
        ("<ul class=pager><li><a href=?1>1</a><li class=active><a href=?2>2</a><li><a href=?3>3</a></ul>", "3"),
        ("<ul class=pager><li><a href=?1>1</a><li><a href=?2 aria-current=page>2</a></ul>", None),
        ("<p class=pager><a href=?2>2</a></p>", "2"),
        ("<p class=pager><a>1</a> <b>2</b> <a>3</a></p>", "3"),
        ("<p class=pager><a href=?1>1</a> <strong>2</strong></p><p class=pager><a href=?1>1</a> <b>2</b></p>", None),
    ],
)
def test_the_link_behind_the_number_of_the_shown_page_leads_on(markup: str, told: str | None) -> None:
    assert followed(markup) == told


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        ("<p class=pager><a href=?1>1</a> <a href=?2>2</a></p><p>7</p>", "do not say which page this is"),
        ("<p class=pager><b>1</b> <a href=?3>3</a></p>", "page 1 leads to page 3"),
    ],
)
def test_a_pager_that_does_not_say_where_it_is_is_not_followed(markup: str, told: str) -> None:
    with pytest.raises(SourceChanged, match=told):
        followed(markup)


def test_a_saved_page_of_a_list_with_postbacks_needs_no_form_in_its_description(tmp_path: Path) -> None:
    hidden = (
        f"<input type='hidden' name='__{name}' value=''>" for name in ("VIEWSTATE", "EVENTTARGET", "EVENTARGUMENT")
    )
    below = (
        f"<form action='/list' method='post'>{''.join(hidden)}"
        "<p class='pager'><b>1</b><a href=\"javascript:__doPostBack('list','Page$2')\">2</a></p></form>"
    )
    page = table(PEOPLE[:2], above="<p>6 permits</p>", below=below)
    doors = {"saved_page": {"table": "#list"}}
    records, report = read_table(tmp_path, page, platform="postback_table", channels=doors, options=OPTIONS)
    assert (len(records), report.outcome, report.reason) == (2, Outcome.INCOMPLETE, "2 of 6")


def test_a_saved_page_whose_links_lost_their_addresses_is_incomplete_and_not_another_page(tmp_path: Path) -> None:
    page = table(PEOPLE[:2], below="<p class='pager'><b>1</b><a>2</a></p>")
    records, report = read_table(tmp_path, page, options={"next": ".pager a"})
    assert (len(records), report.outcome) == (2, Outcome.INCOMPLETE)
    assert "further pages" in report.reason
