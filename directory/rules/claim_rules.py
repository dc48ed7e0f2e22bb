"""The rules of claim_rules.yaml: what listing text may not say, why, and what to say instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("claim_rules.yaml")
_BLANK = re.compile(r" \.\.\. | \?| ")
_READ_AS = {" ... ": r"[^\w]+(?:\w+[^\w]+){0,5}?", " ?": "[ -]?", " ": "[ -]+"}


class Weight(StrEnum):
    """What a finding means for the text it is in."""

    WITHHELD = "withheld"  # not published until it is changed or a moderator lets it pass
    ADVISED = "advised"  # told to whoever wrote it, and published


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """One rule. `excused` finds what the rule's words mean otherwise; `needs_issuer`: fine where it says who gave it;
    `holds_for_titles`: also in names of practices and courses, which are not sentences."""

    id: str
    weight: Weight
    reason: str
    citation: str
    instead: str
    pattern: re.Pattern[str]
    excused: re.Pattern[str] | None
    needs_issuer: bool
    holds_for_titles: bool


@cache
def claim_rules() -> tuple[ClaimRule, ...]:
    """All rules, in the order of the file. Raises ValueError or KeyError naming what the file has wrong."""
    told = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    rules = tuple(_rule(each, told["words"]) for each in told["rules"])
    if len({rule.id for rule in rules}) != len(rules):
        raise ValueError(f"{_FILE.name}: a rule's id is there twice")
    return rules


def _rule(told: dict[str, Any], words: dict[str, str]) -> ClaimRule:
    known = {"id", "weight", "reason", "citation", "instead", "patterns", "except", "issuer", "title"}
    if unknown := told.keys() - known:
        raise ValueError(f"{_FILE.name}: {told['id']} has {', '.join(sorted(unknown))}")
    return ClaimRule(
        id=told["id"],
        weight=Weight(told["weight"]),
        reason=told["reason"],
        citation=told["citation"],
        instead=told["instead"],
        pattern=_any_of(told["patterns"], words),
        excused=_any_of(told["except"], words) if "except" in told else None,
        needs_issuer=told.get("issuer") == "needed",
        holds_for_titles=told.get("title", False),
    )


def _any_of(patterns: list[str], words: dict[str, str]) -> re.Pattern[str]:
    """One expression for all of them. Each begins and ends with a whole word; gaps are counted, so reading is quick."""
    return re.compile("|".join(rf"(?<![\w]){_expression(each, words)}(?![\w])" for each in patterns))


def _expression(pattern: str, words: dict[str, str]) -> str:
    for name, alternatives in words.items():
        pattern = pattern.replace(f"{{{name}}}", f"(?:{alternatives})")
    if left := re.search(r"\{[a-z_]+\}", pattern):
        raise ValueError(f"{_FILE.name}: {left[0]} is not among its words")
    return f"(?:{_BLANK.sub(lambda found: _READ_AS[found[0]], pattern)})"
