"""Workbooks as operators get them: alone, or packed into a zip with a note beside them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from scrapers.report import Outcome
from tests.scrapers.making import make_spec, read_files

HEADINGS = ["No", "Last", "First", "Status", "Ends"]
ROWS = [["A-1", "Holloway", "Wren", "Active", "2027-06-30"], ["A-2", "Okafor", "Ada", "Expired", "2020-06-30"]]


def workbook() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [HEADINGS, *ROWS]:
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def packed(folder: Path, **members: bytes) -> Path:
    path = folder / "list.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("_", "."), body)
    return path


def test_a_workbook_in_a_zip_is_read_like_one_that_is_not(tmp_path: Path) -> None:
    spec = make_spec(tmp_path, channels={"file": {"format": "workbook"}})
    alone = tmp_path / "list.xlsx"
    alone.write_bytes(workbook())
    records, report = read_files(spec, alone)
    again, packed_report = read_files(spec, packed(tmp_path, list_xlsx=workbook(), readme_txt=b"a note"))
    assert (report.outcome, packed_report.outcome) == (Outcome.COMPLETE, Outcome.COMPLETE)
    assert [record.number for record in again] == [record.number for record in records] == ["A-1", "A-2"]


def test_two_workbooks_in_a_zip_are_refused_unless_one_is_named(tmp_path: Path) -> None:
    file = packed(tmp_path, list_xlsx=workbook(), older_xlsx=workbook())
    both = make_spec(tmp_path, channels={"file": {"format": "workbook"}})
    named = make_spec(tmp_path, channels={"file": {"format": "workbook", "member": "list.*"}})
    assert read_files(both, file)[1].outcome is Outcome.CHANGED
    assert read_files(named, file)[1].outcome is Outcome.COMPLETE


@pytest.mark.parametrize("body", [b"", b"no workbook at all", workbook()[:900]], ids=["empty", "text", "cut off"])
def test_what_is_no_workbook_is_refused_inside_a_zip_too(tmp_path: Path, body: bytes) -> None:
    spec = make_spec(tmp_path, channels={"file": {"format": "workbook"}})
    records, report = read_files(spec, packed(tmp_path, list_xlsx=body))
    assert (records, report.outcome) == ([], Outcome.CHANGED)


def test_a_workbook_that_is_too_large_is_not_unpacked(tmp_path: Path) -> None:
    spec = make_spec(tmp_path, channels={"file": {"format": "workbook", "max_bytes": 2000}})
    _, report = read_files(spec, packed(tmp_path, list_xlsx=workbook()))
    assert report.outcome is Outcome.CHANGED
    assert "at most 2000" in report.reason
