"""Rows of an .xlsx workbook, streamed: the file is never opened whole."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from scrapers.delimited import Cells
from scrapers.errors import SourceChanged


def read_workbook(path: Path) -> Iterator[Cells]:
    """Each row of the first sheet that holds anything, as published text. Dates come as ISO dates.
    Raises SourceChanged when it is no such workbook."""
    try:
        with path.open("rb") as file:  # opened by us: by its path, a file would be judged by the ending of its name
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            for line, row in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
                values = [_text(value) for value in row]
                if any(values):
                    yield Cells(line, values)
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ParseError, OSError) as wrong:
        raise SourceChanged(f"cannot be read as an .xlsx workbook: {wrong}") from wrong


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
