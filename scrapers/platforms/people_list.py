"""Small questions about a list of people: its headings, and texts that say several things at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scrapers.errors import SourceChanged
from scrapers.normalize import tidy


def check_headings(found: Iterable[str], known: Sequence[str]) -> None:
    """Raises SourceChanged when a list has other headings than the spec knows; those without a name don't count."""
    named = {heading for heading in found if heading}
    missing, extra = sorted(set(known) - named), sorted(named - set(known))
    if missing or extra:
        wrong = f"the list's columns are not those of the spec: missing {missing}, new {extra}"
        raise SourceChanged(wrong, expected=", ".join(known), new_columns=tuple(extra))


def taken_apart(published: Mapping[str, str], split: Mapping[str, Any]) -> dict[str, str]:
    """The columns made of texts that say several things ("CLEAR/Active"), by the spec's `split`: at, into, alone.
    Raises SourceChanged when one isn't there, or says more than it should."""
    found: dict[str, str] = {}
    for column, how in split.items():
        if column not in published:
            raise SourceChanged(f"column {column} is missing", expected="the columns of the spec")
        parts, into = [part.strip() for part in published[column].split(how["at"])], how["into"]
        if len(parts) > len(into):
            raise SourceChanged(f"{column} says {published[column]!r}", expected=f"{len(into)} things")
        found |= dict.fromkeys(into, "")
        found |= {how.get("alone", into[0]): parts[0]} if len(parts) == 1 else dict(zip(into, parts, strict=False))
    return found


def fits(text: str, pattern: str) -> bool:
    """Whether a text is this exact text, or fits the pattern with *; letter case aside."""
    wanted = ".*".join(map(re.escape, tidy(pattern).lower().split("*")))
    return re.fullmatch(wanted, tidy(text).lower()) is not None
