"""A board that is asked by number, and what is known of the licenses there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.registry import RegistryRun
from directory.registries import registries, run_endings
from directory.registries.lookups_due import due_lookups
from directory.rules.vocabulary import (
    Grade,
    ListingState,
    Outcome,
    RunState,
)
from scrapers.record import Method
from tests.makers import make_credential, make_listing

NIGHT = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 22, 11, 59, tzinfo=UTC)
SPEC = """
id: {id}
title: "Invented board asked by number"
issues: {{kind: {kind}, profession: acupuncturist}}
jurisdiction: US-CA
authority: {authority}
home: "https://board.example/"
platform: delimited
completeness: all_statuses
politeness: {politeness}
channels: {channels}
columns: {{number: Number, holder.given: First, holder.family: Last}}
standing: {{from: Status, words: {{active: [Active]}}}}
"""
BY_NUMBER = '{lookup: {by_number: "https://board.example/find?number={number}"}}'


def board(session: Session, folder: Path, name: str = "us_ca_asked", *, enabled: bool = True, **given: Any) -> None:
    """An invented board on disk that is asked by number, and may be."""
    usual = {"kind": "license", "authority": "issuer", "politeness": "{}", "channels": BY_NUMBER}
    (folder / f"{name}.yaml").write_text(SPEC.format(id=name, **usual | given), encoding="utf-8")
    if enabled:
        spec = registries.find_registry(name)
        registries.enable(session, spec, read_by="oz@directory.example", note="Allows programs.", at=NIGHT)
        session.commit()


def stated(session: Session, number: int = 10001, *, state: ListingState = ListingState.PUBLISHED, **given: Any) -> Any:
    listing = make_listing(session, state=state)
    credential = make_credential(session, listing, number=f"AC {number}", number_key=str(number), **given)
    session.commit()
    return credential


def told(session: Session, credential: Credential, *, days: float, outcome: Outcome, **given: Any) -> None:
    """A check of it, from evidence that was read so many days before the night."""
    at = NIGHT - timedelta(days=days)
    evidence = Evidence(
        source="us_ca", source_title="Board", method=Method.WEB_CAPTURE, grade=Grade.A, retrieved_at=at, recorded_at=at
    )
    session.add(evidence)
    session.flush()
    session.add(
        CredentialCheck(
            credential_id=credential.id,
            registry_id="us_ca",
            outcome=outcome,
            reason="Seen.",
            evidence_id=evidence.id,
            at=at,
            **given,
        )
    )
    session.commit()


def asked(session: Session) -> list[tuple[str, str]]:
    """What was queued: the registry and the number, in the order of the moments."""
    rows = session.scalars(select(RegistryRun).order_by(RegistryRun.scheduled_for, RegistryRun.id))
    return [(run.registry_id, run.asked["lookup"]) for run in rows]


def all_over(session: Session, state: RunState = RunState.APPLIED, *, outcome: str = "complete") -> None:
    """Ends every run that waits."""
    for run in session.scalars(select(RegistryRun).where(RegistryRun.state == RunState.QUEUED)).all():
        run.state, run.outcome, run.finished_at = state, outcome, run.queued_at
        run.report = {"records": 1, "reason": ""}
        run_endings.note_health(session, run, at=run.queued_at)
    session.commit()


def numbers_due(session: Session, now: datetime = NIGHT) -> list[str]:
    return [each.key for each in due_lookups(session, registries.find_registry("us_ca_asked"), now=now)]
