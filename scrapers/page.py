"""One page or file that was captured, and the ways to read it. Reading never goes back to the network."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import islice
from typing import Any, BinaryIO
from urllib.parse import urljoin

from bs4.element import Tag

from scrapers.captures import Capture
from scrapers.channels import Channel
from scrapers.decoding import decode_page
from scrapers.delimited import Cells, Dialect, read_cells
from scrapers.errors import RowRejected, SourceChanged
from scrapers.markup import Markup, Within, text_of
from scrapers.record import Evidence, Method
from scrapers.request import Request
from scrapers.rows import Row
from scrapers.workbook import read_workbook

__all__ = ["Page", "Request", "text_of"]

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Page:
    """A capture, the request that led to it and the channel it came through."""

    def __init__(self, request: Request, capture: Capture, channel: Channel, *, method: Method) -> None:
        self.request = request
        self.capture = capture
        self.channel = channel
        self.url = capture.url
        self.evidence = Evidence(capture.url, capture.retrieved_at, capture.sha256, method)

    @property
    def note(self) -> str:
        return self.request.note

    @property
    def carried(self) -> Mapping[str, Any]:
        return self.request.carried

    # Text, HTML, JSON ------------------------------------------------------------------------------------------------

    @cached_property
    def body_text(self) -> str:
        """The whole page as text. Raises SourceChanged when it is too long or cannot be decoded."""
        if self.capture.size > self.channel.max_bytes:
            raise SourceChanged(f"is {self.capture.size} bytes long", expected=f"at most {self.channel.max_bytes}")
        charset = re.search(r"charset=\s*\"?([\w-]+)", self.capture.media_type)
        stated = charset.group(1) if charset else self.channel.encoding
        try:
            return decode_page(self.capture.path.read_bytes(), stated=stated)
        except (ValueError, LookupError) as wrong:
            raise SourceChanged(f"cannot be read as text: {wrong}") from wrong

    @cached_property
    def markup(self) -> Markup:
        return Markup(self.body_text)

    @property
    def asked(self) -> set[str]:
        """The selectors that were relied on so far."""
        return self.markup.asked if "markup" in self.__dict__ else set()

    def one(self, selector: str, within: Within = None) -> Tag:
        return self.markup.one(selector, within)

    def some(self, selector: str, within: Within = None) -> list[Tag]:
        return self.markup.some(selector, within)

    def maybe(self, selector: str, within: Within = None) -> Tag | None:
        return self.markup.maybe(selector, within)

    def text(self, selector: str, within: Within = None) -> str:
        return self.markup.text(selector, within)

    def labelled_values(self, selector: str, within: Within = None) -> dict[str, str]:
        return self.markup.labelled_values(selector, within)

    def table_cells(self, selector: str, within: Within = None) -> Iterator[dict[str, Tag]]:
        return self.markup.table_cells(selector, within)

    def says(self, texts: Sequence[str]) -> bool:
        """Whether the page prints one of these texts."""
        return any(text in self.body_text for text in texts)

    def json(self) -> Any:
        """The page as JSON. Raises SourceChanged when it isn't, with its beginning."""
        try:
            return json.loads(self.body_text)
        except (json.JSONDecodeError, RecursionError) as wrong:
            raise SourceChanged(f"is not JSON: {self.body_text[:80]!r}: {wrong}", expected="JSON") from wrong

    # Files of rows ---------------------------------------------------------------------------------------------------

    def rows(
        self,
        on_headings: Callable[[Sequence[str]], None],
        *,
        member: Sequence[str] = (),
        header_row: int = 0,
        sheet: str = "",
    ) -> Iterator[Row | RowRejected]:
        """The rows of a delimited file or workbook, plain or inside a zip, streamed. `on_headings` sees the headings
        first and raises SourceChanged when they are not the ones the reader was written for."""
        header_row = header_row or self.channel.header_row
        if self.channel.format == "workbook":
            cells: Iterator[Cells | RowRejected] = iter(read_workbook(self.capture.path, sheet=sheet))
            yield from self._rows_of(cells, on_headings, header_row)
            return
        dialect = Dialect(
            delimiter=self.channel.delimiter,
            quoting=self.channel.quoting,
            encoding=self.channel.encoding,
            only_rows_with=self.channel.only_rows_with,
            headings=header_row,
        )
        with self.open(member or self.channel.member) as stream:
            yield from self._rows_of(read_cells(stream, dialect), on_headings, header_row)

    def _rows_of(
        self, cells: Iterator[Cells | RowRejected], on_headings: Callable[[Sequence[str]], None], header_row: int
    ) -> Iterator[Row | RowRejected]:
        headings = self._headings(cells, header_row)
        on_headings(headings)
        width = len(headings)
        for found in cells:
            if isinstance(found, RowRejected):
                yield found
            elif len(found.values) != width:
                ending = "" if found.ended else "; the file ends in it"
                yield RowRejected(f"has {len(found.values)} of {width} columns{ending}", line=found.line)
            else:
                row = Row(zip(headings, found.values, strict=True), line=found.line, columns_checked=True)
                row.unended = not found.ended
                yield row

    def _headings(self, cells: Iterator[Cells | RowRejected], header_row: int) -> list[str]:
        found = next(islice(cells, header_row - 1, None), None)
        if found is None:
            raise SourceChanged("is empty", expected="a row of headings")
        if isinstance(found, RowRejected):
            raise SourceChanged(f"its headings cannot be read: line {found.line} {found.reason}")
        headings = [heading.strip() for heading in found.values]
        if self.channel.headings == "field_names":
            headings = [field_name(heading) for heading in headings]
        if len(set(headings)) != len(headings):
            twice = sorted({heading for heading in headings if headings.count(heading) > 1})
            raise SourceChanged(f"has a heading twice: {', '.join(twice)}")
        return headings

    @property
    def is_json(self) -> bool:
        """Whether the file begins like JSON, which no list of headings does."""
        with self.capture.path.open("rb") as file:
            return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")

    @property
    def is_zip(self) -> bool:
        return self._begins_with(_ZIP)

    def _begins_with(self, magic: bytes) -> bool:
        with self.capture.path.open("rb") as file:
            return file.read(len(magic)) == magic

    def members(self) -> list[str]:
        """The names of the files inside a zip. Raises SourceChanged when it is none."""
        with self._archive() as archive:
            return [info.filename for info in archive.infolist() if not info.is_dir()]

    @contextmanager
    def open(self, member: Sequence[str] = ()) -> Iterator[BinaryIO]:
        """The bytes, streamed: of the file itself, or of the one zip member whose name fits. Nothing is unpacked to
        disk. Raises SourceChanged for an old Excel file, a damaged zip, no such member or several."""
        if self._begins_with(_OLE):
            raise SourceChanged("is a real Excel 97 workbook", expected="text, whatever its name says")
        if not self.is_zip:
            with self.capture.path.open("rb") as file:
                yield file
            return
        with self._archive() as archive:
            info = self._member(archive, member)
            try:
                with archive.open(info) as file:
                    yield file  # type: ignore[misc]
            except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as wrong:
                raise SourceChanged(f"{info.filename} inside it is damaged or encrypted: {wrong}") from wrong

    def _archive(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.capture.path)
        except (zipfile.BadZipFile, OSError) as wrong:
            raise SourceChanged(f"is cut off or no zip file: {wrong}") from wrong

    def _member(self, archive: zipfile.ZipFile, patterns: Sequence[str]) -> zipfile.ZipInfo:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        fitting = [
            i for i in infos if not patterns or any(fnmatchcase(i.filename.lower(), p.lower()) for p in patterns)
        ]
        if len(fitting) != 1:
            names = ", ".join(info.filename for info in infos[:20])
            raise SourceChanged(
                f"{len(fitting)} members fit {', '.join(patterns) or 'any name'}: {names}", expected="one"
            )
        if fitting[0].file_size > self.channel.max_bytes:
            raise SourceChanged(
                f"{fitting[0].filename} unpacks to {fitting[0].file_size} bytes",
                expected=f"at most {self.channel.max_bytes}",
            )
        return fitting[0]

    # Further requests ------------------------------------------------------------------------------------------------

    def follow(self, link: Tag | str, *, note: str = "", carried: Mapping[str, Any] | None = None) -> Request:
        """The request for a link on this page. Raises SourceChanged when it has no address."""
        href = link if isinstance(link, str) else str(link.get("href") or "")
        if not href:
            raise SourceChanged("a link has no address", expected="an href")
        return Request(urljoin(self.url, href), note=note, carried=carried or {})

    def submit(
        self, form: str, changes: Mapping[str, str], *, note: str = "", carried: Mapping[str, Any] | None = None
    ) -> Request:
        """The request a browser would make for the only form that fits, with hidden fields kept and `changes` filled
        in. Raises SourceChanged when the form is not there."""
        element = self.one(form)
        unknown = set(changes) - self.markup.field_names(element)
        if unknown:
            raise SourceChanged(f"form {form} has no field {', '.join(sorted(unknown))}")
        fields = self.markup.untouched_fields(element) | dict(changes)
        method = str(element.get("method") or "get").upper()
        address = urljoin(self.url, str(element.get("action") or self.url))
        return Request(address, method=method, form=fields, note=note, carried=carried or {})

    def postback(
        self,
        form: str,
        target: str,
        argument: str = "",
        *,
        note: str = "",
        carried: Mapping[str, Any] | None = None,
    ) -> Request:
        """The request ASP.NET's __doPostBack(target, argument) would make."""
        turned = {"__EVENTTARGET": target, "__EVENTARGUMENT": argument}
        return self.submit(form, turned, note=note, carried=carried)


def field_name(heading: str) -> str:
    """A heading as an open-data portal names its field: "License Type" is license_type, "BusinessDBA" businessdba."""
    return re.sub(r"[^a-z0-9]+", "_", heading.strip().lower()).strip("_") if heading != "_id" else heading
