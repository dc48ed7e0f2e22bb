"""Files in the documented layouts, with all that real files do to a reader. People are invented."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from scrapers.record import Entity, RegistryRecord, Standing
from scrapers.run import Outcome, RunReport
from scrapers.spec import find_spec
from tests.scrapers.layouts import CA, IL, LAYOUTS, LEIE, Layout
from tests.scrapers.making import make_file, make_spec, read_files


@pytest.fixture(params=LAYOUTS, ids=lambda layout: layout.registry)
def layout(request: pytest.FixtureRequest) -> Layout:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., tuple[list[RegistryRecord], RunReport]]:
    def read_content(layout: Layout, content: str | bytes) -> tuple[list[RegistryRecord], RunReport]:
        return read_files(layout.spec, make_file(tmp_path, content, layout.name))

    return read_content


Read = Callable[[Layout, str | bytes], tuple[list[RegistryRecord], RunReport]]


def test_a_plain_file_is_read_to_the_end(layout: Layout, read: Read) -> None:
    records, report = read(layout, layout.text())
    assert (len(records), report.outcome, report.reason) == (3, Outcome.COMPLETE, "")


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-be"),
        lambda text: b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le"),
        lambda text: text.rstrip("\n").encode(),
    ],
    ids=["BOM", "CRLF", "UTF-16", "UTF-16 big-endian without BOM", "UTF-16 with CRLF", "no last line break"],
)
def test_the_same_rows_in_another_coat_are_the_same_records(
    layout: Layout, read: Read, encode: Callable[[str], bytes]
) -> None:
    plain, _ = read(layout, layout.text())
    coated, report = read(layout, encode(layout.text()))
    assert report.outcome is Outcome.COMPLETE
    assert [(r.source_key, r.holder, r.standing, r.as_published) for r in coated] == [
        (r.source_key, r.holder, r.standing, r.as_published) for r in plain
    ]


def test_a_heading_that_is_renamed_stops_the_run(layout: Layout, read: Read) -> None:
    for place, heading in enumerate(layout.headings):
        headings = (*layout.headings[:place], f"{heading} (new)", *layout.headings[place + 1 :])
        records, report = read(layout, layout.text(headings=headings))
        assert (records, report.outcome) == ([], Outcome.CHANGED), heading
        assert "(new)" in " ".join(report.new_columns) or "new" in report.reason


def test_a_needed_heading_that_is_missing_stops_the_run(layout: Layout, read: Read) -> None:
    place = layout.headings.index(layout.standing)

    def without(row: tuple[str, ...]) -> tuple[str, ...]:
        return row[:place] + row[place + 1 :]

    records, report = read(layout, layout.text(tuple(map(without, layout.rows)), without(layout.headings)))
    assert (records, report.outcome) == ([], Outcome.CHANGED)
    assert "is missing" in report.reason


def test_headings_in_another_order_are_read_by_their_names(layout: Layout, read: Read) -> None:
    turned = layout.text(tuple(row[::-1] for row in layout.rows), layout.headings[::-1])
    assert [r.source_key for r in read(layout, turned)[0]] == [r.source_key for r in read(layout, layout.text())[0]]


def test_a_row_with_a_nul_byte_is_rejected_with_its_line_and_silence_means_nothing(layout: Layout, read: Read) -> None:
    lines = layout.text().encode().split(b"\n")
    lines[2] = lines[2][:4] + b"\0" + lines[2][4:]
    records, report = read(layout, b"\n".join(lines))
    assert (len(records), report.rejected_rows, report.outcome) == (2, 1, Outcome.INCOMPLETE)
    assert report.row_errors == [{"file": f"file:{layout.name}", "line": 3, "reason": "holds a NUL byte"}]


def test_a_row_that_cannot_be_decoded_is_rejected_with_its_line(layout: Layout, read: Read) -> None:
    lines = layout.text().encode().split(b"\n")
    lines[1] = lines[1][:4] + b"\xff" + lines[1][5:]
    records, report = read(layout, b"\n".join(lines))
    assert (len(records), report.outcome) == (2, Outcome.INCOMPLETE)
    assert report.row_errors[0]["line"] == 2
    assert "cannot be decoded" in report.row_errors[0]["reason"]


def test_wherever_the_last_row_is_cut_the_run_is_incomplete_or_its_row_whole(layout: Layout, read: Read) -> None:
    whole = layout.text().encode()
    last = whole[: len(whole) - 1].rfind(b"\n") + 1
    as_whole = read(layout, whole)[0][-1].as_published
    for end in (*range(last + 1, len(whole) - 20, 7), *range(len(whole) - 20, len(whole) - 1)):
        records, report = read(layout, whole[:end])
        if report.outcome is Outcome.COMPLETE:  # only what cannot be told from a file without a last line break
            assert len(records) == 3
            assert records[-1].as_published == as_whole
        else:
            assert (report.outcome, len(records)) == (Outcome.INCOMPLETE, 2), whole[last:end]
            assert report.row_errors[0]["line"] == 4


def test_an_unknown_standing_word_is_kept_raw_and_looked_at(layout: Layout, read: Read) -> None:
    records, report = read(layout, layout.text(layout.with_word(1, layout.standing, "Zonked")))
    assert report.outcome is Outcome.COMPLETE
    strange = records[1]
    assert (strange.standing, "Zonked" in strange.standing_raw) == (Standing.UNKNOWN, True)
    assert list(report.unknown_words.values()).count(1) >= 1
    assert any("Zonked" in warning for warning in report.warnings)


def test_a_word_that_contains_a_known_word_is_not_that_word(read: Read) -> None:
    records, _ = read(IL, IL.text(IL.with_word(0, "License Status", "NOT ACTIVE")))
    assert records[0].standing is Standing.UNKNOWN
    records, _ = read(CA, CA.text(CA.with_word(0, "License Status", "current")))
    assert records[0].standing is Standing.UNKNOWN


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"<html><body>We'll be back soon</body></html>", b"{}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
    ids=["nothing", "blank lines", "an apology", "JSON", "a real Excel 97 file"],
)
def test_another_kind_of_file_is_refused(layout: Layout, read: Read, content: bytes) -> None:
    records, report = read(layout, content)
    assert (records, report.outcome) == ([], Outcome.CHANGED)
    assert report.reason


def test_the_same_file_inside_a_zip_is_the_same_list(layout: Layout, tmp_path: Path, read: Read) -> None:
    packed = tmp_path / "list.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(layout.name, layout.text())
    records, report = read_files(layout.spec, packed)
    assert (len(records), report.outcome) == (3, Outcome.COMPLETE)
    packed.write_bytes(packed.read_bytes()[:-30])
    assert read_files(layout.spec, packed)[1].outcome is Outcome.CHANGED


def test_the_exclusions_list_knows_people_firms_and_what_means_nothing(read: Read) -> None:
    person, firm, nurse = read(LEIE, LEIE.text())[0]
    assert (person.holder.family, person.holder.entity, person.npi) == ("HOLLOWAY", Entity.PERSON, "")
    assert (firm.holder.raw, firm.holder.entity, firm.npi) == (
        "INVENTED CLINIC, INC",
        Entity.ORGANIZATION,
        "1234567893",
    )
    assert {r.standing for r in (person, firm, nurse)} == {Standing.EXCLUDED}
    assert (person.profession, nurse.profession) == ("acupuncturist", "nurse/nurses aide")
    assert "19620101" not in str(person.as_json())


def test_a_reinstated_person_is_not_called_excluded(read: Read) -> None:
    records, _ = read(LEIE, LEIE.text(LEIE.with_word(0, "REINDATE", "20240101")))
    assert records[0].standing is Standing.UNKNOWN


def test_a_row_that_repeats_word_for_word_is_one_record(read: Read) -> None:
    records, report = read(IL, IL.text((*IL.rows, IL.rows[0])))
    assert (len(records), report.repeated, report.outcome) == (3, 1, Outcome.COMPLETE)


def test_a_license_with_two_discipline_cases_is_one_record_with_both(read: Read) -> None:
    again = IL.with_word(1, "Case Number", "2022000002")[1]
    records, report = read(IL, IL.text((*IL.rows, again)))
    assert (len(records), report.outcome) == (3, Outcome.COMPLETE)
    assert records[1].standing is Standing.RESTRICTED
    assert "2019000001" in str(records[1].discipline)
    assert "2022000002" in str(records[1].discipline)


def test_rows_of_other_boards_are_counted_and_not_read(read: Read) -> None:
    records, report = read(CA, CA.text(CA.with_word(0, "License Type", "Invented Trade")))
    assert (len(records), report.skipped, report.outcome) == (2, 1, Outcome.COMPLETE)


def test_two_files_with_the_same_rows_are_not_believed(layout: Layout, tmp_path: Path) -> None:
    one = make_file(tmp_path, layout.text(), layout.name)
    two = make_file(tmp_path, layout.text().replace("\n", "\r\n"), f"again-{layout.name}")
    _, report = read_files(layout.spec, one, two)
    assert report.outcome is Outcome.SUSPECT
    assert "the same 3 rows" in report.reason


def test_a_workbook_is_read_like_a_list(tmp_path: Path) -> None:
    spec = make_spec(tmp_path, channels={"file": {"format": "workbook", "header_row": 2}}, date_formats=["%Y-%m-%d"])
    book = openpyxl.Workbook()
    for row in [["Invented list"], ["No", "Last", "First", "Status", "Ends"], [17, "Holloway", "Wren", "Active", None]]:
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    records, report = read_files(spec, tmp_path / "list.xlsx")
    assert (report.outcome, report.reason) == (Outcome.COMPLETE, "")
    assert (records[0].number, records[0].holder.family) == ("17", "Holloway")


@pytest.mark.real
def test_the_published_copy_of_illinois_list_is_read(real: Path) -> None:
    spec = replace(find_spec("us_il"), where={})
    records, report = read_files(spec, real / "il_idfpr" / "licenses_fall2022.csv")
    assert (report.outcome, report.rejected_rows) == (Outcome.COMPLETE, 0)
    assert len(records) + report.repeated >= 9_900
    assert not {r.standing_raw for r in records if r.standing is Standing.UNKNOWN} - set(report.unknown_words)
    assert not any(r.number.endswith(".0") or "*" in r.number for r in records)
