"""Pages are read by exact counts, and what is not as expected is an error that says so."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from scrapers.adapter import SourceChanged
from scrapers.captures import Captures
from scrapers.channels import Channel
from scrapers.page import Page, text_of
from scrapers.record import Method
from scrapers.request import Request
from scrapers.walls import wall_in_bytes
from tests.scrapers.making import NOON

URL = "https://board.example/list/?page=1"


def make_page(body: str | bytes, *, channel: Channel | None = None, media_type: str = "") -> Page:
    content = body.encode() if isinstance(body, str) else body
    captures = Captures(None)
    capture = captures.keep([content], url=URL, retrieved_at=NOON, media_type=media_type)
    page = Page(Request(URL, note="n"), capture, channel or Channel("saved_page"), method=Method.SAVED_PAGE)
    page.keep_alive = captures  # type: ignore[attr-defined]  # its folder lives as long as the page
    return page


CARDS = "<ul><li class=card><b>Wren</b></li><li class=card><b>Ada</b><b>Ada</b></li></ul>"


def test_a_selector_says_how_many_it_expects() -> None:
    page = make_page(CARDS)
    first, second = page.some(".card")
    assert page.text("b", first) == "Wren"
    assert page.maybe(".note") is None
    for wrong in (lambda: page.one(".card"), lambda: page.one("b", second), lambda: page.some(".note")):
        with pytest.raises(SourceChanged, match="expected"):
            wrong()
    with pytest.raises(SourceChanged, match="one or none"):
        page.maybe("b", second)
    assert {".card", ".note", "b"} <= page.asked


def test_a_table_is_read_by_its_headings_and_its_own_cells_only() -> None:
    page = make_page(
        "<table id=t><tr><th>Name</th><th>No</th></tr>"
        "<tr><td><table><tr><td>Wren</td><td>inner</td></tr></table></td><td> 1 </td></tr>"
        "<tr><td colspan=2>Page 1 of 1</td></tr></table>"
    )
    rows = [{name: text_of(cell) for name, cell in row.items()} for row in page.table_cells("#t")]
    assert rows == [{"Name": "Wren inner", "No": "1"}]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("<table id=t></table>", "no rows"),
        ("<table id=t><tr><th>A</th><th>A</th></tr></table>", "a heading twice"),
        ("<table id=t><tr><th>A</th><th>B</th><th>C</th></tr><tr><td>1</td><td>2</td></tr></table>", "2 cells"),
    ],
)
def test_a_table_of_another_shape_is_refused(table: str, told: str) -> None:
    with pytest.raises(SourceChanged, match=told):
        list(make_page(table).table_cells("#t"))


def test_labelled_values_are_pairs() -> None:
    page = make_page("<dl><dt>Status:</dt><dd>Active</dd><dt>Ends</dt><dd>1&nbsp;May\u200b</dd></dl>")
    assert page.labelled_values("dl") == {"Status": "Active", "Ends": "1 May"}
    with pytest.raises(SourceChanged, match="no value or stands twice"):
        make_page("<dl><dt>Status</dt></dl>").labelled_values("dl")


def test_a_form_is_sent_as_a_browser_would_with_its_hidden_state() -> None:
    page = make_page(
        "<form id=f method=post action='Search.aspx'><input type=hidden name=__VIEWSTATE value=abc>"
        "<input type=hidden name=__EVENTTARGET><input type=hidden name=__EVENTARGUMENT>"
        "<input name=last><select name=kind><option value=1>x</option><option value=2 selected>y</option></select>"
        "<input type=checkbox name=all value=yes><input type=submit name=go value=Search></form>"
    )
    asked = page.submit("#f", {"last": "Holloway", "go": "Search"}, note="results")
    assert (asked.url, asked.method, asked.note) == ("https://board.example/list/Search.aspx", "POST", "results")
    assert asked.form == {
        "__VIEWSTATE": "abc",
        "__EVENTTARGET": "",
        "__EVENTARGUMENT": "",
        "last": "Holloway",
        "kind": "2",
        "go": "Search",
    }
    turned = page.postback("#f", "grid$ctl44", "2")
    assert turned.form is not None
    assert (turned.form["__EVENTTARGET"], turned.form["__EVENTARGUMENT"]) == ("grid$ctl44", "2")
    with pytest.raises(SourceChanged, match="no field surname"):
        page.submit("#f", {"surname": "x"})


def test_a_get_form_becomes_an_address() -> None:
    page = make_page("<form id=f action='/find'><input name=q></form>")
    assert page.submit("#f", {"q": "a b"}) == Request("https://board.example/find?q=a+b")


def test_links_are_followed_from_where_the_page_is() -> None:
    page = make_page('<a href="?page=2">next</a><a class=x>none</a>')
    assert page.follow(page.one("a[href]"), carried={"n": 1}).url == "https://board.example/list/?page=2"
    with pytest.raises(SourceChanged, match="no address"):
        page.follow(page.one("a.x"))


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ("Núñez".encode(), ""),
        ("Núñez".encode("utf-8-sig"), ""),
        ("Núñez".encode("utf-16"), ""),
        ("Núñez".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        (b"<meta charset=latin-1>" + "Núñez".encode("latin-1"), ""),
        ("Núñez".encode("cp1252"), ""),
    ],
)
def test_text_is_decoded_by_what_the_page_says_of_itself(body: bytes, media_type: str) -> None:
    assert make_page(body, media_type=media_type).body_text.endswith("Núñez")


@pytest.mark.parametrize("body", ["<meta charset=utf-8>Núñez".encode("latin-1"), "N\ufffdñez".encode()])
def test_text_that_was_lost_is_refused(body: bytes) -> None:
    with pytest.raises(SourceChanged, match="cannot be read as text"):
        _ = make_page(body).body_text


def test_a_page_over_its_bound_is_not_parsed() -> None:
    with pytest.raises(SourceChanged, match="at most 10"):
        _ = make_page("x" * 11, channel=Channel("saved_page", max_bytes=10)).markup


def test_what_is_not_json_is_shown_with_its_beginning() -> None:
    with pytest.raises(SourceChanged, match="Sorry"):
        make_page("<p>Sorry").json()
    assert make_page('[{"a": 1}]').json() == [{"a": 1}]


def packed(folder: Path, members: dict[str, str]) -> bytes:
    path = folder / "list.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path.read_bytes()


def test_the_one_member_that_fits_is_read_without_unpacking(tmp_path: Path) -> None:
    body = packed(tmp_path, {"readme.txt": "hello", "list.csv": "A,B\n1,2\n"})
    page = make_page(body, channel=Channel("file", member=("*.csv",)))
    seen: list[str] = []
    assert [dict(row) for row in page.rows(seen.extend)] == [{"A": "1", "B": "2"}]  # type: ignore[call-overload]
    assert seen == ["A", "B"]


@pytest.mark.parametrize("members", [{"a.txt": ""}, {"a.csv": "", "b.csv": ""}, {}])
def test_no_member_or_several_are_refused_by_name(tmp_path: Path, members: dict[str, str]) -> None:
    page = make_page(packed(tmp_path, members), channel=Channel("file", member=("*.csv",)))
    with pytest.raises(SourceChanged, match=r"members fit \*\.csv"):
        list(page.rows(lambda headings: None))


def test_a_member_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    page = make_page(packed(tmp_path, {"a.csv": "x" * 100_000}), channel=Channel("file", max_bytes=99_999))
    with pytest.raises(SourceChanged, match="unpacks to 100000 bytes"):
        list(page.rows(lambda headings: None))


@pytest.mark.parametrize(
    "body",
    [
        b'<div class="cf-turnstile"></div>',
        b"<html><title>Just a moment...</title>",
        b'<div class="g-recaptcha">',
        b"<h1>Access Denied</h1>",
        b'{"url":"https://geo.captcha-delivery.com/x"}',
        b"\xef\xbb\xbf  <html>... DataDome",
    ],
)
def test_walls_are_recognized(body: bytes) -> None:
    assert wall_in_bytes(body)


def test_a_long_list_is_no_wall_whatever_names_it_holds() -> None:
    assert wall_in_bytes(b"No,Last\n" + b"1,Captcha\n" * 10_000) == ""
    assert wall_in_bytes(b"<table><tr><td>Holloway</td></tr></table>") == ""
