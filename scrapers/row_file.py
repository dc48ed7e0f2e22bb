"""A captured file of rows: csv, tsv, xlsx, xls, whatever its name says, plain or inside a zip. Always streamed."""

from __future__ import annotations

import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from scrapers.channels import Channel
from scrapers.decoding import charset_of, claims_about
from scrapers.delimited import BLOCK, Cells, Dialect, read_cells
from scrapers.errors import RowRejected, SourceChanged
from scrapers.old_workbook import read_old_workbook
from scrapers.packed_workbook import NAMES, is_workbook, unpacked_workbook
from scrapers.rows import Row, said_twice
from scrapers.workbook import read_workbook

_ZIPS, _OLE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0"


class RowFile:
    """A file on disk, and the channel that says what it should be. `remarks` collects what a person should be told."""

    def __init__(self, path: Path, channel: Channel, *, media_type: str = "", remarks: list[str] | None = None) -> None:
        self._path, self._channel, self._media_type = path, channel, media_type
        self.remarks = remarks if remarks is not None else []

    def rows(
        self,
        on_headings: Callable[[Sequence[str]], None],
        *,
        member: Sequence[str] = (),
        header_row: int = 0,
    ) -> Iterator[Row | RowRejected]:
        """The rows of a delimited file or workbook, plain or inside a zip, streamed. `on_headings` sees the headings
        first and raises SourceChanged when they are not the ones the reader was written for."""
        header_row = header_row or self._channel.header_row
        if self._channel.format == "workbook":
            with self._workbook() as path:
                yield from self._rows_of(RowFile(path, self._channel)._cells_of_workbook(), on_headings, header_row)
            return
        member = member or self._channel.member
        dialect = Dialect(
            delimiter=self._channel.delimiter,
            quoting=self._channel.quoting,
            encoding=self._charset(member),
            only_rows_with=self._channel.only_rows_with,
            headings=header_row,
        )
        with self.open(member) as stream:
            yield from self._rows_of(read_cells(stream, dialect), on_headings, header_row)

    def _charset(self, member: Sequence[str]) -> str:
        """How the file is to be read; what a person should know of it goes to the remarks."""

        def blocks() -> Iterator[bytes]:
            with self.open(member) as stream:
                while block := stream.read(BLOCK):
                    yield block

        head = next(blocks(), b"")[:512]
        found = charset_of(blocks, claims_about(b"", description=self._channel.encoding, media_type=self._media_type))
        if head.lstrip().startswith((b"<!", b"<html", b"<HTML", b"<?xml")):
            raise SourceChanged(f"is a page of markup: {head[:60]!r}", expected="a file of rows")
        if found.remark:
            self.remarks.append(found.remark)
        return found.name

    def _refuse_a_bomb(self) -> None:
        """Raises SourceChanged for a workbook that unpacks to more than this channel may hold."""
        if self.is_zip:
            with self._archive() as archive:
                size = sum(info.file_size for info in archive.infolist())
            if size > max(self._channel.max_bytes, 10 * self._path.stat().st_size):
                raise SourceChanged(f"unpacks to {size} bytes", expected=f"at most {self._channel.max_bytes}")

    def _cells_of_workbook(self) -> Iterator[Cells | RowRejected]:
        if self._begins_with(_OLE):
            yield from read_old_workbook(self._path)
            return
        self._refuse_a_bomb()
        yield from read_workbook(self._path)

    @contextmanager
    def _workbook(self) -> Iterator[Path]:
        """The workbook: this file, or the one that a zip holds, unpacked while it is read."""
        if not self.is_zip or is_workbook(self.members()):
            yield self._path
            return
        with (
            self.open(self._channel.member or NAMES) as stream,
            unpacked_workbook(stream, largest=self._channel.max_bytes) as path,
        ):
            yield path

    def _rows_of(
        self, cells: Iterator[Cells | RowRejected], on_headings: Callable[[Sequence[str]], None], header_row: int
    ) -> Iterator[Row | RowRejected]:
        headings = self._headings(cells, header_row)
        on_headings(headings)
        width, last_lengths = len(headings), Shortest()
        for found in cells:
            if isinstance(found, RowRejected):
                yield found
            elif self._is_no_row(found.values, headings):
                continue
            elif len(found.values) != width:
                ending = "" if found.ended else "; the file ends in it"
                yield RowRejected(f"has {len(found.values)} of {width} columns{ending}", line=found.line)
            elif not found.ended and last_lengths.is_undercut_by(len(found.values[-1])):
                wrong = f"{found.values[-1]!r} is shorter than any {headings[-1]} before: it may be cut off"
                yield RowRejected(f"ends the file without a line break, and {wrong}", line=found.line)
            else:
                last_lengths.see(len(found.values[-1]))
                row = Row(zip(headings, found.values, strict=True), line=found.line, columns_checked=True)
                row.unended = not found.ended
                yield row

    def _is_no_row(self, values: Sequence[str], headings: Sequence[str]) -> bool:
        """Whether these are the headings once more (of files that were put together), or a note of its publisher."""
        if self._named(values[:1]) == headings[:1] and self._named(values) == headings:
            return True
        return any(fnmatchcase(values[0].strip(), pattern) for pattern in self._channel.notes)

    def _named(self, values: Sequence[str]) -> list[str]:
        names = [value.replace("\N{NO-BREAK SPACE}", " ").replace("\ufeff", "").strip() for value in values]
        return [field_name(name) for name in names] if self._channel.headings == "field_names" else names

    def _headings(self, cells: Iterator[Cells | RowRejected], header_row: int) -> list[str]:
        found = next(islice(cells, header_row - 1, None), None)
        if found is None:
            raise SourceChanged("is empty", expected="a row of headings")
        if isinstance(found, RowRejected):
            raise SourceChanged(f"its headings cannot be read: line {found.line} {found.reason}")
        headings = self._named(found.values)
        if headings[0].startswith(('{"', "[{")):
            raise SourceChanged(f"is JSON: {headings[0][:60]!r}", expected="a file of rows")
        if len(set(headings)) != len(headings):
            raise SourceChanged(f"has a heading twice: {', '.join(said_twice(headings))}")
        return headings

    @property
    def is_json(self) -> bool:
        """Whether the file begins like JSON, which no list of headings does."""
        with self._path.open("rb") as file:
            return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")

    @property
    def is_zip(self) -> bool:
        return any(self._begins_with(magic) for magic in _ZIPS)

    def _begins_with(self, magic: bytes) -> bool:
        with self._path.open("rb") as file:
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
            with self._path.open("rb") as file:
                yield file
            return
        with self._archive() as archive:
            info = self._member(archive, member)
            try:
                unpacked = archive.open(info)
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as wrong:
                raise SourceChanged(f"{info.filename} inside it cannot be unpacked: {wrong}") from wrong
            try:
                with unpacked:
                    yield cast(BinaryIO, unpacked)
            except (zipfile.BadZipFile, zlib.error, EOFError) as wrong:
                raise SourceChanged(f"{info.filename} inside it is damaged: {wrong}") from wrong

    def _archive(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self._path)
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
        if fitting[0].file_size > self._channel.max_bytes:
            raise SourceChanged(
                f"{fitting[0].filename} unpacks to {fitting[0].file_size} bytes",
                expected=f"at most {self._channel.max_bytes}",
            )
        return fitting[0]


class Shortest:
    """The shortest length seen so far, blanks apart: what a last value that may have been cut off is compared with."""

    def __init__(self) -> None:
        self._length, self._saw_blank = sys.maxsize, False

    def see(self, length: int) -> None:
        if length:
            self._length = min(length, self._length)
        else:
            self._saw_blank = True

    def is_undercut_by(self, length: int) -> bool:
        """Whether nothing before was as short, or nothing was there to compare with."""
        return length < self._length if length else not self._saw_blank


def field_name(heading: str) -> str:
    """A heading as an open-data portal names its field: "License Type" is license_type, "BusinessDBA" businessdba."""
    return re.sub(r"[^a-z0-9]+", "_", heading.strip().lower()).strip("_") if heading != "_id" else heading
