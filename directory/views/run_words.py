"""Registry runs in words: what was read, how far it came, how the reading went, and its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from directory.models.registry import RegistryRun
from directory.rules.vocabulary import RunChannel, RunState
from directory.views.formats import day

CHANNELS: Mapping[RunChannel, str] = {
    RunChannel.ROSTER: "whole list",
    RunChannel.LOOKUP: "one number",
    RunChannel.FILE: "file",
    RunChannel.SAVED_PAGE: "saved page",
}
STATES: Mapping[RunState, tuple[str, str]] = {
    RunState.HELD: ("Waits for a decision", "ochre"),
    RunState.QUEUED: ("Waits for its turn", "plain"),
    RunState.RUNNING: ("Being read", "plain"),
    RunState.STAGED: ("Being applied", "plain"),
    RunState.APPLIED: ("Accepted", "jade"),
    RunState.REJECTED: ("Rejected", "plum"),
    RunState.FAILED: ("Not read", "brick"),
}
"""Of a run's state: its words, its tone."""

OUTCOMES: Mapping[str, tuple[str, str, str]] = {
    "complete": ("C", "jade", "read in full"),
    "incomplete": ("I", "ochre", "read in part"),
    "maintenance": ("M", "slate", "under maintenance"),
    "down": ("D", "slate", "unreachable"),
    "blocked": ("B", "plum", "closed to programs"),
    "changed": ("X", "brick", "changed layout"),
    "suspect": ("S", "brick", "not believed"),
}
"""Of a run's outcome: its letter, its tone, its words."""

_READING: Mapping[str, str] = {
    "requests": "Requests sent",
    "pages": "Pages read",
    "rows": "Rows seen",
    "records": "Records read",
    "declared": "Records the source announces",
    "rejected_rows": "Rows refused",
    "repeated": "Rows seen twice",
    "bytes": "Bytes received",
    "seconds": "Seconds it took",
}
_DOINGS: Mapping[str, str] = {
    "matched": "Records that belong to a listing",
    "unsure": "Records that may belong to one",
    "listings_created": "Listings made",
    "checks": "Credentials checked",
    "flags_opened": "Flags opened",
    "flags_closed": "Flags closed",
    "conflicts": "Numbers whose records disagree",
    "suppressed": "People who asked not to be listed",
}


def what_was_read(run: RegistryRun) -> str:
    """ "one number 25MZ00007780", "whole list"."""
    return f"{CHANNELS[run.channel]} {run.asked.get('lookup') or ''}".strip()


def outcome_words(run: RegistryRun) -> str:
    """How the reading went; "" before it is over."""
    return OUTCOMES[run.outcome][2] if run.outcome in OUTCOMES else ""


def last_day(record: Mapping[str, Any]) -> str:
    """Until when a staged record runs; "" where the source does not say."""
    return day(date.fromisoformat(record["expires_on"])) if record.get("expires_on") else ""


def numbers(run: RegistryRun) -> list[tuple[str, str]]:
    """What the reading counted, and what came of it, in the order of the work."""
    found = [(words, run.report.get(name)) for name, words in _READING.items()]
    found += [(words, run.counts.get(name)) for name, words in _DOINGS.items()]
    return [(words, f"{value:,}") for words, value in found if isinstance(value, int | float)]
