"""Listings from a CSV file of an association or a practice: streamed, a portion of rows at a time.

Importing the same file twice changes nothing. A row that cannot be taken is reported with its line, field and reason,
and the others go in. Reading bytes is the work of `scrapers.delimited`, which already knows what files are like.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from directory.listings import suppression
from directory.listings.import_cells import COLUMNS, CellRefused
from directory.listings.import_rows import ImportedRow, read_row
from directory.listings.imported_listings import (
    Fate,
    bring_up_to_date,
    find_or_make,
    fingerprint_of,
    names_of,
    replaced_credentials,
    withdraw_replaced,
)
from directory.listings.listing_changes import settle
from directory.search.folding import fold
from scrapers.decoding import encoding_of
from scrapers.delimited import Cells, Dialect, read_cells
from scrapers.errors import RowRejected

AT_ONCE = 500
MOST_REMARKS = 1000
_HEAD = 1 << 16
_DELIMITERS = (",", ";", "\t", "|")


class ImportRefused(ValueError):  # noqa: N818 - an answer, not a fault
    """The file as a whole cannot be taken: it is empty, or has no header that we know."""


@dataclass
class ImportReport:
    """What became of a file. `rejected` and `warnings` name line, field and reason."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    suppressed: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)

    def reject(self, line: int, field: str, reason: str, expected: str = "") -> None:
        self.rejected.append({"line": line, "field": field, "reason": reason, "expected": expected})

    def warn(self, line: int, field: str, reason: str) -> None:
        if len(self.warnings) < MOST_REMARKS:
            self.warnings.append({"line": line, "field": field, "reason": reason})

    def as_json(self) -> dict[str, Any]:
        names = ("rows", "created", "updated", "unchanged", "rejected", "suppressed", "warnings")
        return {name: getattr(self, name) for name in names}


def import_listings(
    session: Session,
    stream: BinaryIO,
    *,
    at: datetime,
    commit: Callable[[], None],
    progress: Callable[[int], None],
    clock: Callable[[], datetime] | None = None,
) -> ImportReport:
    """Take in a CSV file. `commit` is called after each portion, `progress` with the number of rows so far; `clock`
    says when a portion comes to be shown, where that is later than `at`.

    Raises ImportRefused before anything was changed when the file has no header with the columns that are needed.
    """
    report = ImportReport()
    taken = _Import(session, at, report, clock or (lambda: at))
    rows = _rows(stream, report, today=at.date())
    while portion := list(islice(rows, AT_ONCE)):
        taken.take([row for row in portion if isinstance(row, ImportedRow)])
        commit()
        progress(report.rows)
    taken.finish()
    commit()
    return report


class _Import:
    """One file's way into the database. Remembers which listings it has met, and what it states of each."""

    def __init__(self, session: Session, at: datetime, report: ImportReport, clock: Callable[[], datetime]) -> None:
        self._session, self._at, self._report, self._clock = session, at, report, clock
        self._first_line: dict[int, int] = {}
        self._stated: dict[int, set[int]] = {}

    def take(self, rows: Sequence[ImportedRow]) -> None:
        left = suppression.which_are_suppressed(self._session, [row.identity for row in rows])
        self._report.suppressed += sum(left)
        rows = [row for row, gone in zip(rows, left, strict=True) if not gone]
        found = find_or_make(self._session, rows, at=self._at)
        ids, made = found.ids, [row for row in rows if row.line in found.made]
        fates = {row.line: Fate.CREATED for row in made}
        others = [
            self._without_npi(row) if row.line in found.torn else row for row in rows if row.line not in found.made
        ]
        fates |= self._update(others, ids, made)
        for fate, count in Counter(fates.values()).items():
            setattr(self._report, fate.value, getattr(self._report, fate.value) + count)
        changed = {ids[line] for line, fate in fates.items() if fate is not Fate.UNCHANGED}
        settle(self._session, changed, at=self._at, shown_from=self._clock())

    def _without_npi(self, row: ImportedRow) -> ImportedRow:
        self._report.warn(row.line, "npi", "another listing has this NPI; left out, a person should compare the two")
        return replace(row, draft=replace(row.draft, columns={**row.draft.columns, "npi": None}))

    def _update(self, rows: Sequence[ImportedRow], ids: dict[int, int], made: Sequence[ImportedRow]) -> dict[int, Fate]:
        for row in made:
            self._remember(row, ids[row.line])
        names = names_of(self._session, {ids[row.line] for row in rows})
        names |= {ids[row.line]: row.name_mark for row in made}
        wanted = []
        for row in rows:
            listing_id = ids[row.line]
            is_first = listing_id not in self._first_line
            if not is_first and names[listing_id] != row.name_mark:
                line = self._first_line[listing_id]
                self._report.reject(row.line, "name", f"another name than on line {line}", "one name for one person")
                continue
            wanted.append((row, listing_id, is_first))
            names[listing_id] = row.name_mark if is_first else names[listing_id]
            self._remember(row, listing_id)
        return bring_up_to_date(self._session, wanted, at=self._at)

    def _remember(self, row: ImportedRow, listing_id: int) -> None:
        self._first_line.setdefault(listing_id, row.line)
        prints = {fingerprint_of(each) for each in row.draft.credentials}
        self._stated.setdefault(listing_id, set()).update(prints)

    def finish(self) -> None:
        """Take back what the list stated in an earlier import and states otherwise now."""
        listings = iter(sorted(self._stated))
        while portion := list(islice(listings, AT_ONCE)):
            replaced = replaced_credentials(self._session, {each: self._stated[each] for each in portion})
            touched = withdraw_replaced(replaced, at=self._at)
            settle(self._session, touched, at=self._at, shown_from=self._clock())


