"""Files of people, as spreadsheets save them: a header, cells between commas, semicolons, tabs or pipes, in Unicode or
in the letters of Western Europe.

A row that cannot be read is told with the file and its line, and left out; the others go in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from directory.registries.file_remarks import Remarks
from directory.registries.person_rows import person_of_row
from directory.rules.persons import Person
from directory.search.folding import fold
from scrapers.decoding import Charset, charset_of
from scrapers.delimited import BLOCK, Cells, Dialect, read_cells
from scrapers.errors import RowRejected

COLUMNS = (
    *("id", "name", "given_name", "middle_name", "family_name", "suffix", "other_names", "credentials", "npi"),
    *("license_number", "license_jurisdiction", "profession", "phone", "street", "city", "region", "postal_code"),
    "country",
)
NAMES = frozenset({"name", "given_name", "family_name"})
_DELIMITERS = ",;\t|"
_HEAD = 4_096
_NO_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")


class PersonFileError(ValueError):
    """A file that cannot be matched. The message says which, where, and what was expected."""


@dataclass(frozen=True, slots=True)
class PersonFile:
    """A file of people, and what messages call it where that is not its path."""

    path: Path
    title: str = ""

    def __str__(self) -> str:
        return self.title or str(self.path)

    def blocks(self) -> Iterator[bytes]:
        """Its bytes, from the beginning."""
        with self.path.open("rb") as stream:
            while block := stream.read(BLOCK):
                yield block


def people_in(file: PersonFile, remarks: Remarks) -> Iterator[Person]:
    """The people of a file, in its order. Raises PersonFileError for a file that cannot be read or has no such header.

    What is left out, rows and unknown columns, and what is read in part goes to `remarks`, with file and line.
    """
    try:
        charset = _charset(file, remarks)
        with file.path.open("rb") as stream:
            delimiter = _delimiter(stream.read(_HEAD)[charset.skip :].decode(charset.name, errors="ignore"))
            stream.seek(0)
            rows = read_cells(stream, Dialect(delimiter=delimiter, encoding=charset.name))
            reading = _Reading(file, remarks, _header(file, next(rows, None), remarks))
            for each in rows:
                row = reading.row(each)
                if row:
                    yield person_of_row(row)
    except OSError as wrong:
        raise PersonFileError(f"{file}: cannot be read: {wrong.strerror}") from wrong


def _charset(file: PersonFile, remarks: Remarks) -> Charset:
    if next(file.blocks(), b"").startswith(_NO_TEXT):
        raise PersonFileError(f"{file}: is a workbook, an archive or a PDF; expected rows of text, as CSV in UTF-8")
    charset = charset_of(file.blocks, [], western=True)
    if charset.remark:
        remarks.note(f"{file}: {charset.remark}{'' if charset.name == 'cp1252' else '; expected UTF-8'}")
    return charset


@dataclass(slots=True)
class _Reading:
    """A file's rows, one by one. `columns`: the known ones in order, "" for others; `lines`: of each id, its line."""

    file: PersonFile
    remarks: Remarks
    columns: list[str]
    lines: dict[str, int] = field(default_factory=dict)

    def row(self, each: Cells | RowRejected) -> dict[str, str] | None:
        """The cells by known column; None for a row that was left out, and told."""
        found = each.reason if isinstance(each, RowRejected) else self._cells(each)
        where = f"{self.file}: line {each.line}"
        if isinstance(found, str):
            self.remarks.leave_out(f"{where}: {found}; the row is left out")
            return None
        if isinstance(each, Cells) and (missing := self._missing(each, found)):
            self.remarks.take_in_part(f"{where}: {missing}")
        return found

    def _cells(self, each: Cells) -> dict[str, str] | str:
        """The cells by known column, or what is wrong with the row."""
        values = each.values
        if any(value.strip() for value in values[len(self.columns) :]):
            return f"{self._counted(each)}; a cell that holds the delimiter should stand in quotes"
        row = {column: value for column, value in zip(self.columns, values, strict=False) if column}
        key = row.get("id", "").strip()
        if not key:
            return "the id is empty"
        if len(values) < len(self.columns) and not _is_named(row):
            return f"{self._counted(each)}, and no name is among them"
        if key in self.lines:
            return f"id {key} stands there twice, first in line {self.lines[key]}"
        self.lines[key] = each.line
        return row

    def _missing(self, each: Cells, row: dict[str, str]) -> str:
        if len(each.values) < len(self.columns):
            return f"{self._counted(each)}; those that are missing count as empty"
        return "" if _is_named(row) else "no name is given; the row is compared by its other cells"

    def _counted(self, each: Cells) -> str:
        return f"{len(each.values)} cells under a header of {len(self.columns)} columns"


def _is_named(row: dict[str, str]) -> bool:
    return any(row.get(column, "").strip() for column in (*NAMES, "other_names"))


def _header(file: PersonFile, first: Cells | RowRejected | None, remarks: Remarks) -> list[str]:
    """The known columns in order, "" for others."""
    if isinstance(first, RowRejected):
        raise PersonFileError(f"{file}: line {first.line}: the header {first.reason}; expected columns, in UTF-8")
    columns = [_column(value) for value in first.values] if first else []
    known = Counter(column for column in columns if column in COLUMNS)
    if "id" not in known or NAMES.isdisjoint(known):
        raise PersonFileError(
            f"{file}: line {first.line if first else 1}: the header should name id and a name (name, or given_name and "
            f"family_name); it names {', '.join(filter(None, columns))[:300] or 'nothing'}. "
            f"Known columns: {', '.join(COLUMNS)}"
        )
    if twice := sorted(column for column, count in known.items() if count > 1):
        raise PersonFileError(f"{file}: line 1: the header names {', '.join(twice)} more than once; expected once")
    if unknown := sorted({column or "one without a name" for column in columns} - {*COLUMNS}):
        remarks.note(f"{file}: line 1: columns that nobody knows are left out: {', '.join(unknown)}")
    return [column if column in COLUMNS else "" for column in columns]


def _delimiter(head: str) -> str:
    """By which the first line has most columns that we know, or else most columns."""
    line = next(iter(head.lstrip().splitlines()), "")

    def columns(delimiter: str) -> tuple[int, int]:
        parts = [_column(part.strip('"')) for part in line.split(delimiter)]
        return sum(part in COLUMNS for part in parts), len(parts)

    return max(_DELIMITERS, key=columns)


def _column(heading: str) -> str:
    return fold(heading.lstrip("\ufeff")).replace(" ", "_")
