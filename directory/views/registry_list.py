"""The list of registries for everybody: one line each, those in trouble first, with a choice by place and by state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from directory.evidence.page_words import age_words
from directory.registries.asking import AskingLine
from directory.registries.source_health import RegistryLine
from directory.rules.requirements import place_name
from directory.rules.vocabulary import PublicState, SourceHealth
from directory.views.registry_words import health_words, issues_words, times

AWAY, OK, BY_HAND, NOT_READ = "away", "ok", "by-hand", "not-read"
GROUPS: Mapping[str, tuple[str, str]] = {
    AWAY: ("Being looked at", "{:,} {} being looked at"),
    OK: ("Read normally", "{:,} {} read normally"),
    BY_HAND: ("Looked up only by a person", "{:,} {} looked up only by a person"),
    NOT_READ: ("Not read yet", "{:,} {} not read yet"),
}
"""The states that registries can be chosen by: the heading of a group, and its words in the summary."""
FOLDED = (BY_HAND, NOT_READ)
"""Groups that stay folded until somebody chooses: there is nothing to tell of them but that they exist."""


@dataclass(frozen=True, slots=True)
class RegistriesWanted:
    """What somebody chose. Words that nobody knows mean no choice."""

    place: str = ""
    state: str = ""

    @property
    def is_everything(self) -> bool:
        return not (self.place or self.state)

    def fits(self, line: RegistryLine) -> bool:
        return self.place in ("", line.jurisdiction) and self.state in ("", group_of(line))


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """One registry on one line. `state` only chooses the sign beside `health`."""

    id: str
    title: str
    about: str
    health: str
    state: PublicState


@dataclass(frozen=True, slots=True)
class RegistryGroup:
    id: str
    title: str
    rows: Sequence[RegistryRow]
    is_folded: bool


def registry_groups(
    lines: Sequence[RegistryLine], asking: Mapping[str, AskingLine], wanted: RegistriesWanted, *, now: datetime
) -> list[RegistryGroup]:
    """The rows that fit, by group, each group by title."""
    found: dict[str, list[RegistryRow]] = {group: [] for group in GROUPS}
    for line in sorted(lines, key=lambda line: (place_name(line.jurisdiction), line.title)):
        if wanted.fits(line):
            found[group_of(line)].append(_row(line, asking.get(line.id), now))
    return [
        RegistryGroup(group, GROUPS[group][0], rows, is_folded=wanted.is_everything and group in FOLDED)
        for group, rows in found.items()
        if rows
    ]


def places(lines: Sequence[RegistryLine]) -> list[tuple[str, str]]:
    """The places that have registries, as code and name, by name."""
    return sorted({(line.jurisdiction, place_name(line.jurisdiction)) for line in lines}, key=lambda each: each[1])


def summary(lines: Sequence[RegistryLine], asking: Mapping[str, AskingLine]) -> tuple[str, str]:
    """How all of them are, and what they were asked, in a sentence each."""
    counts = Counter(group_of(line) for line in lines)
    parts = [
        words.format(counts[group], "is" if counts[group] == 1 else "are")
        for group, (_, words) in GROUPS.items()
        if counts[group]
    ]
    told = f"Of {len(lines)} registries, {_joined(parts)}."
    sent, refused = (sum(getattr(line, name) for line in asking.values()) for name in ("requests_30d", "refused_30d"))
    hosts = sum(line.requests_30d > 0 for line in asking.values())
    if not sent:
        return told, "Our programs asked none of them for anything in the last 30 days."
    of_them = f"{hosts} of them" if hosts > 1 else "one of them"
    refusals = f"{refused:,} of these were refused, and we stopped there" if refused else "none of these was refused"
    return told, f"Our programs sent {sent:,} requests to {of_them} in the last 30 days; {refusals}."


def group_of(line: RegistryLine) -> str:
    if line.health is SourceHealth.OK:
        return OK
    if line.health is not None:
        return AWAY
    return BY_HAND if line.only_by_hand else NOT_READ


def _row(line: RegistryLine, asking: AskingLine | None, now: datetime) -> RegistryRow:
    """What it lists and what was asked of it; and how it is, or when it was read where all is well."""
    about = [issues_words(line).capitalize()]
    if asking and asking.requests_30d:
        refused = f", {times(asking.refused_30d)} refused" if asking.refused_30d else ""
        about.append(f"asked {times(asking.requests_30d)} in 30 days{refused}")
    words, state = health_words(line)
    if group_of(line) == OK and line.last_success_at:
        records = f", {line.records:,} record{'s' if line.records != 1 else ''}" if line.records else ""
        words = f"Read {age_words(line.last_success_at.date(), now.date())}{records}"
    return RegistryRow(line.id, line.title, " · ".join(about), words, state)


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
