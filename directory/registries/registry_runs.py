"""Registry runs from end to end: claimed, read and staged, judged, accepted or not, applied. The only caller of
`scrapers.run` and `scrapers.fetch`.

It differs from other verbs: `work_on` commits, for a run is many short transactions with pages fetched in between.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from directory.models.registry import RegistryRun
from directory.registries import journals, registries, run_endings, storage
from directory.registries.applying import Sizes, apply_run
from directory.registries.asking_ledger import AskingLedger, note_not_enabled
from directory.registries.differences import difference
from directory.registries.host_book import DatabaseHosts
from directory.registries.judging_runs import why_held
from directory.registries.known_numbers import must_find
from directory.registries.run_claims import Claim, Heart, RunTaken, claim_run, heartbeat, hold
from directory.registries.run_endings import CannotDecide, decide_run
from directory.registries.run_requests import (
    Asked,
    HalfApplied,
    NotEnabled,
    RunAtWork,
    queue_run,
    refuse_unless_enabled,
    spec_of,
    take_up,
)
from directory.registries.staging import Staged, stage
from directory.rules.vocabulary import RunChannel, RunState
from scrapers.adapter import Wanted
from scrapers.captures import Captures
from scrapers.channels import NETWORK
from scrapers.errors import SpecError
from scrapers.fetch import Fetcher
from scrapers.journal import Journaled
from scrapers.pace import Pace
from scrapers.record import Authority
from scrapers.report import Outcome, RunReport
from scrapers.run import Scrape
from scrapers.spec import RegistrySpec

__all__ = [
    "Asked",
    "CannotDecide",
    "HalfApplied",
    "NotEnabled",
    "RunAtWork",
    "decide_run",
    "queue_run",
    "spec_of",
    "take_up",
    "work_on",
]

log = logging.getLogger(__name__)

WHOLE_LISTS = frozenset({"all_statuses", "active_only", "opt_in"})  # of others it isn't known what they leave out

Clock = Callable[[], datetime]
Progress = Callable[[str], None]


# Working on it -------------------------------------------------------------------------------------------------------


def work_on(
    session: Session,
    run_id: int,
    *,
    clock: Clock,
    sizes: Sizes | None = None,
    on_progress: Progress | None = None,
) -> RunState:
    """Brings the run as far as it gets without a person, and says where it stands. Commits.

    Does nothing for a run that is in other hands, over, or waiting for a decision. An error of ours ends the run and
    travels up.
    """
    sizes, on_progress = sizes or Sizes(), on_progress or (lambda text: None)
    claim = claim_run(session, run_id, now=clock())
    if claim is None:
        return _state(session, run_id)
    try:
        with heartbeat(session.get_bind(), claim, clock=clock) as heart:  # type: ignore[arg-type]
            if _state(session, run_id) is RunState.RUNNING:
                _read(session, claim, heart, sizes=sizes, clock=clock, on_progress=on_progress)
            if _state(session, run_id) is RunState.STAGED:
                apply_run(session, claim, sizes=sizes, clock=clock, on_progress=on_progress, at_the_end=_note_health)
    except RunTaken as taken:
        session.rollback()
        log.warning("%s", taken)
    except NotEnabled as refused:  # it was queued while its terms were in force
        session.rollback()
        _end(session, claim, RunState.FAILED, str(refused), clock=clock, outcome=Outcome.BLOCKED.value)
        _note_not_enabled(session, run_id, str(refused), at=clock())
    except SpecError as wrong:
        session.rollback()
        _stop(session, claim, str(wrong), clock=clock)
    except Exception as wrong:
        session.rollback()
        _stop(session, claim, f"Stopped by an error of ours: {type(wrong).__name__}: {wrong}", clock=clock)
        raise
    state = _state(session, run_id)
    if state not in (RunState.QUEUED, RunState.RUNNING):
        journals.of_run(run_id).drop()
    return state


def _note_not_enabled(session: Session, run_id: int, reason: str, *, at: datetime) -> None:
    run = session.get_one(RegistryRun, run_id)
    registry_id, host = run.registry_id, run.host
    session.commit()  # the ledger writes for itself
    note_not_enabled(session.get_bind(), registry_id, host=host, reason=reason, at=at)  # type: ignore[arg-type]


def _state(session: Session, run_id: int) -> RunState:
    state = session.scalars(select(RegistryRun.state).where(RegistryRun.id == run_id)).one()
    session.commit()
    return state


def _read(session: Session, claim: Claim, heart: Heart, *, sizes: Sizes, clock: Clock, on_progress: Progress) -> None:
    """Reads and stages the run, and judges it."""
    run = session.get_one(RegistryRun, claim.run_id, populate_existing=True)
    asked = Asked.from_json(run.asked)
    spec = spec_of(run.registry_id, asked)
    refuse_unless_enabled(session, spec, asked, today=clock().date())
    reading = registries.terms_readings(session).get(spec.id)
    read_up = spec.with_terms_read(reading.read_by, reading.at.date()) if reading and reading.enabled else spec
    if asked.must_find:
        read_up = must_find(read_up, (asked.lookup,))
    session.commit()  # nothing is held while pages are fetched
    scrape, fetcher = _scrape(session, read_up, asked, claim, heart, clock=clock, on_progress=on_progress)
    try:
        staged = stage(session, claim, scrape.records(), at_once=sizes.stage, clock=clock)
        if fetcher is not None and scrape.report.outcome is Outcome.COMPLETE:
            fetcher.believe()
    finally:
        session.rollback()  # the ledger writes for itself, and nobody may stand in its way
        if fetcher is not None:
            fetcher.close()
    _judge(session, claim, spec, scrape.report, staged, clock=clock)


def _scrape(
    session: Session,
    spec: RegistrySpec,
    asked: Asked,
    claim: Claim,
    heart: Heart,
    *,
    clock: Clock,
    on_progress: Progress,
) -> tuple[Scrape, Fetcher | None]:
    captures = storage.captures()
    fetcher = journaled = None
    if asked.channel.value in NETWORK:
        fetcher = _fetcher(session.get_bind(), spec, captures, clock)  # type: ignore[arg-type]
        journal = journals.of_run(claim.run_id)
        journaled = Journaled(fetcher, journal, captures, now=clock, may_ask=heart.refuse_if_taken)
    scrape = Scrape(
        spec,
        channel=asked.channel.value,
        captures=captures,
        now=clock,
        fetcher=journaled,
        wanted=Wanted(number=asked.lookup) if asked.lookup else None,
        files=[Path(file) for file in asked.files],
        retrieved_at=datetime.fromisoformat(asked.retrieved_at) if asked.retrieved_at else None,
        most_pages=asked.most_pages,
        on_progress=lambda report: on_progress(f"reading: {report.rows} rows, {report.records} records"),
    )
    return scrape, fetcher


def _fetcher(engine: Engine, spec: RegistrySpec, captures: Captures, clock: Clock) -> Fetcher:
    return Fetcher(
        spec,
        captures=captures,
        now=clock,
        contact=current_app.config["CONTACT_EMAIL"],
        site_url=current_app.config["SITE_URL"],
        rehearsal=current_app.config["REHEARSAL"],
        pace=DatabaseHosts(engine, Pace()),
        ledger=AskingLedger(engine, spec.id),
    )


# Judging -------------------------------------------------------------------------------------------------------------


def _judge(
    session: Session, claim: Claim, spec: RegistrySpec, report: RunReport, staged: Staged, *, clock: Clock
) -> None:
    """Accepts what was read, holds it for a person, or ends the run. Commits."""
    now = clock()
    read: dict[str, Any] = {
        "outcome": report.outcome.value,
        "report": report.as_json(),
        "retrieved_at": staged.retrieved_at or now,
        "content_key": hashlib.sha256("\n".join(sorted(report.captures)).encode()).hexdigest(),
        "described": registries.describe(spec),
    }
    if not report.outcome.is_usable:
        state = RunState.REJECTED if report.outcome is Outcome.SUSPECT else RunState.FAILED
        _end(session, claim, state, report.reason, clock=clock, **read)
        return
    hold(session, claim, now=now, reason=report.reason, **read)
    run = session.get_one(RegistryRun, claim.run_id, populate_existing=True)
    is_whole = _is_whole(spec, run, report) and not run_endings.is_outdated(session, run)
    run.is_whole = is_whole
    session.flush()
    found = difference(session, run)
    held = why_held(found, is_whole=is_whole)
    run.report = {**run.report, "difference": found.as_json()}
    session.flush()
    if held:
        hold(session, claim, now=now, state=RunState.HELD, finished_at=now, worker="")
        session.refresh(run)
        run_endings.hold_for_review(session, run, reason=held, at=now)
    else:
        hold(session, claim, now=now, state=RunState.STAGED, accepted_at=now)
    session.commit()


def _is_whole(spec: RegistrySpec, run: RegistryRun, report: RunReport) -> bool:
    """Whether it read everybody on the list. What holders type in themselves is no list of an issuer's."""
    return (
        report.outcome is Outcome.COMPLETE
        and run.channel in (RunChannel.ROSTER, RunChannel.FILE)
        and spec.completeness in WHOLE_LISTS
        and spec.authority is not Authority.SELF_REPORTED
        and report.records >= _least_on_the_list(spec)
    )


