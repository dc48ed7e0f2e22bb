"""Lists of people and firms barred from a public program, published as a file of rows.

One row may hold several license numbers. Each becomes a record of its own, so that whoever asks for a number finds it;
all of them carry the row as it was published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from scrapers.adapter import Found
from scrapers.fields import as_text
from scrapers.names import split_name
from scrapers.normalize import tidy
from scrapers.page import Page
from scrapers.platforms.delimited import Adapter as Delimited
from scrapers.record import Holder, RegistryRecord
from scrapers.rows import Row

ORGANIZATION = "organization"


class Adapter(Delimited):
    """Options:

    split: the column that may hold several values. separators: what stands between them.
    firms_without: the column that is empty in the rows of firms, whose name then stands in the family name's column;
        it is read as a column named `organization`.
    aliases: a pattern of the column with other names, each in its order (`alias_order`), parted by semicolons.
    """

    options = frozenset(("split", "separators", "firms_without", "aliases", "alias_order"))

    def read(self, page: Page) -> Iterator[Found]:
        """The rows, one for each license number. Raises SourceChanged when the columns are not those of the spec."""
        for found in super().read(page):
            if isinstance(found, Row):
                yield from self._parted(self._as_a_firm(found))
            else:
                yield found

    def record(self, row: Row) -> RegistryRecord | None:
        record = super().record(row)
        names = self._other_names(row)
        return replace(record, other_names=names) if record is not None and names else record

    def _parted(self, row: Row) -> Iterator[Row]:
        column = str(self.spec.options.get("split", ""))
        marks = "|".join(re.escape(str(mark)) for mark in self.spec.options.get("separators", []))
        text = as_text(row.get(column))
        numbers = [part.strip() for part in re.split(marks, text) if part.strip()] if column and marks else []
        if len(numbers) < 2:
            yield row
            return
        for number in dict.fromkeys(numbers):
            one = _copied(row)
            one[column] = number
            yield one

    def _as_a_firm(self, row: Row) -> Row:
        column = str(self.spec.options.get("firms_without", ""))
        if not column or self._says_something(row, column):
            return row
        family = self.spec.columns["holder.family"].sources[0]
        firm = _copied(row)
        firm[ORGANIZATION], firm[family] = row[family], ""
        return firm

    def _other_names(self, row: Row) -> tuple[Holder, ...]:
        pattern = str(self.spec.options.get("aliases", ""))
        columns = [name for name in row if pattern and fnmatchcase(name, pattern) and self._says_something(row, name)]
        names = [part for column in columns for part in as_text(row[column]).split(";") if tidy(part)]
        return tuple(split_name(name, str(self.spec.options.get("alias_order", "family_first"))) for name in names)

    def _says_something(self, row: Row, column: str) -> bool:
        return as_text(row.get(column)) not in ("", *self.spec.no_value)


def _copied(row: Row) -> Row:
    copy = Row(row, line=row.line, columns_checked=row.columns_checked)
    copy.unended, copy.published = row.unended, row.published if row.published is not None else dict(row)
    return copy
