"""The NPPES report of withdrawn numbers: a workbook, alone or in a zip, with a title, two headings, and a row each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from scrapers.delimited import Cells
from scrapers.errors import RowRejected, SourceChanged
from scrapers.packed_workbook import is_workbook, unpacked_workbook
from scrapers.page import Page
from scrapers.platforms import nppes_columns
from scrapers.rows import Row
from scrapers.workbook import read_workbook

HEADINGS = [nppes_columns.NPI, nppes_columns.DEACTIVATED]
LARGEST = 50_000_000  # bytes; it was 1.8 MB in 2026


def holds_report(members: Sequence[str]) -> bool:
    """Whether a file with these zip members is a workbook, or a zip that holds one."""
    return is_workbook(members) or any(name.lower().endswith(".xlsx") for name in members)


def rows_of(page: Page, members: Sequence[str]) -> Iterator[Row | RowRejected]:
    """A row for each withdrawn number. Raises SourceChanged for another workbook."""
    if is_workbook(members):
        yield from _rows(page.capture.path)
        return
    with page.open(["*.xlsx"]) as stream, unpacked_workbook(stream, largest=LARGEST) as path:
        yield from _rows(path)


def _rows(path: Path) -> Iterator[Row | RowRejected]:
    cells = read_workbook(path)
    title, headings = next(cells, None), next(cells, None)
    if title is None or headings is None or _trimmed(headings) != HEADINGS:
        found = ", ".join(_trimmed(headings)) if headings else "nothing"
        raise SourceChanged(f"the second row of the report holds {found}", expected=", ".join(HEADINGS))
    for row in cells:
        values = _trimmed(row)
        if len(values) == len(HEADINGS):
            yield nppes_columns.deactivation(values[0], values[1], line=row.line)
        else:
            yield RowRejected(f"has {len(values)} of {len(HEADINGS)} columns", line=row.line)


def _trimmed(row: Cells) -> list[str]:
    values = [value.strip() for value in row.values]
    while values and not values[-1]:
        values.pop()
    return values
