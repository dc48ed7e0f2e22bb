"""Rows of a real Excel 97 workbook (.xls). Such a file is read whole: it cannot hold more than 65,536 rows a sheet."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlrd

from scrapers.delimited import Cells
from scrapers.errors import SourceChanged

# What the library raises for files that somebody damaged or made up, as well as its own error.
_DAMAGED = (xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, ValueError, LookupError, AssertionError, TypeError)


def read_old_workbook(path: Path) -> Iterator[Cells]:
    """Each row of the first sheet that holds anything, as published text. Dates come as ISO dates. Raises SourceChanged
    when it is no such workbook, or one that is locked."""
    try:
        with Path(os.devnull).open("w") as nowhere, xlrd.open_workbook(str(path), logfile=nowhere) as book:
            sheet = book.sheet_by_index(0)
            for line in range(sheet.nrows):
                values = [_text(cell, book.datemode) for cell in sheet.row(line)]
                if any(values):
                    yield Cells(line + 1, values)
    except _DAMAGED as wrong:
        raise SourceChanged(f"cannot be read as an Excel 97 workbook: {wrong}") from wrong


def _text(cell: Any, datemode: int) -> str:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return str(xlrd.xldate_as_datetime(cell.value, datemode).date().isoformat())
    if cell.ctype == xlrd.XL_CELL_NUMBER and float(cell.value).is_integer():
        return str(int(cell.value))
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return ""
    return str(cell.value)
