"""The rules of claim_lists/: what listing text may not say, why, and what to say instead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from directory.rules.claim_patterns import Patterns, read_patterns

_FOLDER = Path(__file__).with_name("claim_lists")
_FAMILIES, _GUARDS = "words.yaml", "guards.yaml"
_KNOWN = {"id", "weight", "reason", "citation", "instead", "patterns", "mentions", "except", "issuer", "title", "tone"}


class Weight(StrEnum):
    """What a finding means for the text it is in."""

    WITHHELD = "withheld"  # not published until it is changed or a moderator lets it pass
    ADVISED = "advised"  # told to whoever wrote it, and published


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """One rule. `mentions` are words that alone are a claim unless all around is neutral; `excused` finds what the
    rule's words mean otherwise; `needs_issuer`: fine where it says who gave it; `holds_for_titles`: also in names of
    practices and courses, which are not sentences; `least_tone`: where nothing else is found and the whole sentence
    sounds so much like a claim."""

    id: str
    weight: Weight
    reason: str
    citation: str
    instead: str
    patterns: Patterns
    mentions: Patterns | None
    excused: Patterns | None
    needs_issuer: bool
    holds_for_titles: bool
    least_tone: float | None


@cache
def claim_rules() -> tuple[ClaimRule, ...]:
    """All rules, file by file. Raises ValueError or KeyError naming what a file has wrong."""
    families = yaml.safe_load((_FOLDER / _FAMILIES).read_text(encoding="utf-8"))
    files = sorted(each for each in _FOLDER.glob("*.yaml") if each.name not in (_FAMILIES, _GUARDS))
    told = [rule for file in files for rule in yaml.safe_load(file.read_text(encoding="utf-8"))]
    rules = tuple(_rule(each, families) for each in told)
    if len({rule.id for rule in rules}) != len(rules):
        raise ValueError(f"{_FOLDER.name}: a rule's id is there twice")
    return rules


def _rule(told: dict[str, str], families: dict[str, str]) -> ClaimRule:
    if unknown := told.keys() - _KNOWN:
        raise ValueError(f"{_FOLDER.name}: {told['id']} has {', '.join(sorted(unknown))}")
    return ClaimRule(
        id=told["id"],
        weight=Weight(told["weight"]),
        reason=told["reason"],
        citation=told["citation"],
        instead=told["instead"],
        patterns=read_patterns(told.get("patterns", ""), families),
        mentions=read_patterns(told["mentions"], families) if "mentions" in told else None,
        excused=read_patterns(told["except"], families) if "except" in told else None,
        needs_issuer=told.get("issuer") == "needed",
        holds_for_titles=bool(told.get("title", False)),
        least_tone=float(told["tone"]) if "tone" in told else None,
    )