def _least_on_the_list(spec: RegistrySpec) -> int:
    """How many a healthy whole list has, by any channel. Of an excerpt who is on it counts, who is not does not."""
    channels = (channel.expect.least for channel in spec.channels.values() if channel.expect)
    return max(spec.expect.least, *channels, 0)


def _end(session: Session, claim: Claim, state: RunState, reason: str, *, clock: Clock, **values: Any) -> None:
    """Ends a run that applies nothing, and tells moderators once if the source is no longer as it was. Commits."""
    now = clock()
    values = {**values, "state": state, "reason": reason, "finished_at": now, "worker": ""}
    try:
        hold(session, claim, now=now, **values)
    except RunTaken as taken:
        session.rollback()
        log.warning("%s", taken)
        return
    run = session.get_one(RegistryRun, claim.run_id, populate_existing=True)
    run_endings.forget_staged(session, run)
    run_endings.note_health(session, run, at=now)
    session.commit()


def _note_health(session: Session, run: RegistryRun, at: datetime) -> None:
    run_endings.note_health(session, run, at=at)


def _stop(session: Session, claim: Claim, reason: str, *, clock: Clock) -> None:
    """After an error of ours: what was only read is given up, what was half applied waits for a person. Commits."""
    if _state(session, claim.run_id) is not RunState.STAGED:
        _end(session, claim, RunState.FAILED, reason, clock=clock)
        return
    now = clock()
    with suppress(RunTaken):
        hold(session, claim, now=now, state=RunState.HELD, reason=reason, finished_at=now, worker="")
        run = session.get_one(RegistryRun, claim.run_id, populate_existing=True)
        run_endings.tell_of_half_applied(session, run, at=now)
    session.commit()