def _rows(stream: BinaryIO, report: ImportReport, *, today: date) -> Iterator[ImportedRow | None]:
    """The rows that can be taken, and None for one that was reported instead."""
    cells = read_cells(stream, Dialect(delimiter=_delimiter(stream)))
    columns = _header(next(cells, None), report)
    for each in cells:
        report.rows += 1
        yield _row(each, columns, report, today)


def _row(each: Cells | RowRejected, columns: Sequence[str], report: ImportReport, today: date) -> ImportedRow | None:
    if isinstance(each, RowRejected):
        report.reject(each.line, "", each.reason, "a row of the file's own form, in UTF-8 or UTF-16")
        return None
    if len(each.values) != len(columns):
        report.reject(each.line, "", f"{len(each.values)} cells", f"{len(columns)} cells, as in the header")
        return None
    try:
        row = read_row(each.line, dict(zip(columns, each.values, strict=True)), today=today)
    except CellRefused as refused:
        report.reject(each.line, refused.field, refused.reason, refused.expected)
        return None
    for name, what in row.remarks:
        report.warn(each.line, name, what)
    return row


def _header(first: Cells | RowRejected | None, report: ImportReport) -> list[str]:
    if first is None:
        raise ImportRefused("the file is empty; expected a header with name, or given_name and family_name")
    if isinstance(first, RowRejected):
        raise ImportRefused(f"the header on line {first.line} {first.reason}")
    columns = [fold(value).replace(" ", "_") for value in first.values]
    if "name" not in columns and not {"given_name", "family_name"} <= set(columns):
        found = ", ".join(value for value in first.values if value.strip())[:200]
        raise ImportRefused(f"the header has neither name nor given_name and family_name; found {found or 'nothing'}")
    known = [column for column in columns if column in COLUMNS]
    if repeated := sorted(column for column, count in Counter(known).items() if count > 1):
        raise ImportRefused(f"the header has {', '.join(repeated)} more than once")
    for column, value in zip(columns, first.values, strict=True):
        if column not in COLUMNS:
            report.warn(first.line, value.strip(), "unknown column, left out")
    return columns


def _delimiter(stream: BinaryIO) -> str:
    """The delimiter by which the first line has most columns that we know."""
    head = stream.read(_HEAD)
    stream.seek(0)
    encoding, skip = encoding_of(head)
    line = head[skip:].decode(encoding, errors="ignore").lstrip().partition("\n")[0]

    def known(delimiter: str) -> int:
        parts = (fold(part.strip(' "\r')).replace(" ", "_") for part in line.split(delimiter))
        return sum(part in COLUMNS for part in parts)

    return max(_DELIMITERS, key=known)
