"""Files of rows in whatever charset and shape, and what the bytes themselves prove."""

from __future__ import annotations

import codecs
import zipfile
from pathlib import Path

import pytest

from scrapers.decoding import charset_of, claims_about, looks_garbled
from scrapers.run import Outcome
from scrapers.seen_rows import SeenRows
from tests.scrapers.boards import (
    NUMBERS,
    PEOPLE,
    csv_text,
    file_board,
    names,
    numbers,
    read_csv,
    read_table,
    reasons,
    table,
)
from tests.scrapers.making import make_file, read_files

JOSE = [("TW-9", "Müller, José", "In force", "06/30/2027", "Pell")]
WANG = [("TW-9", "王, 小明", "In force", "06/30/2027", "台北")]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_any_delimiter_that_is_named_is_read(tmp_path: Path, delimiter: str) -> None:
    records, report = read_csv(tmp_path, csv_text(delimiter=delimiter), channel={"delimiter": delimiter})
    assert (numbers(records), report.outcome) == (NUMBERS, Outcome.COMPLETE)


@pytest.mark.parametrize(
    ("text", "stated", "people"),
    [
        (codecs.BOM_UTF8 + csv_text(JOSE).encode(), "", JOSE),
        (csv_text(JOSE).encode("utf-16"), "", JOSE),
        (csv_text(JOSE).encode("utf-16-le"), "", JOSE),
        (csv_text(JOSE).encode("utf-16-be"), "", JOSE),
        (csv_text(JOSE).encode("cp1252"), "windows-1252", JOSE),
        (csv_text(JOSE).encode(), "latin-1", JOSE),
        (csv_text(WANG).encode("gb18030"), "gb18030", WANG),
        (csv_text([("TW-9", "表山, ソ太", *JOSE[0][2:])]).encode("shift_jis"), "shift_jis", [("", "表山, ソ太")]),
        (csv_text([("TW-9", "山田, 太郎", *JOSE[0][2:])]).encode("iso2022_jp"), "iso2022_jp", [("", "山田, 太郎")]),
    ],
)
def test_names_come_out_of_every_charset(
    tmp_path: Path, text: bytes, stated: str, people: list[tuple[str, ...]]
) -> None:
    channel = {"encoding": stated} if stated else {}
    records, report = read_csv(tmp_path, text, channel=channel)
    assert ([record.holder.raw for record in records], report.outcome) == ([people[0][1]], Outcome.COMPLETE)


def test_utf8_that_is_called_latin1_is_told(tmp_path: Path) -> None:
    report = read_csv(tmp_path, csv_text(JOSE).encode(), channel={"encoding": "latin-1"})[1]
    assert "latin-1, but it is UTF-8 and was read so" in " ".join(report.warnings)


@pytest.mark.parametrize(
    ("body", "media_type", "name"),
    [
        (csv_text(JOSE).encode("cp1252"), "text/csv; charset=windows-1252", "cp1252"),
        (csv_text(JOSE).encode("cp1252"), "text/csv; charset=utf-8", "utf-8"),
        (csv_text(JOSE).encode(), "text/csv; charset=klingon", "utf-8"),
        (b"plain", "text/csv; charset=latin-1", "utf-8"),
        (b"plain", "text/csv; charset=utf-16", "utf-8"),
        (csv_text(JOSE).encode("cp1252"), "text/csv; charset=utf-16", "utf-8"),
        (csv_text(JOSE).encode("cp1252"), "text/csv; charset=idna", "utf-8"),
        (b"plain", "text/csv; charset=unicode_escape", "utf-8"),
        (csv_text(WANG).encode("gbk"), "text/csv", "utf-8"),
        ("<meta charset=windows-1252>Núñez".encode("cp1252"), "text/html; charset=utf-8", "cp1252"),
        ("<meta charset=utf-8>Núñez".encode(), "text/html; charset=iso-8859-1", "utf-8"),
    ],
)
def test_what_is_said_of_a_charset_counts_as_far_as_the_bytes_bear_it_out(
    body: bytes, media_type: str, name: str
) -> None:
    assert charset_of(lambda: [body], claims_about(body, media_type=media_type)).name == name


def test_a_western_page_without_a_charset_is_read_and_a_chinese_one_is_refused(tmp_path: Path) -> None:
    records, report = read_table(tmp_path, table(JOSE).encode("cp1252"))
    assert (names(records), report.outcome) == (["José Müller"], Outcome.COMPLETE)
    assert "nothing says its charset" in " ".join(report.warnings)
    records, report = read_table(tmp_path, table(WANG).encode("gbk"))
    assert (records, report.outcome) == ([], Outcome.CHANGED)


@pytest.mark.parametrize(
    ("text", "is_garbled"),
    [
        ("JosÃ©", True),
        ("GarcÃ\xada", True),
        ("å°\x8fæ\x98\x8e", True),
        ("Táº¡, HoÃ\xa0ng", True),
        ("José GarcÃ\xada", True),
        ("Äá»©c “â€\x9d", True),
        ("Smith,Â\xa0Jane", True),
        ("José", False),
        ("JOSÉ’S", False),
        ("MATÚŠ ŽIŽEK", False),
        ("«\xa0CAFÉ\xa0»…", False),
        ("Ångström", False),
    ],
)
def test_text_of_a_wrong_charset_is_noticed(text: str, is_garbled: bool) -> None:
    assert looks_garbled(text) is is_garbled


