"""New York's Office of the Professions: its JSON, asked with a key of the operator's own, and the rendered detail as a
saved page.

A name stands there as LAST FIRST MIDDLE without a comma and is never split. A search by name gives ten people at most
and no standing; each of them is then asked for by number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, Incomplete, SourceChanged, Wanted
from scrapers.fields import as_text
from scrapers.normalize import bare_number
from scrapers.page import Page
from scrapers.platforms.json_list import objects_of, reach
from scrapers.record import Method, RegistryRecord
from scrapers.request import Request
from scrapers.rows import Row

MOST_NAMES = 10  # a search by name shows no more, and turns no page
DIGITS = 6
WRAPPED = {"label", "value"}
ACTIONS = "enforcementActions"
# The rendered detail: the ids of its values are the keys of the JSON.
NAME = "#licenseeDetailModal span#name.person-name"
VALUES = ("address", "profession", "licenseNumber", "dateOfLicensure", "status", "registeredThroughDate")


class Adapter(Base):
    """Option `summary_keys`: the keys of a person in the answer to a search by name."""

    network_method = Method.API_RESPONSE
    options = frozenset(("summary_keys",))

    def lookup(self, wanted: Wanted) -> Iterable[Request]:
        """By number (padded to six digits), else by family and given name."""
        digits = bare_number(wanted.number)
        [asked] = super().lookup(replace(wanted, number=digits.zfill(DIGITS)) if digits else wanted)
        return [replace(asked, note="person" if digits else "names")]

    def read(self, page: Page) -> Iterator[Found]:
        """A person; or, from a search by name, the requests that lead to each."""
        if not page.channel.is_network:
            yield self._row(_rendered(page))
        elif page.note == "names":
            yield from self._candidates(page)
        else:
            answer = page.json()
            if not isinstance(answer, dict):
                raise SourceChanged(f"holds {str(answer)[:80]}", expected="a person")
            self.check_columns(answer)
            yield self._row({name: _plain(name, value) for name, value in answer.items()})

    def _candidates(self, page: Page) -> Iterator[Found]:
        people, known = objects_of(reach(page.json(), ["content"])), set(self.spec.options["summary_keys"])
        address = self.spec.channel("lookup").by_number
        if address is None:
            raise SourceChanged("cannot be asked by number", expected="by_number in its description")
        for person in people:
            if wrong := sorted(set(person) ^ known):
                raise SourceChanged(f"key {', '.join(wrong)} of a candidate is new or missing")
            plain = {name: _plain(name, value) for name, value in person.items()}
            asked = address.url.format(number=quote(as_text(plain["licenseNumber"]), safe=""))
            yield Request(asked, note="person")
        if len(people) >= MOST_NAMES:
            yield Incomplete(f"a search by name shows {MOST_NAMES} people at most")

    def _row(self, values: Mapping[str, Any]) -> Row:
        """The row with the town and the state of "BROOKLYN NY" beside its columns."""
        town, _, state = as_text(values.get("address")).rpartition(" ")
        is_state = len(state) == 2 and state.isalpha()
        row = Row(values, columns_checked=True)
        row.published = dict(values)
        row["city"], row["state"] = (town, state) if is_state else ("", "")
        return row

    def record(self, row: Row) -> RegistryRecord | None:
        """The record. What the rendered page shows of enforcement is not known, so it says nothing about it."""
        record = super().record(row)
        return replace(record, discipline=None) if record is not None and ACTIONS not in row else record


def _rendered(page: Page) -> dict[str, str]:
    detail = page.one("#licenseeDetailModal")
    return {"name": page.text(NAME), **{name: page.text(f"dd#{name}", detail) for name in VALUES}}


def _plain(name: str, value: Any) -> Any:
    """The value of {"label": …, "value": …}; of a list its texts. Raises SourceChanged for another object."""
    if isinstance(value, Mapping):
        if set(value) != WRAPPED:
            raise SourceChanged(f"{name} has the keys {', '.join(map(str, value))}", expected="label and value")
        return _plain(name, value["value"])
    if isinstance(value, list):
        return " | ".join(dict.fromkeys("; ".join(_leaves(item)) for item in value))
    return value


def _leaves(found: Any) -> Iterator[str]:
    if isinstance(found, Mapping):
        for name in sorted(found):  # the same text in whatever order they come
            yield from _leaves(found[name])
    elif isinstance(found, list):
        for item in found:
            yield from _leaves(item)
    elif text := as_text(found):
        yield text
