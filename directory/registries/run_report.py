"""What came of a run as one JSON-ready document: the report of its reading, and what it changed."""

from __future__ import annotations

from typing import Any

from directory.models.registry import RegistryRun
from directory.rules.vocabulary import RunChannel, RunState
from scrapers.report import Outcome, RunReport

COUNTS = (
    "matched",
    "unsure",
    "listings_created",
    "checks",
    "flags_opened",
    "flags_closed",
    "conflicts",
    "suppressed",
)


def run_report(run: RegistryRun) -> dict[str, Any]:
    """The report of a run that is over or held."""
    reading = run.report or _unread(run.registry_id, run.channel, run.reason).as_json()
    return {
        **reading,
        "outcome": run.outcome or reading["outcome"],
        "reason": run.reason or reading["reason"],
        "run": run.id,
        "state": run.state.value,
        "accepted": run.state in (RunState.STAGED, RunState.APPLIED),
        "held_for_review": run.state is RunState.HELD,
        "is_whole": run.is_whole,
        **{name: run.counts.get(name, 0) for name in COUNTS},
    }


def refusal_report(registry_id: str, channel: RunChannel, reason: str) -> dict[str, Any]:
    """The report of a run that did not take place, for nobody has read the registry's terms. Nothing was asked."""
    report = _unread(registry_id, channel, reason)
    report.outcome = Outcome.BLOCKED
    return {
        **report.as_json(),
        "run": None,
        "state": None,
        "accepted": False,
        "held_for_review": False,
        "is_whole": False,
        **dict.fromkeys(COUNTS, 0),
    }


def _unread(registry_id: str, channel: RunChannel, reason: str) -> RunReport:
    return RunReport(registry=registry_id, channel=channel.value, outcome=Outcome.DOWN, reason=reason)
