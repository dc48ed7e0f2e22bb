"""Open-data portals that run Socrata: counted first, then read in windows in the order of their own row ids.

Without `$order=:id` rows repeat or go missing between windows. Empty columns are absent from a JSON row, so a spec
lists as optional whatever may be empty. A CSV or JSON export of the same dataset is read through the file channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, Incomplete, SourceChanged, Wanted
from scrapers.errors import SpecError
from scrapers.normalize import bare_number
from scrapers.page import Page
from scrapers.platforms.json_list import objects_of
from scrapers.record import Method
from scrapers.request import Request
from scrapers.rows import Row

COMPUTED = ":@computed_region"  # columns that the portal adds by itself when a dataset has a location


class Adapter(Base):
    """The dataset's address is the start address: https://DOMAIN/resource/ID.json. The spec's `where` is both the
    question (as SoQL) and the check on each row."""

    network_method = Method.API_RESPONSE

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
        """The windows to ask for, or the rows of one. A dropped export is read as rows whatever its form."""
        if page.note == "count":
            yield from self._windows(self._count(page), page.channel.page_size)
            return
        if not page.channel.is_network and not page.is_json:
            yield from page.rows(self.check_columns)
            return
        listed = objects_of(page.json())
        for row in listed:
            yield Row({key: _plain(key, value) for key, value in row.items() if not key.startswith(COMPUTED)})
        if page.note == "found" and len(listed) >= page.channel.page_size:
            yield Incomplete(f"more than {page.channel.page_size} rows fit")

    def _windows(self, count: int, size: int) -> Iterator[Request]:
        for offset in range(0, count, size):
            window = {"$order": ":id", "$limit": str(size), "$offset": str(offset)}
            yield self._ask(self._dataset("roster"), window, self._soql())

    def _count(self, page: Page) -> int:
        found = page.json()
        if not (
            isinstance(found, list) and len(found) == 1 and isinstance(found[0], dict) and set(found[0]) == {"count"}
        ):
            raise SourceChanged(f"counts {str(found)[:80]}", expected='[{"count": "123"}]')
        if not str(found[0]["count"]).isdigit():
            raise SourceChanged(f"counts {found[0]['count']!r}", expected="a whole number")
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
