"""Files of people, as spreadsheets save them: a header, cells between commas, semicolons, tabs or pipes, any Unicode.

A row that cannot be read is told with the file's name and its line, and left out; the others go in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from directory.registries.person_rows import person_of_row
from directory.rules.persons import Person
from directory.search.folding import fold
from scrapers.decoding import encoding_of
from scrapers.delimited import Cells, Dialect, read_cells
from scrapers.errors import RowRejected

COLUMNS = (
    *("id", "name", "given_name", "middle_name", "family_name", "suffix", "other_names", "credentials", "npi"),
    *("license_number", "license_jurisdiction", "profession", "phone", "street", "city", "region", "postal_code"),
    "country",
)
NAMES = frozenset({"name", "given_name", "family_name"})
_DELIMITERS = ",;\t|"
_HEAD = 4_096

Tell = Callable[[str], None]


class PersonFileError(ValueError):
    """A file that cannot be matched. The message says which, where, and what was expected."""


def people_in(path: Path, on_refused: Tell) -> Iterator[Person]:
    """The people of a file, in its order. Raises PersonFileError for a file that cannot be read or has no such header.

    What is left out, rows and unknown columns, is told with the file's name and the line.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
            stream.seek(0)
            rows = read_cells(stream, Dialect(delimiter=_delimiter(head)))
            columns = _header(path, next(rows, None), on_refused)
            seen: set[str] = set()
            for each in rows:
                row = _row(each, columns, seen)
                if isinstance(row, dict):
                    yield person_of_row(row)
                else:
                    on_refused(f"{path.name}: line {each.line}: {row}; the row is left out")
    except OSError as wrong:
        raise PersonFileError(f"{path.name}: cannot be read: {wrong.strerror}") from wrong


def _row(each: Cells | RowRejected, columns: list[str], seen: set[str]) -> dict[str, str] | str:
    """The cells by known column, or what is wrong with the row."""
    if isinstance(each, RowRejected):
        return each.reason
    row = {column: value for column, value in zip(columns, each.values, strict=False) if column}
    key = row.get("id", "").strip()
    if not key:
        return "the id is empty"
    if key in seen:
        return f"id {key} stands there twice"
    seen.add(key)
    return row


def _header(path: Path, first: Cells | RowRejected | None, on_refused: Tell) -> list[str]:
    """The known columns in order, "" for others."""
    if isinstance(first, RowRejected):
        raise PersonFileError(f"{path.name}: line {first.line}: {first.reason}")
    columns = [fold(value.lstrip("\ufeff")).replace(" ", "_") for value in first.values] if first else []
    known = Counter(column for column in columns if column in COLUMNS)
    if "id" not in known or NAMES.isdisjoint(known):
        raise PersonFileError(
            f"{path.name}: line 1: the header should name id and a name (name, or given_name and family_name); "
            f"it names {', '.join(filter(None, columns)) or 'nothing'}. Known columns: {', '.join(COLUMNS)}"
        )
    if twice := sorted(column for column, count in known.items() if count > 1):
        raise PersonFileError(f"{path.name}: line 1: the header names {', '.join(twice)} more than once")
    if unknown := sorted(set(columns) - {*COLUMNS, ""}):
        on_refused(f"{path.name}: line 1: columns that nobody knows are left out: {', '.join(unknown)}")
    return [column if column in COLUMNS else "" for column in columns]


def _delimiter(head: bytes) -> str:
    """What stands most often in the first line."""
    encoding, skip = encoding_of(head)
    line = head[skip:].decode(encoding, errors="ignore").lstrip().partition("\n")[0]
    return max(_DELIMITERS, key=line.count)
