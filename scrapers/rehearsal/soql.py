"""The part of Socrata's query language that our reader asks in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

_CONDITION = re.compile(r"^(?P<upper>upper\()?(?P<column>\w+)\)?\s*(?P<operator>=|like)\s*'(?P<value>(?:[^']|'')*)'$")
_ANY_OF = re.compile(r"^(?P<column>\w+) in\((?P<values>.*)\)$")


def select(rows: list[dict[str, Any]], asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is answered to `$where`, `$select=count(*)`, `$order`, `$limit` and `$offset`. Raises ValueError for a
    condition that is not known."""
    terms = [term for term in asked.get("$where", "").split(" AND ") if term.strip()]
    found = [row for row in rows if all(_holds(row, term) for term in terms)]
    if "count(" in asked.get("$select", ""):
        return [{"count": str(len(found))}]
    begin = int(asked.get("$offset", "0"))
    return found[begin : begin + int(asked.get("$limit", "1000"))]


def _holds(row: Mapping[str, Any], term: str) -> bool:
    """Whether one condition, or one of several joined by OR, holds."""
    choices = term.strip().removeprefix("(").removesuffix(")") if term.startswith("(") else term
    return any(_fits(row, choice.strip()) for choice in choices.split(" OR "))


def _fits(row: Mapping[str, Any], condition: str) -> bool:
    if listed := _ANY_OF.match(condition):
        words = [word.replace("''", "'") for word in re.findall(r"'((?:[^']|'')*)'", listed["values"])]
        return str(row.get(listed["column"], "")) in words
    found = _CONDITION.match(condition)
    if found is None:
        raise ValueError(f"the rehearsal does not know this $where: {condition!r}")
    column, operator, wanted = found["column"], found["operator"], found["value"].replace("''", "'")
    value = str(row.get(column, ""))
    if found["upper"]:
        value = value.upper()
    return value == wanted if operator == "=" else fnmatchcase(value, wanted.replace("%", "*"))
