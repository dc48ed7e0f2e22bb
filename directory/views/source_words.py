"""Registries in the words of those who keep them running: states, outcomes, open problems, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for

from directory.registries import schedules
from directory.registries.asking import AskingLine
from directory.registries.source_health import RegistryLine
from directory.rules.vocabulary import NoveltyKind, PublicState, SourceHealth
from directory.views.formats import day
from scrapers.spec import RegistrySpec

OVERDUE = timedelta(hours=6)
TERMS_SOON = timedelta(days=30)

HEALTH: Mapping[SourceHealth | None, tuple[str, PublicState]] = {
    SourceHealth.CHANGED_LAYOUT: ("Changed layout", PublicState.SOURCE_UNAVAILABLE),
    SourceHealth.BLOCKED: ("Blocked", PublicState.SOURCE_UNAVAILABLE),
    SourceHealth.UNREACHABLE: ("Unreachable", PublicState.SOURCE_UNAVAILABLE),
    SourceHealth.MAINTENANCE: ("Maintenance", PublicState.SOURCE_UNAVAILABLE),
    SourceHealth.DEGRADED: ("Read in part", PublicState.NOT_CONFIRMED),
    SourceHealth.OK: ("Read normally", PublicState.CONFIRMED),
    None: ("Never read", PublicState.NOT_CHECKED),
}
_ORDER = list(HEALTH)
GROUPS = ("Need a look", "Read normally", "Not read yet", "Looked up by hand")

_OF_WORDS = (
    "Find out what the registry means by each, then add it to the YAML under standing: words:, with the standing that "
    "it says. Until then such records count as unknown."
)
_OF_COLUMNS = (
    "Look at what each holds. Add it to the YAML under columns: if a field is made of it, under ignored: if not, under "
    "withheld: if it should be kept nowhere. Until then nothing of the registry is read."
)
NOVELTIES: Sequence[tuple[NoveltyKind, str, str]] = (
    (NoveltyKind.WORD, "Standing words", _OF_WORDS),
    (NoveltyKind.COLUMN, "Columns", _OF_COLUMNS),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person should look at, and where."""

    text: str
    link: str = ""
    link_words: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One registry on the operators' list."""

    line: RegistryLine
    words: str
    state: PublicState
    problems: tuple[Problem, ...]
    next_due: datetime | None

    @property
    def group(self) -> str:
        away = self.line.health not in (SourceHealth.OK, None)
        if away or self.problems:
            return GROUPS[0]
        if self.line.only_by_hand:
            return GROUPS[3]
        return GROUPS[2] if self.line.health is None else GROUPS[1]


def source_row(
    line: RegistryLine, spec: RegistrySpec | None, asking: AskingLine | None, held: int | None, *, now: datetime
) -> SourceRow:
    """The registry with its open problems; `held` is the run of it that waits for a person."""
    words, state = HEALTH[line.health]
    is_asked = spec is not None and "roster" in spec.channels and line.enabled
    due = schedules.next_due(spec, now) if spec is not None and is_asked else None
    found = _problems(line, spec if is_asked else None, asking, held, now)
    return SourceRow(line, words, state, tuple(found), due)


def grouped(rows: Sequence[SourceRow]) -> list[tuple[str, list[SourceRow]]]:
    """The rows by group, the worst first, and within one state those that have been in it longest."""
    ordered = sorted(rows, key=lambda row: (_ORDER.index(row.line.health), -len(row.problems), row.line.title))
    return [(name, [row for row in ordered if row.group == name]) for name in GROUPS]


def _problems(
    line: RegistryLine, spec: RegistrySpec | None, asking: AskingLine | None, held: int | None, now: datetime
) -> list[Problem]:
    found = []
    if held is not None:
        found.append(Problem("A run waits for a decision.", url_for("oversight.run", run_id=held), f"Run {held}"))
    page = url_for("sources.source", registry_id=line.id)
    for count, what in ((len(line.unknown_words), "standing word"), (len(line.new_columns), "column")):
        if count:
            found.append(Problem(f"{count} new {what}{'s' if count != 1 else ''}.", f"{page}#new", "See which"))
    if line.canaries_missing:
        found.append(Problem(f"Known records did not come back: {', '.join(line.canaries_missing)}."))
    if spec is not None and (overdue := _overdue(line, spec, now)):
        found.append(Problem(overdue))
    if asking is not None and line.enabled:
        found += _of_asking(asking, now)
    return found


def _overdue(line: RegistryLine, spec: RegistrySpec, now: datetime) -> str:
    due = schedules.latest_due(spec, now - OVERDUE)
    if due is None or (line.last_run_at is not None and line.last_run_at >= due):
        return ""
    return f"Was due on {due:%d %B at %H:%M} UTC and has not been read since. Is a worker running?"


def _of_asking(asking: AskingLine, now: datetime) -> list[Problem]:
    found = []
    if asking.closed_until is not None and asking.closed_until > now:
        because = f": {asking.closed_because}" if asking.closed_because else ""
        told = f"Left alone until {asking.closed_until:%d %B, %H:%M} UTC{because}. Once its owner agrees, or what it "
        told += f"complained of is mended, an operator ends that: registries wake {asking.closed_host}."
        found.append(Problem(told))
    if asking.terms_due_on is not None and asking.terms_due_on <= (now + TERMS_SOON).date():
        found.append(Problem(_terms_due(asking.terms_due_on, now.date())))
    return found


def _terms_due(due: date, today: date) -> str:
    if due <= today:
        return f"Its terms were to be read again by {day(due)}; it is not asked until somebody has."
    return f"Its terms are to be read again by {day(due)}."
