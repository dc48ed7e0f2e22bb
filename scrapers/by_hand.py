"""A check by hand: where a person looks, what to look at and what to write down. Nothing is asked by a program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapers.columns import FIELDS
from scrapers.errors import SpecError
from scrapers.strict import StrictMapping

SEARCHES = ("number", "name")
WRITABLE = FIELDS | {"standing"}


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a moderator needs to look somebody up. Either `address` or `ask` is given.

    number_pattern is a regular expression for a number without its outer blanks; "" where nobody knows its form.
    """

    address: str = ""
    ask: str = ""  # whom to ask, and how, where the registry has no page
    search_by: tuple[str, ...] = SEARCHES
    look_at: str = ""
    write_down: tuple[str, ...] = ()  # fields of a record, and "standing"
    number_format: str = ""
    number_pattern: str = ""
    notes: str = ""

    def could_be_a_number(self, text: str) -> bool:
        """Whether a number has the form that this registry's numbers have; True where that isn't known."""
        return not self.number_pattern or re.fullmatch(self.number_pattern, text.strip().upper()) is not None


def by_hand_from_yaml(keys: StrictMapping) -> ByHand:
    """The `manual` channel of a registry. Raises SpecError for a key, an address or a field that it doesn't know."""
    found = ByHand(
        address=keys.text("address", ""),
        ask=keys.text("ask", ""),
        search_by=keys.texts("search_by", SEARCHES),
        look_at=keys.text("look_at"),
        write_down=keys.texts("write_down"),
        number_format=keys.text("number_format", ""),
        number_pattern=keys.text("number_pattern", ""),
        notes=keys.text("notes", ""),
    )
    keys.done()
    for wrong in _wrong(found):
        raise SpecError(f"{keys.where}: {wrong}")
    return found


def _wrong(found: ByHand) -> list[str]:
    wrong = []
    if bool(found.address) == bool(found.ask):
        wrong.append("give either address or ask")
    parts = urlsplit(found.address)
    if found.address and (parts.scheme not in ("http", "https") or not parts.hostname):
        wrong.append(f"address should be an http or https address, found {found.address!r}")
    if not found.look_at.strip():
        wrong.append("look_at should say what to look at")
    if not found.search_by or set(found.search_by) - set(SEARCHES):
        wrong.append(f"search_by should be one or both of {', '.join(SEARCHES)}")
    if unknown := sorted(set(found.write_down) - WRITABLE):
        wrong.append(f"write_down: {', '.join(unknown)} is not a field; known are {', '.join(sorted(WRITABLE))}")
    if "standing" not in found.write_down:
        wrong.append("write_down should name standing")
    try:
        re.compile(found.number_pattern)
    except re.error as bad:
        wrong.append(f"number_pattern is no regular expression: {bad}")
    return wrong
