"""Invented histories of registries: runs as they would stand after days and weeks, without reading anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from directory.models.registry import RegistryRun
from directory.rules.vocabulary import RunChannel, RunState
from scrapers.report import Outcome, RunReport

DESCRIBED = {
    "title": "Invented Register",
    "kind": "license",
    "profession": "acupuncturist",
    "jurisdiction": "US-WA",
    "authority": "issuer",
    "completeness": "all_statuses",
    "home": "https://register.example/",
    "shared_numbers": False,
}
FILL = {"number": 1.0, "standing": 1.0, "expires_on": 0.98, "issued_on": 0.97, "place": 0.95, "phone": 0.0, "npi": 0.4}
_STATES = {"complete": RunState.APPLIED, "incomplete": RunState.APPLIED, "suspect": RunState.REJECTED}


def make_run(
    session: Session,
    registry_id: str,
    *,
    at: datetime,
    outcome: str = "complete",
    channel: RunChannel = RunChannel.ROSTER,
    reason: str = "",
    report: dict[str, Any] | None = None,
    title: str = "",
) -> RegistryRun:
    """A run that ended at `at`. `report` is laid over a report with nothing remarkable."""
    usual: dict[str, Any] = {}
    if outcome:
        made = RunReport(registry=registry_id, outcome=Outcome(outcome), reason=reason, channel=channel.value)
        usual = made.as_json()
    run = RegistryRun(
        registry_id=registry_id,
        channel=channel,
        state=_STATES.get(outcome, RunState.FAILED),
        outcome=outcome,
        reason=reason,
        described=DESCRIBED | ({"title": title} if title else {}),
        report=usual | (report or {}),
        queued_at=at - timedelta(minutes=3),
        started_at=at - timedelta(minutes=2),
        finished_at=at,
        retrieved_at=at - timedelta(minutes=1),
    )
    session.add(run)
    session.flush()
    return run
