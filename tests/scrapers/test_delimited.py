"""Borders of records in bytes: exact for quoted line breaks, wherever blocks end, with and without a wanted text."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.delimited import Cells, Dialect, read_cells
from scrapers.errors import RowRejected
from scrapers.raw_records import every_record, records_with

VALUE = st.text(alphabet='ab,"\n171100000X é', max_size=12)
TABLE = st.lists(st.lists(VALUE, min_size=3, max_size=3), min_size=1, max_size=12)


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def in_blocks(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


@given(TABLE, st.integers(1, 40))
def test_every_record_is_whole_wherever_a_block_ends(rows: list[list[str]], size: int) -> None:
    records = list(every_record(in_blocks(written(rows), size), quoting=True))
    assert [next(csv.reader([record.body.decode()])) for record in records] == rows


@given(TABLE, st.integers(1, 40))
def test_records_with_a_text_are_those_that_a_full_reading_finds(rows: list[list[str]], size: int) -> None:
    blocks = in_blocks(written(rows), size)
    every = list(every_record(blocks, quoting=True))
    wanted = [every[0], *(record for record in every[1:] if b"171100000X" in record.body)]
    found = list(records_with(b"171100000X", blocks, quoting=True))
    assert [(r.line, r.body) for r in found] == [(r.line, r.body) for r in wanted]


def cells(body: bytes, **dialect: object) -> list[Cells | RowRejected]:
    return list(read_cells(io.BytesIO(body), Dialect(**dialect)))  # type: ignore[arg-type]


def values(body: bytes, **dialect: object) -> list[list[str]]:
    return [found.values for found in cells(body, **dialect) if isinstance(found, Cells)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_value_may_span_lines_and_lines_are_counted(delimiter: str) -> None:
    found = cells(b'a,b\n1,"two\nlines"\n3,4\n'.replace(b",", delimiter.encode()), delimiter=delimiter)
    assert [(one.line, one.values) for one in found if isinstance(one, Cells)] == [
        (1, ["a", "b"]),
        (2, ["1", "two\nlines"]),
        (4, ["3", "4"]),
    ]


def test_a_quote_inside_an_unquoted_value_is_just_a_quote() -> None:
    assert values(b'a,b\n5" needle,x\ny,z\n') == [["a", "b"], ['5" needle', "x"], ["y", "z"]]


def test_a_quote_that_never_closes_spoils_its_own_line_only() -> None:
    body = b'a,b\n1,2\n"open,3\n4,5\n"6",7\n'
    assert values(body) == [["a", "b"], ["1", "2"], ["4", "5"], ["6", "7"]]
    (rejected,) = [one for one in cells(body) if isinstance(one, RowRejected)]
    assert (rejected.line, "never closed" in rejected.reason) == (3, True)


def test_a_row_with_stray_quotes_spoils_only_itself() -> None:
    found = cells(b'a,b\n"x" y,2\n3,4\n')
    assert [type(one) for one in found] == [Cells, RowRejected, Cells]


def test_without_quoting_quotes_are_letters() -> None:
    assert values(b'a\tb\n"x\ty"\n', delimiter="\t", quoting=False) == [["a", "b"], ['"x', 'y"']]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_wide_encodings_are_known_by_their_bytes(encoding: str) -> None:
    text = "name,city\nNúñez,Córdoba\n李伟,Reno\n" * 3
    assert values(text.encode(encoding))[1] == ["Núñez", "Córdoba"]


def test_a_stated_encoding_is_believed_and_utf8_is_not_guessed_at() -> None:
    assert values("a,b\nNúñez,x\n".encode("latin-1"), encoding="latin-1")[1] == ["Núñez", "x"]
    assert isinstance(cells("a,b\nNúñez,x\n".encode("latin-1"))[1], RowRejected)


def test_a_character_lost_before_us_is_refused() -> None:
    found = cells("a,b\nN\ufffdñez,x\n".encode())
    assert isinstance(found[1], RowRejected)
    half = cells("a,b\nNo,x\n".encode("utf-16")[:-3] + b"\x00\xd8\n\x00")
    assert isinstance(half[-1], RowRejected)


def test_a_cut_off_end_is_seen_even_when_only_some_rows_are_wanted() -> None:
    body = b"a,b,c\n1,2,3\n4,X,6\n7,8"
    assert [found.line for found in cells(body, only_rows_with="X")] == [1, 3, 4]
    assert cells(body, only_rows_with="X")[-1].line == 4


def test_a_record_without_end_does_not_fill_the_memory() -> None:
    blocks = [b'a,b\n"'] + [b"x" * 65536] * 64
    sizes = [len(record.body) for record in records_with(b"x", blocks, quoting=True)]
    assert max(sizes) <= 2 << 20


def test_a_line_without_end_is_refused_and_does_not_fill_the_memory() -> None:
    blocks = [b"a,b\n1,2\n", *[b"x" * 65536] * 32, b"\n3,4\n"]
    assert max(len(record.body) for record in every_record(blocks, quoting=True)) < 2 << 20
    found = cells(b"".join(blocks))
    assert [type(one) for one in found] == [Cells, Cells, RowRejected, Cells]
