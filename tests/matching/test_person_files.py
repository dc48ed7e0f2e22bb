"""`flask match` as an operator types it, and files that cannot be matched."""

import csv
import errno
import gzip
import json
import os
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner

from directory.cli.match import match as match_command
from directory.registries.file_remarks import no_remarks
from directory.registries.person_files import PersonFile, PersonFileError, people_in
from directory.registries.person_pairs import pairs_of
from directory.rules.vocabulary import Verdict
from tests.labelled.pairs import labelled_pairs, write_files

HEADER = "id,name,license_number,license_jurisdiction\n"
ADA, BEN = "Ada Crow,AC 1,CA\n", "Ben Finch,AC 2,CA\n"
REAL = Path(__file__).parents[2].parent / "shared" / "real" / "matching"


def written(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.fixture
def match(tmp_path):
    def run(left, right, *options):
        files = written(tmp_path / "left.csv", left), written(tmp_path / "right.csv", right)
        out = tmp_path / "pairs.csv"
        result = CliRunner().invoke(match_command, [*map(str, files), "--out", str(out), *options])
        return result, list(csv.DictReader(out.read_text(encoding="utf-8").splitlines())) if out.exists() else None

    return run


def test_the_pairs_of_two_files_are_written_with_verdict_score_and_reasons(match):
    result, rows = match(f"{HEADER}1,{ADA}2,{BEN}", f'{HEADER}a,"FINCH, BEN",2,US-CA\nb,"CROW, ADA",0001,California\n')
    assert result.exit_code == 0, result.output
    assert "2 pairs: 2 sure, 0 unsure" in result.output
    assert [(row["left_id"], row["right_id"], row["verdict"]) for row in rows] == [
        ("1", "b", "sure"),
        ("2", "a", "sure"),
    ]
    assert rows[0]["reasons"] == "same license number in CA; names agree (Ada Crow / CROW, ADA)"
    assert all(0.5 < float(row["score"]) <= 1 for row in rows)


def test_the_command_stands_among_those_of_the_site(app, tmp_path):
    files = [str(written(tmp_path / f"{side}.csv", f"{HEADER}1,{ADA}")) for side in ("left", "right")]
    result = app.test_cli_runner().invoke(args=["match", *files, "--out", str(tmp_path / "pairs.csv")])
    assert (result.exit_code, "1 pairs: 1 sure" in result.output) == (0, True)


def test_the_counts_can_be_read_by_a_program_and_progress_is_told_apart(match):
    result, _ = match(f"{HEADER}1,{ADA}", f"{HEADER}a,{ADA}", "--json")
    found = json.loads(result.stdout)
    assert (found["pairs"], found["sure"], found["unsure"]) == (1, 1, 0)
    assert result.stderr.splitlines() == ["1 rows on the left, 1 on the right", "compared 1 of 1 rows"]


def test_one_to_one_keeps_the_best_pair_of_each_row(match):
    left, right = f"{HEADER}1,{ADA}2,Ada Crowe,AC 1,CA\n", f"{HEADER}a,{ADA}"
    _, every = match(left, right)
    _, best = match(left, right, "--one-to-one")
    assert len(every) == 2
    assert [(row["left_id"], row["right_id"]) for row in best] == [("1", "a")]


@pytest.mark.parametrize("rows", ["", f"1,{ADA}"])
def test_files_of_no_row_or_one_are_files(match, rows):
    result, pairs = match(HEADER + rows, HEADER)
    assert result.exit_code == 0
    assert pairs == []


def test_a_mark_before_the_header_and_blanks_in_it_do_not_matter(match):
    result, pairs = match("\ufeffid , name, npi\n1, Ada Crow, 1234567893\n", "id,name,npi\na,ADA CROW,1234567893\n")
    assert result.exit_code == 0
    assert len(pairs) == 1


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "left.csv: line 1: the header should name id and a name"),
        ("key,name\n1,Ada\n", "left.csv: line 1: the header should name id and a name"),
        ("id,number\n1,2\n", "it names id, number"),
        ("id,name,npi,NPI\n1,Ada,,\n", "left.csv: line 1: the header names npi more than once"),
    ],
)
def test_a_file_that_cannot_be_matched_is_named_with_its_line_and_nothing_is_written(match, tmp_path, text, message):
    result, pairs = match(text, f"{HEADER}a,{ADA}")
    assert result.exit_code == 1
    assert message in result.output
    assert pairs is None
    assert not list(tmp_path.glob(".*"))


def test_an_earlier_answer_stays_when_a_later_file_is_wrong(match, tmp_path):
    match(f"{HEADER}1,{ADA}", f"{HEADER}a,{ADA}")
    result, pairs = match("key,name\n", f"{HEADER}a,{ADA}")
    assert result.exit_code == 1
    assert len(pairs) == 1


