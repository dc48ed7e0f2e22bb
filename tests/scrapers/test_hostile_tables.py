"""HTML tables as boards really write them, and as nobody should."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers import markup, table_page, tags
from scrapers.errors import SourceChanged
from scrapers.run import Outcome
from tests.scrapers.boards import COLUMNS, HEADINGS, NUMBERS, PEOPLE, names, numbers, read_table, reasons, table

ADA = PEOPLE[1]


def one(name: str, *, town: str = "Pell", through: str = "06/30/2027") -> tuple[str, ...]:
    return ("TW-9", name, "In force", through, town)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Hol<b>lo</b>way, Wren", "Wren Holloway"),
        ("Holloway,<br>Wren", "Wren Holloway"),
        ("<a href='/p'>Holloway, <!-- Wrong -->Wren</a>", "Wren Holloway"),
        ("Holloway, <script>alert('x')</script>Wren", "Wren Holloway"),
        ("<span style='display: none'>zz</span><span hidden>yy</span>Holloway, Wren", "Wren Holloway"),
        ("<table><tr><td>Holloway, Wren</td></tr></table>", "Wren Holloway"),
        ("<div>Holloway,</div><div>Wren</div>", "Wren Holloway"),
        ("王, 小明", "小明 王"),
        ("Mu\u0308ller, Jose\u0301", "José Müller"),
        ("\u202eHollo\u200bway\u202c, Wren", "Wren Holloway"),
        ("Li, Ma", "Ma Li"),
    ],
)
def test_a_name_is_what_a_reader_of_the_cell_sees(tmp_path: Path, cell: str, name: str) -> None:
    records, report = read_table(tmp_path, table([one(cell)]))
    assert (names(records), report.outcome) == ([name], Outcome.COMPLETE)


@pytest.mark.parametrize(
    "between",
    [
        "<tr><td colspan='5'>Page 1 of 1</td></tr>",
        "<tr><td></td><td> </td><td>&nbsp;</td><td></td><td></td></tr>",
        "<tr>" + "".join(f"<th>{heading}</th>" for heading in HEADINGS) + "</tr>",
        "</tbody><tfoot><tr><td>Total</td><td>6</td><td></td><td></td><td></td></tr></tfoot><tbody>",
    ],
)
def test_notes_blank_rows_totals_and_headings_again_are_no_people(tmp_path: Path, between: str) -> None:
    page = table().replace("<tr><td>TW-104", f"{between}<tr><td>TW-104")
    records, report = read_table(tmp_path, page)
    assert (numbers(records), report.outcome, report.rejected_rows) == (NUMBERS, Outcome.COMPLETE, 0)


def test_a_footer_that_looks_like_a_row_is_named_in_the_description(tmp_path: Path) -> None:
    page = table([*PEOPLE, ("Total: 6", "", "In force", "", "")])
    records, report = read_table(tmp_path, page, channel={"notes": ["Total:*"]})
    assert (numbers(records), report.outcome) == (NUMBERS, Outcome.COMPLETE)


@pytest.mark.parametrize(
    ("row", "because"),
    [
        (("TW-9", "Long, " + "a" * 301, "In force", "06/30/2027", "Pell"), "307 letters long"),
        (one("Lo&#xFFFD;t, Wren"), "character that was lost"),
        (one("Nul, A\0b"), "character that was lost"),
        (one("MÃ¼ller, JosÃ©"), "another charset"),
        (one("Holloway, Wren", through="2027-06-30"), "is no date"),
        (one("Holloway, Wren", through="02/30/2027"), "is no date"),
        (one("Holloway, Wren", through="01/01/0001"), "is not believed"),
        (one("Holloway, Wren", through="01/01/1900"), "is not believed"),
        (("1.23E+11", *one("Holloway, Wren")[1:]), "what a spreadsheet made of one"),
        (("TW-9",), "has 1 cells for 5 headings"),
        (("TW-9", "Holloway, Wren", "In force", "06/30/2027"), "has 4 cells"),
        (("TW-9", "Holloway, Wren", "In force", "06/30/2027", "Pell", "x"), "has 6 cells"),
        (("", "Holloway, Wren", "In force", "06/30/2027", "Pell"), "has nothing in Permit"),
    ],
)
def test_a_row_that_cannot_be_believed_costs_nobody_else(tmp_path: Path, row: tuple[str, ...], because: str) -> None:
    records, report = read_table(tmp_path, table([PEOPLE[0], row, PEOPLE[2]]))
    assert (numbers(records), report.outcome) == (["TW-101", "TW-103"], Outcome.INCOMPLETE)
    assert because in reasons(report)
    assert because in report.reason


def test_a_date_that_fits_two_declared_forms_is_not_guessed(tmp_path: Path) -> None:
    rows = [one("Hollis, Wren", through="03/04/2027"), ("TW-8", *one("Okafor, Ada", through="03/14/2027")[1:])]
    records, report = read_table(tmp_path, table(rows), date_formats=["%m/%d/%Y", "%d/%m/%Y"])
    assert numbers(records) == ["TW-8"]
    assert "may be 2027-03-04 or 2027-04-03" in reasons(report)


def test_a_cell_that_spans_rows_counts_for_each_of_them(tmp_path: Path) -> None:
    rows = (
        "<tr><td>TW-1</td><td rowspan=2>Hollis, Wren</td><td>Run out</td>"
        "<td>06/30/2017</td><td rowspan=2>Pell</td></tr>"
        "<tr><td>TW-2</td><td>In force</td><td>06/30/2027</td></tr>"
    )
    records, report = read_table(tmp_path, table([]).replace("<tbody>", f"<tbody>{rows}"))
    assert [(record.number, record.holder.given, record.standing) for record in records] == [
        ("TW-1", "Wren", "expired"),
        ("TW-2", "Wren", "active"),
    ]
    assert report.outcome is Outcome.COMPLETE


def test_headings_in_two_lines_are_read_from_the_line_that_is_named(tmp_path: Path) -> None:
    above = "<tr><th rowspan=2>Permit</th><th colspan=4>About the holder</th></tr>"
    page = table().replace("<thead><tr><th>Permit</th>", f"<thead>{above}<tr>")
    assert read_table(tmp_path, page)[1].outcome is Outcome.CHANGED
    records, report = read_table(tmp_path, page, channel={"header_row": 2})
    assert (numbers(records), report.outcome) == (NUMBERS, Outcome.COMPLETE)


def test_columns_without_a_heading_hold_icons_and_are_left_alone(tmp_path: Path) -> None:
    page = table([(*person, "<a href='/p'>View</a>", "x") for person in PEOPLE], (*HEADINGS, "", ""))
    records, report = read_table(tmp_path, page)
    assert (numbers(records), report.outcome) == (NUMBERS, Outcome.COMPLETE)


def test_columns_in_another_order_are_the_same_list(tmp_path: Path) -> None:
    records, report = read_table(tmp_path, table([row[::-1] for row in PEOPLE], HEADINGS[::-1]))
    assert (numbers(records), report.outcome) == (NUMBERS, Outcome.COMPLETE)


@pytest.mark.parametrize(
    ("headings", "told"),
    [
        (("Permit", "Practitioner", "State of things", "Good through", "Town"), "column State of things is new"),
        ((*HEADINGS[:4], "Permit"), "a heading twice: Permit"),
    ],
)
def test_another_heading_is_another_table(tmp_path: Path, headings: tuple[str, ...], told: str) -> None:
    records, report = read_table(tmp_path, table(headings=headings))
    assert (records, report.outcome) == ([], Outcome.CHANGED)
    assert told in report.reason


def test_a_row_of_an_added_column_stops_the_run_until_it_is_ignored(tmp_path: Path) -> None:
    page = table([(*row, "10") for row in PEOPLE], (*HEADINGS, "Fee"))
    report = read_table(tmp_path, page)[1]
    assert (report.outcome, report.new_columns) == (Outcome.CHANGED, ["Fee"])
    assert read_table(tmp_path, page, ignored=["Fee"])[1].outcome is Outcome.COMPLETE


@pytest.mark.parametrize("end", ["</td>", "</tr>", "</tbody>", "</table>"])
def test_a_page_that_was_cut_off_is_refused_wherever_it_ends(tmp_path: Path, end: str) -> None:
    page = table()
    records, report = read_table(tmp_path, page[: page.rindex(end) + len(end) * (end == "</table>")])
    assert (records, report.outcome) == ([], Outcome.CHANGED)
    assert "cut off" in report.reason


def test_a_page_nested_beyond_the_parsers_depth_is_refused_rather_than_shortened(tmp_path: Path) -> None:
    deep = one("<b>" * 3000 + "Deep, A" + "</b>" * 3000)
    report = read_table(tmp_path, table([PEOPLE[0], deep, PEOPLE[2]]))[1]
    assert report.outcome is Outcome.CHANGED
    assert "to its end" in report.reason


@pytest.mark.parametrize("short", [10, table_page.SHORT])
def test_a_tag_that_would_keep_the_parser_busy_for_minutes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, short: int
) -> None:
    monkeypatch.setattr(table_page, "SHORT", short)
    flood = "<p " + " ".join(f"a{at}=1" for at in range(3000)) + ">"
    report = read_table(tmp_path, table(below=flood))[1]
    assert report.outcome is Outcome.CHANGED
    assert "attributes" in report.reason
    long_value = f"<p data-state='{'word ' * 20_000}'>"
    assert read_table(tmp_path, table(below=long_value))[1].outcome is Outcome.COMPLETE


def test_more_elements_than_the_memory_should_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MOST_TAGS", 300)
    with pytest.raises(SourceChanged, match="more than 300 elements"):
        markup.Markup("<p>" * 400)


def test_long_text_is_no_long_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags, "LONGEST_TAG", 100)
    assert tags.refuse_long_tags("<td>" + "x" * 200) == ""
    begun = tags.refuse_long_tags("<td>x<p data='", begun="")
    with pytest.raises(SourceChanged, match="more than 100 letters"):
        tags.refuse_long_tags("x" * 200, begun=begun)


@pytest.mark.parametrize("tag", ["script", "SCRIPT"])
def test_a_comment_mark_in_a_script_swallows_nothing(tag: str) -> None:
    assert markup.Markup(f"<{tag}>var mark = '<!-- ';</{tag}><p>seen</p>").visible_text == "seen"


def test_what_is_hidden_deep_inside_is_not_shown() -> None:
    page = markup.Markup("<div>" * 1000 + "seen<p hidden>un<b>seen</b></p> too")
    assert page.visible_text == "seen too"


def test_a_row_of_thousands_of_columns_is_refused(tmp_path: Path) -> None:
    wide = "<tr>" + "<td colspan='1000'>x</td>" * 2000 + "</tr>"
    report = read_table(tmp_path, table([PEOPLE[0]], below="").replace("</table>", wide + "</table>"))[1]
    assert report.outcome is Outcome.CHANGED
    assert "columns" in report.reason


def test_a_long_table_is_streamed_and_gives_the_same_as_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(f"TW-{at}", "Hollis, <table><tr><td>Wren</td></tr></table>", *PEOPLE[0][2:]) for at in range(200)]
    page = table(rows, above="<table><tr><td>200 permits</td></tr></table>", below="<a class='next' disabled>Next</a>")
    options = {"total": "([0-9]+) permits", "next": "a.next"}
    short = read_table(tmp_path, page, options=options)
    monkeypatch.setattr(table_page, "SHORT", 100)
    monkeypatch.setattr(table_page, "KEPT", 5)
    streamed = read_table(tmp_path, page, options=options)
    assert streamed[0] == short[0]
    assert [len(streamed[0]), streamed[1].declared, streamed[1].outcome] == [200, 200, Outcome.COMPLETE]


def test_long_pages_that_are_no_tables_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_page, "SHORT", 100)
    monkeypatch.setattr(table_page, "MOST_ELEMENTS", 300)
    records, report = read_table(tmp_path, table(below="<i></i>" * 400))
    assert (records, report.outcome) == ([], Outcome.CHANGED)
    assert "more than 300 elements" in report.reason


def test_the_same_row_twice_is_one_record_and_one_number_of_two_people_is_two(tmp_path: Path) -> None:
    other = ("TW-101", "Oddfellow, Wilhelmina", *PEOPLE[0][2:])
    records, report = read_table(tmp_path, table([*PEOPLE, PEOPLE[0], other, other]))
    assert numbers(records) == [*NUMBERS, "TW-101"]
    assert len({record.source_key for record in records}) == 7
    assert "2 rows repeat word for word" in " ".join(report.warnings)
    assert "keys stand there again and differ: TW-101" in " ".join(report.warnings)


def test_the_total_is_found_wherever_the_page_says_it_but_not_where_it_is_hidden(tmp_path: Path) -> None:
    options = {"total": "([0-9,]+) permits"}
    page = table(above="<p>" + "menu " * 300 + "</p><p hidden>9 permits</p>", below="<p>6 permits</p>")
    report = read_table(tmp_path, page, options=options)[1]
    assert (report.declared, report.outcome) == (6, Outcome.COMPLETE)


@pytest.mark.parametrize(
    "hidden",
    ["<tr hidden>", "<tr style='Display : None'>", "<tr style='visibility:hidden'>", "</tbody><tbody hidden><tr>"],
)
def test_a_row_that_no_reader_sees_is_nobody_and_nothing_is_said_of_those_who_are_missing(
    tmp_path: Path, hidden: str
) -> None:
    records, report = read_table(tmp_path, table().replace("<tr><td>TW-104", f"{hidden}<td>TW-104"))
    assert "TW-104" not in numbers(records)
    assert report.outcome is Outcome.INCOMPLETE
    assert "is hidden from readers of the page: ['TW-104'" in reasons(report)


def test_a_row_in_a_template_is_a_pattern_and_nobody(tmp_path: Path) -> None:
    pattern = "<template><tr>" + "<td>{{x}}</td>" * 5 + "</tr></template>"
    records, report = read_table(tmp_path, table().replace("<tr><td>TW-104", f"{pattern}<tr><td>TW-104"))
    assert (numbers(records), report.outcome, report.rejected_rows) == (NUMBERS, Outcome.COMPLETE, 0)


@pytest.mark.parametrize(
    ("published", "number"),
    [("TW-\uff19\uff18", "TW-98"), ("TW-\u0669\u0668", "TW-98"), ("N/A", ""), ("#REF!", ""), ("--", "")],
)
def test_numbers_have_our_digits_and_words_for_none_are_none(tmp_path: Path, published: str, number: str) -> None:
    records, _ = read_table(tmp_path, table([(published, *PEOPLE[0][1:])]))
    assert [(record.number, record.number_raw) for record in records] == [(number, published)]


def test_a_name_that_was_escaped_once_too_often_is_itself(tmp_path: Path) -> None:
    records, _ = read_table(tmp_path, table([one("O&amp;#39;Neil, Wren")]))
    assert names(records) == ["Wren O'Neil"]


def test_nobody_found_is_not_read_out_of_a_greater_number(tmp_path: Path) -> None:
    page = table(PEOPLE, above="<p>10 permits</p>")
    report = read_table(tmp_path, page, none_found=["0 permits"], options={"total": "([0-9]+) permits"})[1]
    assert (report.declared, report.outcome) == (10, Outcome.INCOMPLETE)


def test_numbers_that_went_through_a_spreadsheet_lose_their_fraction(tmp_path: Path) -> None:
    records, _ = read_table(tmp_path, table([("1234.0", *PEOPLE[0][1:])]), columns=COLUMNS)
    assert [(record.number, record.number_raw) for record in records] == [("1234", "1234.0")]
