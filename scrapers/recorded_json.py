"""A JSON answer that is made a recording of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scrapers.channels import Channel
from scrapers.fields import as_text
from scrapers.recorded import Links, Recorded, Texts


class RecordedJson(Recorded):
    def __init__(self, text: str, channel: Channel) -> None:
        """Raises ValueError for text that is no JSON."""
        self._document, self._channel = json.loads(text), channel

    def _list(self) -> list[Any]:
        found = self._document
        for key in self._channel.list_at:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, list) and all(isinstance(item, dict) for item in found) else []

    def rows(self) -> list[Mapping[str, str]]:
        return [] if self._is_count else [_flat(item) for item in self._list()]

    def keep(self, places: set[int]) -> None:
        listed = self._list()
        listed[:] = [item for place, item in enumerate(listed) if place in places]

    def cells(self) -> Iterator[tuple[str, str]]:
        yield from ((text, column) for column, text in _leaves(self._document))

    def links(self) -> Iterator[str]:
        yield from (text for _, text in _leaves(self._document) if _is_link(text))

    def replace(self, text: Texts, link: Links) -> None:
        self._document = _replaced(self._document, "", text, link)

    @property
    def _is_count(self) -> bool:
        """Whether this is the answer of an open-data portal that only counts."""
        found = self._document
        return isinstance(found, list) and len(found) == 1 and isinstance(found[0], dict) and set(found[0]) == {"count"}

    def declare(self, total: int, options: Mapping[str, Any]) -> bool:
        if self._is_count:
            self._document[0]["count"] = str(total)
            return True
        holder, keys = self._document, self._channel.total_at
        for key in keys[:-1]:
            holder = holder.get(key) if isinstance(holder, dict) else None
        if not keys or not isinstance(holder, dict) or keys[-1] not in holder:
            return False
        holder[keys[-1]] = str(total) if isinstance(holder[keys[-1]], str) else total
        return True

    def body(self) -> bytes:
        return (json.dumps(self._document, indent=1, ensure_ascii=False) + "\n").encode()


def _flat(item: Mapping[str, Any]) -> dict[str, str]:
    return dict(_leaves(item))


def _leaves(found: Any, column: str = "") -> Iterator[tuple[str, str]]:
    """Dotted key and text of each value. In {"label": …, "value": …} the label says which column it is."""
    if isinstance(found, list):
        for item in found:
            yield from _leaves(item, column)
    elif isinstance(found, dict):
        for key, value in found.items():
            yield from _leaves(value, _column(found, key, column))
    elif found is not None and not isinstance(found, bool):
        yield column, as_text(found)


def _column(holder: Mapping[str, Any], key: str, above: str) -> str:
    if key == "value" and isinstance(holder.get("label"), str):
        return str(holder["label"])
    return f"{above}.{key}" if above else key


def _replaced(found: Any, column: str, text: Texts, link: Links) -> Any:
    if isinstance(found, list):
        return [_replaced(item, column, text, link) for item in found]
    if isinstance(found, dict):
        return {key: _replaced(value, _column(found, key, column), text, link) for key, value in found.items()}
    if isinstance(found, str):
        return link(found) if _is_link(found) else text(found, column)
    if isinstance(found, bool) or found is None:
        return found
    new = text(as_text(found), column)
    return found if new == as_text(found) else type(found)(new)


def _is_link(text: str) -> bool:
    return text.startswith(("/", "http://", "https://", "mailto:", "tel:")) and " " not in text
