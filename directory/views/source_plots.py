"""The plots of one registry's page, made from its runs: sizes, fill rates, outcomes, how long they took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from directory.registries.health_history import ReadRun
from directory.views import plots
from directory.views.formats import day
from directory.views.plots import Bar, Line
from directory.views.run_words import OUTCOMES

FIELDS = {
    "number": "Number",
    "standing": "Standing",
    "expires_on": "End date",
    "issued_on": "Issue date",
    "place": "Place",
    "phone": "Phone",
    "npi": "NPI",
}
FALLEN = 0.1  # of the share: so much less than usual deserves a word


class Key(NamedTuple):
    """How a line is drawn, and what stands beside it."""

    kind: str
    words: str


GIVEN, DECLARED = Key("given", "given"), Key("declared", "announced by the source")
DOUBTED = Key("doubted", "given and not believed")


@dataclass(frozen=True, slots=True)
class Plot:
    """One picture. `says` is what a reader who does not see it is told."""

    title: str
    says: str
    top: str
    bottom: str
    first: str
    last: str
    lines: Mapping[Key, Line] = field(default_factory=dict)
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True, slots=True)
class Fill:
    """How full one field is: a small line, the latest share, and whether it fell."""

    name: str
    now: str
    says: str
    line: Line
    fell: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One run on the strip of outcomes."""

    letter: str
    tone: str
    words: str


def records_plot(runs: Sequence[ReadRun]) -> Plot | None:
    """Records given and totals announced, and those that were not believed apart from them: one of these must not
    press the others flat. None where no run gave any that could be."""
    doubted = [run.records if run.outcome == "suspect" else None for run in runs]
    given = [run.records if run.outcome != "suspect" else None for run in runs]
    declared = [run.declared if number is not None else None for run, number in zip(runs, given, strict=True)]
    known = [value for value in given if value is not None]
    if not known:
        return None
    low, high = _scale([*known, *(value for value in declared if value is not None)])
    says = f"Between {min(known):,} and {max(known):,} records in {len(known)} runs that gave any; the last gave "
    says += f"{known[-1]:,}."
    lines = [(DECLARED, declared), (GIVEN, given), (DOUBTED, doubted)]
    drawn = {key: plots.line(values, low=low, high=high) for key, values in lines if any(each for each in values)}
    if DECLARED in drawn:
        says += " The source announced a total as well."
    if DOUBTED in drawn:
        says += f" {sum(each is not None for each in doubted)} were not believed."
    return _plot("Records", says, runs, f"{high:,.0f}", f"{low:,.0f}", lines=drawn)


def seconds_plot(runs: Sequence[ReadRun]) -> Plot | None:
    """How long the runs took."""
    taken = [run.seconds for run in runs]
    if not any(taken):
        return None
    high = plots.round_up(max(taken))
    says = f"From {min(taken):.1f} to {max(taken):.1f} seconds; the last took {taken[-1]:.1f}."
    return _plot("Seconds", says, runs, f"{high:g} s", "0", bars=tuple(plots.bars(taken, high=high)))


def fills(runs: Sequence[ReadRun]) -> list[Fill]:
    """Of each field the share of records that have it, over those runs that gave records."""
    filled = [run.fill for run in runs if run.fill]
    found = []
    for name, words in FIELDS.items():
        shares = [fill.get(name) for fill in filled]
        known = [share for share in shares if share is not None]
        if not known or not any(known):
            continue
        usual = sorted(known)[len(known) // 2]
        fell = known[-1] < usual - FALLEN
        says = (
            f"{words}: {known[-1]:.0%} of the records in the last run, usually {usual:.0%}, at least {min(known):.0%}."
        )
        found.append(Fill(words, f"{known[-1]:.0%}", says, plots.line(shares, low=0, high=1), fell))
    return found


def strip(runs: Sequence[ReadRun]) -> list[Cell]:
    """The outcomes, oldest first."""
    return [_cell(run.outcome, f"{day(run.at)}: {OUTCOMES[run.outcome][2]}") for run in runs]


def strip_legend(runs: Sequence[ReadRun]) -> list[tuple[Cell, int]]:
    """Each outcome that occurs, in words, with its count, the most frequent first."""
    return [(_cell(outcome, OUTCOMES[outcome][2]), count) for outcome, count in Counter(_outcomes(runs)).most_common()]


def strip_says(runs: Sequence[ReadRun]) -> str:
    counts = ", ".join(f"{count} {cell.words}" for cell, count in strip_legend(runs))
    return f"The last {len(runs)} runs, the oldest first: {counts}. The latest: {OUTCOMES[runs[-1].outcome][2]}."


def _outcomes(runs: Sequence[ReadRun]) -> list[str]:
    return [run.outcome for run in runs]


def _cell(outcome: str, words: str) -> Cell:
    letter, tone, _ = OUTCOMES[outcome]
    return Cell(letter, tone, words)


def _plot(
    title: str,
    says: str,
    runs: Sequence[ReadRun],
    top: str,
    bottom: str,
    *,
    lines: Mapping[Key, Line] | None = None,
    bars: tuple[Bar, ...] = (),
) -> Plot:
    return Plot(title, says, top, bottom, day(runs[0].at), day(runs[-1].at), lines or {}, bars)


def _scale(values: Sequence[int]) -> tuple[float, float]:
    """From nothing, unless that would press a large list that hardly changes into a line without a story."""
    low, high = min(values), max(values)
    if low and (high - low) < 0.2 * high:
        step = plots.round_up(max((high - low) / 4, high * 0.01, 1))
        return max(0.0, (low // step - 1) * step), (high // step + 2) * step
    return 0.0, plots.round_up(high)
