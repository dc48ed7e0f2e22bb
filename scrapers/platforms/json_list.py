"""Lists published as JSON: an array of objects, at the top or further down, in one answer or in windows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, Incomplete, SourceChanged
from scrapers.page import Page
from scrapers.record import Method
from scrapers.rows import Row


class Adapter(Base):
    """`list_at` leads to the array, `total_at` to the announced total. Option `offset_parameter` names the query
    parameter that asks for the next window."""

    network_method = Method.API_RESPONSE
    options = frozenset(("offset_parameter",))

    def declared(self, page: Page) -> int | None:
        """The announced total. Raises SourceChanged when it should be there and isn't a whole number."""
        if not page.channel.total_at:
            return None
        total = reach(page.json(), page.channel.total_at)
        if isinstance(total, bool) or not str(total).isdigit():
            raise SourceChanged(f"{'.'.join(page.channel.total_at)} is {total!r}", expected="a whole number")
        return int(total)

    def read(self, page: Page) -> Iterator[Found]:
        """The objects of the array as rows, nested ones with dotted names, and the request for the next window."""
        listed = reach(page.json(), page.channel.list_at)
        for row in objects_of(listed):
            yield Row(flat(row))
        parameter = str(self.spec.options.get("offset_parameter", ""))
        total, start = self.declared(page), int(page.carried.get("offset", 0))
        if not parameter or total is None:
            return
        after = start + len(listed)
        if listed and after < total:
            yield page.follow(with_parameter(page.url, parameter, str(after)), carried={"offset": after})
        elif after < total:
            yield Incomplete(f"the list ends at {after} of {total}")


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


def with_parameter(url: str, name: str, value: str) -> str:
    """The address with one query parameter set."""
    parts = urlsplit(url)
    query = [(key, old) for key, old in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    return parts._replace(query=urlencode([*query, (name, value)])).geturl()
