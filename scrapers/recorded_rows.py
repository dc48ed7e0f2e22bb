"""A file of rows that is made a recording of: delimited text, an .xlsx workbook, or one of them inside a zip."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import openpyxl

from scrapers.channels import Channel
from scrapers.decoding import encoding_of
from scrapers.fields import as_text
from scrapers.recorded import Links, Recorded, Texts
from scrapers.row_file import field_name

_THEN = (1980, 1, 1, 0, 0, 0)  # the time of every member, so that the same rows are the same bytes


class RecordedRows(Recorded):
    """Delimited text, in the encoding, with the delimiter and the line breaks of the original."""

    def __init__(self, body: bytes, channel: Channel) -> None:
        self._encoding, skip = encoding_of(body[:512], channel.encoding)
        self._bom, self._channel = body[:skip], channel
        text = body[skip:].decode(self._encoding)
        self._break = "\r\n" if "\r\n" in text else "\n"
        self._ended = text.endswith(("\n", "\r"))
        quoting = csv.QUOTE_MINIMAL if channel.quoting else csv.QUOTE_NONE
        self._style: dict[str, Any] = {"delimiter": channel.delimiter, "quoting": quoting}
        self._style |= {} if channel.quoting else {"quotechar": None}
        rows = csv.reader(io.StringIO(text, newline=""), **self._style)
        lines: list[list[Any]] = [row for row in rows if row]
        self._above, self._lines = lines[: channel.header_row], lines[channel.header_row :]

    @property
    def _headings(self) -> list[str]:
        headings = [as_text(heading) for heading in self._above[-1]] if self._above else []
        return [field_name(one) for one in headings] if self._channel.headings == "field_names" else headings

    def rows(self) -> list[Mapping[str, str]]:
        return [dict(zip(self._headings, map(as_text, line), strict=False)) for line in self._lines]

    def keep(self, places: set[int]) -> None:
        self._lines = [line for place, line in enumerate(self._lines) if place in places]

    def cells(self) -> Iterator[tuple[str, str]]:
        for row in self.rows():
            yield from ((text, column) for column, text in row.items())

    def replace(self, text: Texts, link: Links) -> None:
        headings = self._headings
        self._lines = [
            [_other(value, headings[place] if place < len(headings) else "", text) for place, value in enumerate(line)]
            for line in self._lines
        ]

    def body(self) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator=self._break, **self._style).writerows([*self._above, *self._lines])
        written = out.getvalue() if self._ended else out.getvalue().removesuffix(self._break)
        return self._bom + written.encode(self._encoding)


class RecordedWorkbook(RecordedRows):
    """The first sheet of an .xlsx workbook; other sheets are left out."""

    def __init__(self, body: bytes, channel: Channel) -> None:
        book = openpyxl.load_workbook(io.BytesIO(body), data_only=True)
        lines = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        self._title, self._channel = book.worksheets[0].title, channel
        lines = [line for line in lines if any(value is not None for value in line)]
        self._above, self._lines = lines[: channel.header_row], lines[channel.header_row :]

    def body(self) -> bytes:
        book, out = openpyxl.Workbook(), io.BytesIO()
        sheet = book.worksheets[0]
        sheet.title = self._title
        for line in (*self._above, *self._lines):
            sheet.append(line)
        book.save(out)
        with zipfile.ZipFile(out) as archive:
            return _zipped({name: archive.read(name) for name in archive.namelist()})


class RecordedZip(Recorded):
    """A zip, and the one member that is read. Other members are left out."""

    def __init__(self, body: bytes, channel: Channel) -> None:
        """Raises ValueError when not exactly one member is the one to read."""
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
            fits = [
                n for n in names if not channel.member or any(fnmatchcase(n.lower(), p.lower()) for p in channel.member)
            ]
            if len(fits) != 1:
                raise ValueError(f"{len(fits)} members of the zip fit `member`; it holds {', '.join(names[:10])}")
            self._name, self._rows = fits[0], RecordedRows(archive.read(fits[0]), channel)

    def rows(self) -> list[Mapping[str, str]]:
        return self._rows.rows()

    def keep(self, places: set[int]) -> None:
        self._rows.keep(places)

    def cells(self) -> Iterator[tuple[str, str]]:
        yield from self._rows.cells()

    def replace(self, text: Texts, link: Links) -> None:
        self._rows.replace(text, link)

    def body(self) -> bytes:
        return _zipped({self._name: self._rows.body()})


def _other(value: Any, column: str, text: Texts) -> Any:
    """Another value of the same type; dates and empty cells stay."""
    if isinstance(value, str):
        return text(value, column)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    new = text(as_text(value), column)
    return value if new == as_text(value) else type(value)(new)


def _zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            if name.endswith("core.xml"):  # openpyxl writes the time of saving into it
                body = re.sub(rb"(<dcterms:\w+ [^>]*>)[^<]*", rb"\g<1>2026-01-01T00:00:00Z", body)
            archive.writestr(zipfile.ZipInfo(name, _THEN), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()
