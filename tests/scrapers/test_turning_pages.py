"""Tables of several pages and forms, over real HTTP, by description alone: the whole list, or what is wrong is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request as Asked
from werkzeug import Response

from scrapers.run import Outcome
from scrapers.spec import RegistrySpec
from tests.scrapers.boards import ADDRESS, HEADINGS, NUMBERS, PEOPLE, number_of, numbers, table, table_board
from tests.scrapers.conftest import Read

Answer = Callable[[Asked], str | Response]
TOTAL = {"total": "([0-9,]+) permits"}
LINKED = {"next": "a.next", **TOTAL}


def two_of(page: int, people: Sequence[Any] = PEOPLE) -> Sequence[Any]:
    return people[2 * page - 2 : 2 * page]


def linked(asked: Asked, *, total: str = "<p>6 permits</p>", href: str = "/list?page={}") -> str:
    """Two people a page, and a pager above and below."""
    page = number_of(asked)
    link = f'<a class="next" href="{href.format(page + 1)}">Next</a>' if page < 3 else ""
    return table(two_of(page), above=total + link, below=link)


def test_links_above_and_below_lead_through_the_whole_list(tmp_path: Path, read: Read) -> None:
    records, report = read(table_board(tmp_path, options=LINKED), "/list", linked)
    assert (numbers(records), report.outcome, report.declared) == (NUMBERS, Outcome.COMPLETE, 6)


def test_a_pager_that_is_disabled_on_the_last_page_is_the_end(tmp_path: Path, read: Read) -> None:
    def answer(asked: Asked) -> str:
        page = number_of(asked)
        off = "" if page < 3 else " disabled"
        return table(
            two_of(page), below=f'<ul><li class="page{off}"><a rel="next" href="?page={page + 1}">›</a></li></ul>'
        )

    records, report = read(table_board(tmp_path, options={"next": 'a[rel~="next"]'}), "/list", answer)
    assert (numbers(records), report.outcome) == (NUMBERS, Outcome.COMPLETE)


def test_a_last_page_that_links_to_itself_is_the_end_once_the_total_is_reached(tmp_path: Path, read: Read) -> None:
    def answer(asked: Asked) -> str:
        page = number_of(asked)
        return table(two_of(page), above=f'<p>6 permits</p><a class="next" href="?page={min(page + 1, 3)}">Next</a>')

    records, report = read(table_board(tmp_path, options=LINKED), "/list", answer)
    assert (numbers(records), report.outcome) == (NUMBERS, Outcome.COMPLETE)


@pytest.mark.parametrize("total", [True, False])
def test_pages_are_counted_by_a_parameter(tmp_path: Path, read: Read, total: bool) -> None:
    options = {"page_parameter": "page", **(TOTAL if total else {})}
    said = "<p>6 permits</p>" if total else ""
    spec = table_board(tmp_path, options=options)
    records, report = read(spec, "/list", lambda asked: table(two_of(number_of(asked)), above=said))
    assert (numbers(records), report.outcome, report.pages) == (NUMBERS, Outcome.COMPLETE, 3 if total else 4)


@pytest.mark.parametrize(
    ("options", "answer", "outcome", "told"),
    [
        (
            LINKED,
            lambda asked: table(PEOPLE[:2], above="<p>6 permits</p>"),
            Outcome.CHANGED,
            "has no a.next after 2 of 6",
        ),
        ({"next": "a.next"}, lambda a: linked(a, total="", href="javascript:void(0)"), Outcome.CHANGED, "leads to"),
        ({"next": "a.next"}, lambda a: linked(a, total="", href="#"), Outcome.CHANGED, "a.next leads to '#'"),
        ({"next": "a.next"}, lambda a: linked(a, total="", href="/list"), Outcome.SUSPECT, "was read"),
        (
            LINKED,
            lambda a: linked(a, total=f"<p>{5 + number_of(a)} permits</p>"),
            Outcome.INCOMPLETE,
            "different totals",
        ),
        (
            LINKED,
            lambda a: linked(a) if number_of(a) < 3 else table(PEOPLE[3:5], above="<p>6 permits</p>"),
            Outcome.INCOMPLETE,
            "1 rows of earlier pages came again",
        ),
        (
            LINKED,
            lambda a: linked(a, total="<base href='http://elsewhere.example/'><p>6 permits</p>", href="list?page={}"),
            Outcome.CHANGED,
            "which is not this registry's",
        ),
        (LINKED, lambda a: linked(a, href="http://[::1"), Outcome.CHANGED, "leads to 'http://[::1'"),
        (LINKED, lambda a: linked(a, total=f"<p>{'9' * 5000} permits</p>"), Outcome.CHANGED, "announces a total"),
        (
            {"next": "a.next"},
            lambda a: table(PEOPLE[:2][:: 1 if number_of(a) % 2 else -1], below=linked_on(a)),
            Outcome.SUSPECT,
            "gives the same 2 rows",
        ),
        (
            LINKED,
            lambda a: table([(f"X-{number_of(a)}", *PEOPLE[0][1:])], above="<p>3 permits</p>", below=linked_on(a)),
            Outcome.SUSPECT,
            "has given 4 rows and goes on",
        ),
        ({"page_parameter": "page"}, lambda a: table(PEOPLE[:2]), Outcome.SUSPECT, "gives the same 2 rows"),
        (
            LINKED,
            lambda a: linked(a) if number_of(a) < 3 else linked(a)[:-120],
            Outcome.CHANGED,
            "cut off",
        ),
        (
            {"next": "a.next"},
            lambda a: linked(a, total="") if number_of(a) < 2 else "<form><input type='password' name='p'></form>",
            Outcome.BLOCKED,
            "a sign-in page stands in the way",
        ),
    ],
)
def test_paging_that_goes_wrong_is_never_a_whole_list(
    tmp_path: Path, read: Read, options: dict[str, str], answer: Answer, outcome: Outcome, told: str
) -> None:
    report = read(table_board(tmp_path, options=options), "/list", answer)[1]
    assert report.outcome is outcome
    assert told in report.reason


def test_a_row_that_came_again_is_known_though_its_list_numbers_the_rows(tmp_path: Path, read: Read) -> None:
    def answer(asked: Asked) -> str:
        page = number_of(asked)
        people = two_of(page) if page < 3 else PEOPLE[3:5]
        rows = [(str(2 * page - 1 + at), *person) for at, person in enumerate(people)]
        return table(rows, ("#", *HEADINGS), above="<p>6 permits</p>", below=linked_on(asked) if page < 3 else "")

    records, report = read(table_board(tmp_path, options=LINKED, ignored=["#"]), "/list", answer)
    assert (len(records), report.outcome) == (5, Outcome.INCOMPLETE)
    assert "came again" in report.reason


def linked_on(asked: Asked) -> str:
    return f'<a class="next" href="/list?page={number_of(asked) + 1}">Next</a>'


def test_a_list_without_an_end_stops_where_it_was_told_to(tmp_path: Path, read: Read) -> None:
    def answer(asked: Asked) -> str:
        return table([(f"X-{number_of(asked)}", *PEOPLE[0][1:])], below=linked_on(asked))

    records, report = read(table_board(tmp_path, options={"next": "a.next"}), "/list", answer, most_pages=4)
    assert (len(records), report.outcome) == (4, Outcome.INCOMPLETE)
    assert "stopped after 4 pages" in report.reason


# Forms ----------------------------------------------------------------------------------------------------------------

FORM = {"form": "#find", "table": "#list"}
SEARCH = {"button": {"go": "Find"}}


def form_board(folder: Path, *, follow: str, **options: Any) -> RegistrySpec:
    doors = {"roster": {"start": f"{ADDRESS}/find.aspx", **FORM}}
    return table_board(folder, platform="postback_table", channels=doors, options={"next": follow, **SEARCH, **options})


def form(state: str, inside: str = "") -> str:
    return (
        f'<html><body><form id="find" method="post"><input type="hidden" name="__VIEWSTATE" value="{state}">'
        '<input type="hidden" name="__EVENTTARGET"><input type="hidden" name="__EVENTARGUMENT"><input name="who">'
        f'<input type="submit" name="go" value="Find">{inside}</form></body></html>'
    )


def grid(page: int, pager: str) -> str:
    inner = table(two_of(page), above="<p>6 permits</p>", below=pager if page < 3 else "")
    return inner.partition("<body>")[2].partition("</body>")[0]


@pytest.mark.parametrize(
    ("follow", "pager", "button"),
    [
        ("a.next", "<a class='next' href=\"javascript:__doPostBack('grid','Page$Next')\">Next</a>", {"go": "Find"}),
        (
            "a.next",
            "<a class='next' href='javascript:__doPostBack(&quot;grid&quot;, &quot;Page$Next&quot;)'>Next</a>",
            {"name": "go", "value": "Find"},
        ),
        ("input[name=more]", "<input type='submit' name='more' value='Next'>", {"go": "Find"}),
    ],
)
def test_a_page_is_turned_with_the_cookie_and_the_hidden_fields_of_the_one_before(
    tmp_path: Path, read: Read, follow: str, pager: str, button: dict[str, str]
) -> None:
    """The board knows by its session where one is: each page is asked for with the very same words."""
    where = {"page": 0}

    def answer(asked: Asked) -> str | Response:
        if asked.method == "GET":
            first = Response(form("S0"), content_type="text/html")
            first.set_cookie("session", "s1")
            return first
        assert asked.cookies["session"] == "s1"
        assert asked.form["__VIEWSTATE"] == ("S0" if where["page"] == 0 else "S1")
        assert ("go" in asked.form) is (where["page"] == 0)
        where["page"] += 1
        return form("S1", grid(where["page"], pager))

    records, report = read(form_board(tmp_path, follow=follow, button=button, **TOTAL), "/find.aspx", answer)
    assert (numbers(records), report.outcome) == (NUMBERS, Outcome.COMPLETE)


def test_a_get_form_needs_no_form_beside_its_results(tmp_path: Path, read: Read) -> None:
    def answer(asked: Asked) -> str:
        if "go" not in asked.args:
            return '<html><body><form id="find"><input name="who"><button name="go" value="Find"></form></body></html>'
        page = number_of(asked)
        return table(
            two_of(page), below=f"<a class='next' href='?go=Find&page={page + 1}'>Next</a>" if page < 3 else ""
        )

    records, report = read(form_board(tmp_path, follow="a.next"), "/find.aspx", answer)
    assert (numbers(records), report.outcome) == (NUMBERS, Outcome.COMPLETE)


def test_a_form_that_does_not_offer_what_is_searched_for_has_changed(tmp_path: Path, read: Read) -> None:
    offered = "<select name='who'><option value='M'>Massage</option></select>"

    def answer(asked: Asked) -> str:
        return form("S0").replace('<input name="who">', offered)

    report = read(form_board(tmp_path, follow="a.next", search_fields={"who": "A"}), "/find.aspx", answer)[1]
    assert (report.outcome, "does not offer 'A'" in report.reason) == (Outcome.CHANGED, True)