@pytest.mark.parametrize(
    "row, message",
    [
        (f"2,{BEN}2,{BEN}", "left.csv: line 4: id 2 stands there twice, first in line 3; the row is left out"),
        (f" ,{BEN}", "left.csv: line 3: the id is empty; the row is left out"),
        (b"2,Jos\xe9 \xe9\xe9\xe9 Ruiz,,\n", "left.csv: line 3: cannot be decoded as utf-8"),
        (b"2,Ben\0Finch,,\n", "left.csv: line 3: holds a NUL byte"),
        ("2,Finch, Ben,AC 2,CA\n", "left.csv: line 3: 5 cells under a header of 4 columns"),
        ("2\n", "left.csv: line 3: 1 cells under a header of 4 columns, and no name is among them"),
        (b'2,"Ben Finch,,\n', "left.csv: line 3: opens a quote that is never closed"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_line_and_the_others_go_in(match, row, message):
    rows = f"{HEADER}1,{ADA}".encode() + (row if isinstance(row, bytes) else row.encode())
    result, pairs = match(rows + f"3,{ADA}".encode(), f"{HEADER}a,{ADA}")
    assert result.exit_code == 0
    assert result.stderr.count(message) == 1
    assert "left.csv: line 3" not in result.stdout and "; 1 rows of the files were left out" in result.stdout
    assert {(pair["left_id"], pair["right_id"]) for pair in pairs} == {("1", "a"), ("3", "a")}


@pytest.mark.parametrize(
    "row, message",
    [
        ("2,Ben Finch,AC 2\n", "left.csv: line 3: 3 cells under a header of 4 columns; those that are missing count"),
        ("2,,AC 1,CA\n", "left.csv: line 3: no name is given; the row is compared by its other cells"),
    ],
)
def test_what_is_known_of_a_row_that_lacks_something_goes_in_and_is_told(match, row, message):
    result, _ = match(f"{HEADER}1,{ADA}{row}", f"{HEADER}a,{ADA}b,Ben Finch,AC 2,\n", "--json")
    assert (result.stderr.count(message), "2 rows on the left" in result.stderr) == (1, True)
    assert [json.loads(result.stdout)[key] for key in ("pairs", "refused", "incomplete")] == [2, 0, 1]


def test_empty_cells_behind_the_last_column_are_no_cells(match):
    result, pairs = match(f"{HEADER}1,Ada Crow,AC 1,CA,,,\n", f"{HEADER}a,{ADA}")
    assert (result.stderr.count("cells"), len(pairs)) == (0, 1)


def test_letters_of_western_europe_are_read_and_it_is_said(match):
    header, row = f"{HEADER}1,", "José Muñoz,AC 1,CA\n"
    result, pairs = match((header + row).encode("cp1252"), header + row)
    assert result.stderr.count("left.csv: nothing says its charset; it was read as windows-1252") == 1
    assert [pair["reasons"] for pair in pairs] == ["same license number in CA; names agree (José Muñoz / José Muñoz)"]


def test_of_very_many_rows_left_out_the_first_are_named_and_the_rest_counted(match):
    result, _ = match(HEADER + f"1,{ADA}" * 30, f"{HEADER}a,{ADA}")
    assert (result.stderr.count("stands there twice"), "and 9 more" in result.stderr) == (20, True)


def test_a_column_that_nobody_knows_is_named_and_left_out(match):
    result, pairs = match(f"Shoe Size,{HEADER}44,1,{ADA}", f"{HEADER}a,{ADA}")
    assert "left.csv: line 1: columns that nobody knows are left out: shoe_size" in result.stderr
    assert len(pairs) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_are_read_as_spreadsheets_save_them(tmp_path, encoding, delimiter):
    text = "ID,Given Name,Family Name\r\n1,Zoë,Crow\r\n".replace(",", delimiter)
    (person,) = people_in(PersonFile(written(tmp_path / "people.csv", text.encode(encoding))), no_remarks())
    assert person.names[0].tokens == ("zoe", "crow")


def test_pairs_never_take_the_place_of_a_file_that_is_read_nor_of_what_is_no_file(match, tmp_path):
    match(f"{HEADER}1,{ADA}", f"{HEADER}a,{ADA}")
    left, right = tmp_path / "left.csv", tmp_path / "right.csv"
    over = CliRunner().invoke(match_command, [str(left), str(right), "--out", str(right)])
    assert (over.exit_code, "one of the files to read" in over.output) == (2, True)
    assert right.read_text() == f"{HEADER}a,{ADA}"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    CliRunner().invoke(match_command, [str(left), str(right), "--out", str(pipe)])
    assert (pipe.is_fifo(), b"1,a,sure" in os.read(reader, 4096)) == (True, True)
    os.close(reader)


def test_pairs_on_standard_output_stand_there_alone(tmp_path):
    people = str(written(tmp_path / "people.csv", f"{HEADER}1,{ADA}"))
    result = CliRunner().invoke(match_command, [people, people, "--out", "-"])
    assert result.stdout.splitlines() == [
        "left_id,right_id,verdict,score,reasons",
        "1,1,sure,0.9791,same license number in CA; names agree (Ada Crow / Ada Crow)",
    ]
    assert "1 pairs: 1 sure" in result.stderr


def test_one_file_twice_says_that_everybody_is_themselves(match):
    people = f"{HEADER}1,{ADA}2,{BEN}"
    _, pairs = match(people, people)
    assert [(pair["left_id"], pair["right_id"]) for pair in pairs] == [("1", "1"), ("2", "2")]


def test_the_pairs_do_not_depend_on_the_order_of_rows_or_files(tmp_path):
    pairs = labelled_pairs(5, each=12)
    left, right = tmp_path / "left.csv", tmp_path / "right.csv"

    def found(pairs, one, other):
        write_files(pairs, left, right)
        every = [pairs_of(PersonFile(one), PersonFile(other), one_to_one=best) for best in (False, True)]
        return [{frozenset({(p.left_id, p.right_id), (p.right_id, p.left_id)}) for p in some} for some in every]

    usual = found(pairs, left, right)
    assert found(pairs[::-1], left, right) == usual
    assert found(pairs, right, left) == usual


@pytest.mark.parametrize("name, message", [("gone.csv", "gone.csv' does not exist"), ("", "' is a directory")])
def test_a_file_that_is_none_is_wrong_usage(tmp_path, name, message):
    there, out = written(tmp_path / "there.csv", HEADER), str(tmp_path / "out.csv")
    result = CliRunner().invoke(match_command, [str(there), str(tmp_path / name), "--out", out])
    assert (result.exit_code, message in result.output) == (2, True)


def test_packed_files_are_unpacked_and_those_that_were_cut_off_are_named(tmp_path):
    packed, out = written(tmp_path / "people.csv.gz", gzip.compress(f"{HEADER}1,{ADA}".encode())), tmp_path / "out.csv"
    arguments = [str(packed), str(packed), "--out", str(out)]
    assert "1 pairs: 1 sure" in CliRunner().invoke(match_command, arguments).output
    written(packed, packed.read_bytes()[:-9])
    result = CliRunner().invoke(match_command, arguments)
    assert (result.exit_code, "people.csv.gz: cannot be read: Compressed file ended" in result.output) == (1, True)


def test_people_can_come_through_a_pipe(tmp_path):
    pipe, right = tmp_path / "pipe", written(tmp_path / "right.csv", f"{HEADER}a,{ADA}")
    os.mkfifo(pipe)
    writer = Thread(target=written, args=(pipe, f"{HEADER}1,{ADA}2,,,\n,,,\n"))
    writer.start()
    result = CliRunner().invoke(match_command, [str(pipe), str(right), "--out", str(tmp_path / "out.csv")])
    writer.join()
    assert (result.exit_code, "1 pairs: 1 sure" in result.output, "pipe: line 3: no name" in result.output) == (
        *(0, True, True),
    )


@pytest.mark.parametrize("left", [b"PK\x03\x04 and so on", b"\xd0\xcf\x11\xe0 and so on", b"%PDF-1.7"])
def test_what_is_no_text_is_said_to_be_none(match, left):
    result, pairs = match(left, HEADER)
    assert (result.exit_code, pairs) == (1, None)
    assert "left.csv: is a workbook, an archive or a PDF; expected rows of text, as CSV" in result.output


def test_a_disk_that_is_full_leaves_no_pairs_and_is_said(match, tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("directory.cli.match._cells", full)
    result, pairs = match(f"{HEADER}1,{ADA}", f"{HEADER}a,{ADA}")
    assert (result.exit_code, pairs, list(tmp_path.glob(".*"))) == (1, None, [])
    assert "pairs.csv: cannot be written: No space left on device; no pairs were kept" in result.output


def test_where_the_pairs_cannot_go_is_said(tmp_path):
    there = written(tmp_path / "there.csv", HEADER)
    out = str(tmp_path / "no such folder" / "out.csv")
    result = CliRunner().invoke(match_command, [str(there), str(there), "--out", out])
    assert result.exit_code == 2
    assert "cannot be written" in result.output


def test_a_wrong_file_on_the_left_is_found_before_the_first_pair(tmp_path):
    left, right = "key,name\n", f"{HEADER}a,{ADA}"
    with pytest.raises(PersonFileError, match=r"left\.csv: line 1"):
        pairs_of(PersonFile(written(tmp_path / "left.csv", left)), PersonFile(written(tmp_path / "right.csv", right)))


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the FEBRL files are not beside this checkout")
def test_febrl_4_is_matched_by_names_and_addresses(tmp_path):
    from bench.match import febrl_file

    left, right = (febrl_file(REAL / f"febrl4{side}.csv", tmp_path) for side in "ab")
    pairs = list(pairs_of(PersonFile(left), PersonFile(right), one_to_one=True))
    right_ones = [each for each in pairs if each.left_id.split("-")[1] == each.right_id.split("-")[1]]
    precision, recall = len(right_ones) / len(pairs), len(right_ones) / 5_000
    assert 2 * precision * recall / (precision + recall) >= 0.995
    assert all(each in right_ones for each in pairs if each.likeness.verdict is Verdict.SURE)
