"""A row as a registry published it, on its way from a page to a record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from scrapers.record import Evidence


class Row(dict[str, Any]):
    """Published columns and values. `record` reads it; the runner fills `evidence` before.

    line: where it stands in its file (1 is the first line), 0 when it has no line.
    columns_checked: the reader has already compared the columns with the spec.
    unended: the file stops right behind it, without a line break: its last value may be cut off.
    published: what travels as `as_published`, where that is not the row itself.
    """

    __slots__ = ("columns_checked", "evidence", "line", "published", "unended")

    def __init__(self, values: Mapping[str, Any] | Any = (), *, line: int = 0, columns_checked: bool = False) -> None:
        super().__init__(values)
        self.line = line
        self.columns_checked = columns_checked
        self.unended = False
        self.evidence: Evidence | None = None
        self.published: Mapping[str, Any] | None = None


def said_twice(names: Iterable[str]) -> list[str]:
    """The names that stand there more than once."""
    return sorted(name for name, count in Counter(names).items() if count > 1)
