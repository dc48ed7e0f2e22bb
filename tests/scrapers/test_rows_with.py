"""The quick search for rows gives exactly what parsing everything gives."""

import csv
import io
import random

import pytest

from scrapers.platforms import find_bytes, rows_with
from scrapers.platforms.rows_with import DamagedRow, FoundRow, Lines, Wanted, rows_in_stream

COLUMNS = 6
VALUES = ["", "Ada", "171100000X", "1711", "00000X", 'say "hi"', "a\nb", "x\r\ny\nz", "one,two", "é", "171100000X\n,"]


@pytest.fixture(params=["memmem", "bytes.find"])
def any_finder(request, monkeypatch):
    if request.param == "bytes.find":
        monkeypatch.setattr(find_bytes, "_memmem", lambda: None)


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(rows_with, "BLOCK", 700)
    monkeypatch.setattr(rows_with, "MARGIN", 400)


def found_in(text, *, columns=COLUMNS, lines=None, encoding="utf-8"):
    source = io.BytesIO(text if isinstance(text, bytes) else text.encode(encoding))
    return list(rows_in_stream(source, Wanted("171100000X", columns, encoding), lines))


def written(rows, **options):
    text = io.StringIO(newline="")
    csv.writer(text, **options).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
@pytest.mark.parametrize("seed", range(25))
def test_finding_rows_gives_what_parsing_every_row_gives(small_blocks, any_finder, quoting, seed):
    chance = random.Random(seed)
    rows = [[chance.choice(VALUES) for _ in range(COLUMNS)] for _ in range(400)]
    text = written(rows, quoting=quoting, lineterminator=chance.choice(["\n", "\r\n"]))
    parsed = [row for row in csv.reader(io.StringIO(text, newline="")) if any("171100000X" in value for value in row)]
    assert [row.columns for row in found_in(text)] == parsed


def test_a_row_is_found_where_its_first_line_begins():
    text = written([["1"] * 6, ["a\nb", "", "", "", "", "171100000X"]], lineterminator="\n")
    (row,) = found_in(text)
    assert text.encode()[row.offset :].startswith(b'"a\nb"')


def test_a_row_with_a_nul_byte_is_damaged_even_if_nobody_looked_for_it(any_finder):
    text = b"1,2,3,4,5,6\n1,2,\0,4,5,6\n171100000X,2,3,4,\0,6\n171100000X,2,3,4,5,6\n"
    kinds = [(type(row), row.offset) for row in found_in(text)]
    assert kinds == [(DamagedRow, 12), (DamagedRow, 24), (FoundRow, 45)]


def test_a_file_that_ends_in_the_middle_of_a_row_says_so():
    damaged = found_in('"1","2","3","4","5","6"\n"1","2","3"')
    assert [row.offset for row in damaged] == [24]
    assert "cut off" in damaged[0].reason


def test_a_last_row_without_a_line_break_is_a_row():
    assert [row.columns[0] for row in found_in("171100000X,2,3,4,5,6")] == ["171100000X"]


def test_a_wanted_row_of_too_few_columns_is_damaged_once_and_the_next_is_read():
    found = found_in("171100000X,2,3\n171100000X,2,3,4,5,6\n")
    assert [type(row) for row in found] == [DamagedRow, FoundRow]


def test_a_row_that_cannot_be_decoded_is_damaged():
    assert isinstance(found_in(b"171100000X,\xe9,3,4,5,6\n")[0], DamagedRow)
    assert found_in(b"171100000X,\xe9,3,4,5,6\n", encoding="latin-1")[0].columns[1] == "é"


def test_lines_are_counted_when_asked(small_blocks):
    lines = Lines()
    found_in("1,2,3,4,5,6\n" * 500, lines=lines)
    assert lines.read == 500