@pytest.mark.parametrize("name", ["García, Ana", "Hoàng, Lan", "Lan Hoà", "Bạch, Ngọc", "José GarcÃ\xada"])
def test_a_name_of_a_wrong_charset_is_refused_even_where_a_page_would_not_show_its_letters(
    tmp_path: Path, name: str
) -> None:
    spoiled = name if "Ã" in name else name.encode().decode("latin-1")
    people = [*PEOPLE, ("TW-9", spoiled, "In force", "06/30/2027", "Pell")]
    for records, report in (read_table(tmp_path, table(people).encode()), read_csv(tmp_path, csv_text(people))):
        assert (numbers(records), report.outcome) == (NUMBERS, Outcome.INCOMPLETE)
        assert "was written in another charset" in report.reason


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace('"TW-104"', '"Permit","Practitioner","Condition","Good through","Town"\n"TW-104"'),
        lambda text: text.replace('"TW-104"', '\n   \n"","","","",""\n"TW-104"'),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace('"Marlow"', '"Mar\nlow ""x"", y"'),
    ],
)
def test_headings_again_blank_lines_and_line_breaks_of_any_kind_cost_nobody(tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    records, report = read_csv(tmp_path, spoil(csv_text()))
    assert (numbers(records), report.outcome, report.rejected_rows) == (NUMBERS, Outcome.COMPLETE, 0)


def test_a_hard_space_in_a_heading_is_not_another_heading(tmp_path: Path) -> None:
    records, report = read_csv(tmp_path, csv_text().replace("Good through", "Good\u00a0through"))
    assert (numbers(records), report.outcome) == (NUMBERS, Outcome.COMPLETE)


def test_totals_at_the_end_are_named_in_the_description(tmp_path: Path) -> None:
    text = csv_text() + '"Total","6","","",""\nRun on 05/03/2026\n'
    unnamed, report = read_csv(tmp_path, text)
    assert (numbers(unnamed), report.outcome) == (NUMBERS, Outcome.INCOMPLETE)
    assert "name such rows under notes" in reasons(report)
    records, report = read_csv(tmp_path, text, channel={"notes": ["Total", "Run on *"]})
    assert (numbers(records), report.outcome) == (NUMBERS, Outcome.COMPLETE)


def test_a_quote_that_never_closes_costs_one_row_of_a_long_file(tmp_path: Path) -> None:
    rows = [(f"TW-{at}", *PEOPLE[0][1:]) for at in range(100)]
    text = csv_text(rows).replace('"TW-50","Hollis, Wren"', '"TW-50,"Hollis, Wren"')
    records, report = read_csv(tmp_path, text)
    assert (len(records), report.rejected_rows, report.outcome) == (99, 1, Outcome.INCOMPLETE)
    assert "never closed" in reasons(report)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<!DOCTYPE html><html><body>Welcome</body></html>", "is a page of markup"),
        ('{"error": "x", "code": 5}', "is JSON"),
        ("", "is empty"),
        (csv_text(delimiter=";").replace('"', ""), "column Condition, Good through"),
        (csv_text([(*row[:3], "2027-06-30", "x") for row in PEOPLE]), "none of its 6 rows could be read"),
        (",".join(f"c{at}" for at in range(9000)), "and 8988 more is new"),
    ],
)
def test_another_file_is_a_changed_source_with_a_short_reason(tmp_path: Path, text: str, told: str) -> None:
    records, report = read_csv(tmp_path, text)
    assert (records, report.outcome) == ([], Outcome.CHANGED)
    assert told in report.reason
    assert len(report.reason) < 600


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/sharedStrings.xml", b"a" * 3_000_000)
    records, report = read_files(file_board(tmp_path, channel={"format": "workbook", "max_bytes": 1_000_000}), path)
    assert (records, report.outcome) == ([], Outcome.CHANGED)
    assert "unpacks to" in report.reason


def test_rows_are_remembered_alike_in_memory_and_in_a_file() -> None:
    for seen in (SeenRows(), SeenRows(in_memory=2)):
        assert [seen.put(key, row) for key, row in (("a", b"1"), ("b", b"1"), ("a", b"2"), ("c", b"3"))] == [
            None,
            None,
            b"1",
            None,
        ]
        assert [seen.put("c", b"4"), seen.put("a", b"1"), seen.put("\ud800", b"5")] == [b"3", b"1", None]


def test_a_row_that_differs_from_its_key_is_given_once(tmp_path: Path) -> None:
    other = ("TW-101", "Oddfellow, Wilhelmina", *PEOPLE[0][2:])
    records, report = read_files(file_board(tmp_path), make_file(tmp_path, csv_text([PEOPLE[0], other, other])))
    assert (len(records), report.repeated) == (2, 1)
