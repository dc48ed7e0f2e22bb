"""An accepted run becomes part of what we know, portion by portion: published, matched and checked, silence counted.

Each portion is one short transaction that also notes how far it got, so a run that is cut off anywhere goes on from
there, and one that is applied again changes nothing. All of it carries the time at which the run was accepted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from directory.listings.listing_versions import note_versions
from directory.listings.merged_listings import wait_for_merges
from directory.models.registry import RegistryRun, StagedRecord
from directory.moderation import flags
from directory.registries import source_health
from directory.registries.absences import check_absent, silence_speaks
from directory.registries.matching_records import Portion, match_and_check
from directory.registries.published_records import rows_of_run
from directory.registries.record_versions import publish_portion, retire_absent
from directory.registries.registry_as_read import RegistryAsRead
from directory.registries.run_claims import Claim, hold
from directory.rules.facts import SourceFacts
from directory.rules.vocabulary import RunState
from directory.search.search_index import index_listings

PUBLISH, MATCH, ABSENCES, DONE = "publish", "match", "absences", "done"

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many records one transaction takes, by what is done with them."""

    stage: int = 2000
    publish: int = 2000
    match: int = 500
    absences: int = 1000


def apply_run(
    session: Session,
    claim: Claim,
    *,
    sizes: Sizes,
    clock: Callable[[], datetime],
    on_progress: Progress,
    at_the_end: Callable[[Session, RegistryRun, datetime], None],
) -> None:
    """Applies the run from where it stands to its end. Commits. Raises RunTaken when it is no longer ours.

    `at_the_end` belongs to the last step: a worker killed in between has done both or neither.
    """
    applied = 0
    sources = source_health.source_facts(session, clock())
    session.commit()
    while True:
        wait_for_merges(session)
        hold(session, claim, now=clock())
        run = session.get_one(RegistryRun, claim.run_id, populate_existing=True)
        step = run.applied_step or PUBLISH
        if step == DONE:
            break
        step, through, portion = _STEPS[step](session, run, sizes)
        counts = _settle(session, run, portion, sources)
        note_versions(session, portion.touched, at=clock())
        hold(session, claim, now=clock(), applied_step=step, applied_through=through, counts=counts)
        session.commit()
        applied += 1
        on_progress(f"applying: {step} {through}")
    _finish(session, claim, clock=clock, at_the_end=at_the_end)


def _publish(session: Session, run: RegistryRun, sizes: Sizes) -> tuple[str, str, Portion]:
    last = publish_portion(session, run, after=run.applied_through, at_once=sizes.publish)
    if last:
        return PUBLISH, last, Portion()
    if run.is_whole:
        retire_absent(session, run)
    return MATCH, "", Portion()


def _match(session: Session, run: RegistryRun, sizes: Sizes) -> tuple[str, str, Portion]:
    rows = rows_of_run(session, run, after=run.applied_through, at_once=sizes.match)
    if not rows:
        return (ABSENCES if silence_speaks(run) else DONE), "", Portion()
    portion = match_and_check(
        session,
        RegistryAsRead.of(run),
        rows,
        at=_at(run),
        create_listings=bool(run.asked.get("create_listings")),
        known_before=run.id,
        checker_id=run.asked.get("checker_id"),
    )
    return MATCH, rows[-1].source_key, portion


def _absences(session: Session, run: RegistryRun, sizes: Sizes) -> tuple[str, str, Portion]:
    last, portion = check_absent(session, run, at=_at(run), after=int(run.applied_through or 0), at_once=sizes.absences)
    return (ABSENCES, str(last), portion) if last else (DONE, "", portion)


_STEPS = {PUBLISH: _publish, MATCH: _match, ABSENCES: _absences}


def _at(run: RegistryRun) -> datetime:
    if run.accepted_at is None:
        raise ValueError(f"run {run.id} is applied without having been accepted")
    return run.accepted_at


def _settle(session: Session, run: RegistryRun, portion: Portion, sources: dict[str, SourceFacts]) -> dict[str, int]:
    """Brings flags and search in step with what changed, and adds to the run's counts."""
    opened = closed = 0
    if portion.touched:
        opened, closed = flags.refresh_flags(session, portion.touched, now=_at(run), run_id=run.id, sources=sources)
        index_listings(session, sorted(portion.touched), now=_at(run))
    counts = Counter(run.counts)
    counts.update({**portion.counts, "flags_opened": opened, "flags_closed": closed})
    return dict(counts)


def _finish(
    session: Session,
    claim: Claim,
    *,
    clock: Callable[[], datetime],
    at_the_end: Callable[[Session, RegistryRun, datetime], None],
) -> None:
    now = clock()
    session.execute(delete(StagedRecord).where(StagedRecord.run_id == claim.run_id))
    hold(session, claim, now=now, state=RunState.APPLIED, finished_at=now, worker="")
    at_the_end(session, session.get_one(RegistryRun, claim.run_id, populate_existing=True), now)
    session.commit()
