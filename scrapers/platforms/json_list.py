"""Lists published as JSON: an array of objects, at the top or further down, in one answer or in windows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, Incomplete, RowRejected, SourceChanged, SourceSuspect
from scrapers.page import Page
from scrapers.platforms.turning import Turning, turning_from, with_parameter
from scrapers.record import Method
from scrapers.request import Request
from scrapers.rows import Row
from scrapers.spec import RegistrySpec

_WHOLE = re.compile(r"([0-9]{1,15})(?:\.0)?")
__all__ = ["Adapter", "flat", "objects_of", "reach", "with_parameter"]


class Adapter(Base):
    """The channel's `list_at` leads to the array, `total_at` to the announced total. At most one of these options says
    how further windows are asked for, until the total is reached or one is empty:

    offset_parameter: the query parameter that counts the rows before the window.
    page_parameter, first_page: the one that counts pages, and where it begins (1).
    next_at, next_parameter: keys that lead to the next address in the answer, or to a token and the parameter it is
        sent as. Null or "" there is the end.
    """

    network_method = Method.API_RESPONSE
    options = frozenset(("offset_parameter", "page_parameter", "first_page", "next_at", "next_parameter"))

    def __init__(self, spec: RegistrySpec) -> None:
        """Raises SpecError for an option that cannot be."""
        super().__init__(spec)
        self._turning = turning_from(spec, ("offset_parameter", "page_parameter", "next_at"))

    def declared(self, page: Page) -> int | None:
        """The announced total. Raises SourceChanged when it should be there and isn't a whole number, or when the page
        isn't JSON to its end: no row of such a page is given."""
        for _ in page.json_document.items(page.channel.list_at):
            continue
        if not page.channel.total_at:
            return None
        total = reach(page.json_document.around, page.channel.total_at)
        found = _WHOLE.fullmatch(str(total))
        if isinstance(total, bool) or found is None:
            raise SourceChanged(f"{'.'.join(page.channel.total_at)} is {str(total)[:40]!r}", expected="a whole number")
        return int(found[1])

    def read(self, page: Page) -> Iterator[Found]:
        """The objects of the array as rows, nested ones with dotted names, and the request for the next window."""
        total, here, without = self.declared(page), 0, dict.fromkeys(self.needed, 0)
        is_turned = self._turning != Turning()
        known = set[str]()
        for here, found in enumerate(page.json_document.items(page.channel.list_at), start=1):
            if is_turned:
                known.add(repr(found))
            if isinstance(found, RowRejected):
                yield found
            elif not isinstance(found, Mapping):
                yield RowRejected(f"is {str(found)[:40]!r}, where an object should be", line=here)
            else:
                yield self._row(found, here, without)
        if gone := [name for name, times in without.items() if here and times == here]:
            raise SourceChanged(f"column {', '.join(gone)} is missing", expected="the columns of the spec")
        if is_turned and len(known) < here:
            yield Incomplete(f"{here - len(known)} rows of a window came twice, so others may have been left out")
        yield from self._further(page, here, total)

    def _row(self, item: Mapping[str, Any], line: int, without: dict[str, int]) -> Row | RowRejected:
        """The row of one object; one that lacks a column is rejected, for nothing says what its silence means. What
        stands in an object that is null, is null."""
        row = Row(flat(item), line=line)
        nested = flat({key: value for key, value in item.items() if isinstance(value, Mapping)})
        if twice := [name for name in item if name in nested]:
            return RowRejected(f"says {', '.join(twice)} twice, once as a name with a dot", line=line)
        for name in [name for name, value in row.items() if value is None and not self.knows_column(name)]:
            inside = [column for column in self.needed if column.startswith(f"{name}.")]
            if inside:
                del row[name]
                row.update(dict.fromkeys(inside))
        lacking = sorted(self.needed - row.keys())
        for name in lacking:
            without[name] += 1
        if lacking and all(self.knows_column(name) for name in row):
            return RowRejected(f"has no {', '.join(lacking)}", line=line)
        return row

    def _further(self, page: Page, here: int, total: int | None) -> Iterator[Found]:
        """The next window, or that one is missing. Raises SourceSuspect for a list that is longer than it says."""
        seen, turning = int(page.carried.get("seen", 0)) + here, self._turning
        if not (turning.next_at or turning.page_parameter or turning.offset_parameter):
            return
        further = self._next(page, here, seen)
        if further is not None and not turning.next_at and total is not None and seen >= total:
            further = None
        if further is not None and total is not None and seen > total:
            raise SourceSuspect(f"has given {seen} rows and goes on", expected=f"the {total} that it announces")
        if further is not None and here:
            turn = int(page.carried.get("turn", 1)) + 1
            yield replace(further, carried={"seen": seen, "turn": turn}, turn=turn)
        elif further is not None and turning.next_at:
            raise SourceChanged("its list is empty and leads on", expected="rows")
        elif total is not None and seen < total:
            yield Incomplete(f"the list ends at {seen} of {total}")

    def _next(self, page: Page, here: int, seen: int) -> Request | None:
        turning = self._turning
        if turning.offset_parameter:
            return page.follow(with_parameter(page.url, turning.offset_parameter, str(seen)))
        if turning.page_parameter:
            stated = parse_qs(urlsplit(page.url).query).get(turning.page_parameter, [""])[0]
            now = int(stated) if stated.isascii() and stated.isdigit() else turning.first_page
            return page.follow(with_parameter(page.url, turning.page_parameter, str(now + 1)))
        said = reach(page.json_document.around, turning.next_at)
        if said is None or said == "" or said is False:
            return None
        if not isinstance(said, str | int) or isinstance(said, bool):
            raise SourceChanged(f"{'.'.join(turning.next_at)} is {str(said)[:40]!r}", expected="an address, or null")
        if turning.next_parameter:
            return page.follow(with_parameter(page.url, turning.next_parameter, str(said)))
        return page.follow(str(said))


def reach(found: Any, keys: Sequence[str]) -> Any:
    """The value that keys lead to. Raises SourceChanged naming the key that is not there."""
    for key in keys:
        if not isinstance(found, Mapping) or key not in found:
            raise SourceChanged(f"has no {key!r}", expected=f"a value at {'.'.join(keys)}")
        found = found[key]
    return found


def objects_of(listed: Any) -> list[dict[str, Any]]:
    """The array, when it is one and holds objects only. Raises SourceChanged."""
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise SourceChanged(f"holds {str(listed)[:80]}", expected="an array of objects")
    return listed


def flat(row: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested objects as dotted names: {"practice": {"city": …}} becomes {"practice.city": …}."""
    found: dict[str, Any] = {}
    for key, value in row.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value}
    return found
