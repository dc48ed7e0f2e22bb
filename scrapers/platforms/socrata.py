"""Open-data portals that run Socrata: counted first, then read in windows in the order of their own row ids.

Without `$order=:id` rows repeat or go missing between windows. Empty columns are absent from a JSON row; one that is
absent from all rows is missing, unless the spec lists it as optional. A CSV or JSON export of the same dataset is read
through the file channel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, Incomplete, RowRejected, SourceChanged, SourceSuspect, Wanted
from scrapers.errors import SpecError
from scrapers.normalize import bare_number
from scrapers.page import Page
from scrapers.record import Method
from scrapers.request import Request
from scrapers.rows import Row
from scrapers.spec import RegistrySpec

COMPUTED = ":@computed_region"  # columns that the portal adds by itself when a dataset has a location


class Adapter(Base):
    """The dataset's address is the start address: https://DOMAIN/resource/ID.json. The spec's `where` is both the
    question (as SoQL) and the check on each row."""

    network_method = Method.API_RESPONSE

    def __init__(self, spec: RegistrySpec) -> None:
        super().__init__(spec)
        self._seen: set[str] = set()  # columns that any row had

    def roster(self) -> Iterable[Request]:
        """How many rows there are; `read` then asks for all of them."""
        return [self._ask(self._dataset("roster"), {"$select": "count(*)"}, self._soql(), note="count")]

    def lookup(self, wanted: Wanted) -> Iterable[Request]:
        """Rows with a number that ends in these digits, or with this family name. Raises SpecError without either."""
        window = {"$order": ":id", "$limit": str(self.spec.channel("lookup").page_size)}
        conditions = " AND ".join(part for part in (self._about(wanted), self._soql()) if part)
        return [self._ask(self._dataset("lookup"), window, conditions, note="found")]

    def declared(self, page: Page) -> int | None:
        """What the count said. Raises SourceChanged when it said something else than one number."""
        return self._count(page) if page.note == "count" else None

    def read(self, page: Page) -> Iterator[Found]:
        """The first window, or the rows of one and the next. A dropped export is read as rows whatever its form."""
        if page.note == "count":
            count = self._count(page)
            yield from [self._window(0, count)] if count else []
            return
        if not page.channel.is_network and not page.is_json:
            yield from page.rows(self.check_columns)
            return
        here = 0
        for here, found in enumerate(page.json_document.items(), start=1):
            if isinstance(found, RowRejected):
                yield found
            elif not isinstance(found, Mapping):
                raise SourceChanged(f"holds {str(found)[:80]}", expected="an array of objects")
            else:
                yield self._row(found, here)
        if page.note == "found" and here >= page.channel.page_size:
            yield Incomplete(f"more than {page.channel.page_size} rows fit")
        yield from self._further(page, here)

    def _row(self, item: Mapping[str, Any], line: int) -> Row:
        """The row; a column that a portal leaves out of it is empty there."""
        row = {key: _plain(key, value) for key, value in item.items() if not key.startswith(COMPUTED)}
        self._seen |= row.keys()
        return Row(dict.fromkeys(self.needed) | row, line=line)

    def _further(self, page: Page, here: int) -> Iterator[Found]:
        """The next window. Raises SourceChanged when the last one came and a column was in no row of any."""
        size, count = page.channel.page_size, int(page.carried.get("count", 0))
        after = int(page.carried.get("offset", 0)) + size
        if page.note == "window" and here > size:
            raise SourceSuspect(f"gives {here} rows", where=page.url, expected=f"the {size} that were asked for")
        if page.note == "window" and after < count:
            if here:
                yield self._window(after, count)
            else:
                yield Incomplete(f"the list ends at {after - size} of {count}")
        elif page.note != "found" and (gone := sorted(self.needed - self._seen)) and self._seen:
            raise SourceChanged(f"column {', '.join(gone)} is missing", expected="the columns of the spec")

    def _window(self, offset: int, count: int) -> Request:
        size = self.spec.channel("roster").page_size
        window = {"$order": ":id", "$limit": str(size), "$offset": str(offset)}
        asked = self._ask(self._dataset("roster"), window, self._soql(), note="window")
        return replace(asked, carried={"offset": offset, "count": count})

    def _count(self, page: Page) -> int:
        found = page.json()
        if not (
            isinstance(found, list) and len(found) == 1 and isinstance(found[0], dict) and set(found[0]) == {"count"}
        ):
            raise SourceChanged(f"counts {str(found)[:80]}", expected='[{"count": "123"}]')
        if not re.fullmatch(r"[0-9]{1,15}", str(found[0]["count"])):
            raise SourceChanged(f"counts {str(found[0]['count'])[:40]!r}", expected="a whole number")
        return int(found[0]["count"])

    def _dataset(self, channel: str) -> str:
        start = self.spec.channel(channel).start
        if len(start) != 1:
            raise SpecError(f"{self.spec.id}: channel {channel} needs one start address, the dataset's")
        return start[0]

    def _ask(self, dataset: str, query: dict[str, str], where: str, *, note: str = "") -> Request:
        query = query | ({"$where": where} if where else {})
        return Request(f"{dataset}?{urlencode(query, safe='$:(),*', quote_via=quote)}", note=note)

    def _soql(self) -> str:
        """The spec's `where` as a condition in the portal's language."""
        return " AND ".join(_condition(column, words) for column, words in self.spec.where.items())

    def _about(self, wanted: Wanted) -> str:
        columns = self.spec.columns
        digits = bare_number(wanted.number)
        if digits and "number" in columns:
            return f"{columns['number'].sources[0]} like {_text('%' + digits)}"
        name = columns.get("holder.family") or columns.get("holder.name")
        if wanted.family and name:
            return f"upper({name.sources[0]}) like {_text('%' + wanted.family.upper() + '%')}"
        raise SpecError(f"{self.spec.id}: cannot be asked for {wanted}")


def _condition(column: str, words: Sequence[str]) -> str:
    """One of the exact words, or of the patterns, stands in the column."""
    exact = [_text(word) for word in words if "*" not in word]
    either = [f"{column} in({','.join(exact)})"] if len(exact) > 1 else [f"{column}={text}" for text in exact]
    either += [f"upper({column}) like {_text(word.upper().replace('*', '%'))}" for word in words if "*" in word]
    return either[0] if len(either) == 1 else f"({' OR '.join(either)})"


def _plain(column: str, value: Any) -> Any:
    """The value; of a link object its address. Raises SourceChanged for another kind of object."""
    if not isinstance(value, Mapping):
        return value
    if "url" not in value or not set(value) <= {"url", "description"}:
        raise SourceChanged(f"{column} holds {value!r}", expected="a value or a link")
    return value["url"]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
