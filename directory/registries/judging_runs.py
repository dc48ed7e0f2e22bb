"""Whether what a run read may be applied, or differs so much from what we had that a person decides.

A change of more than max(5, 5 %) in numbers, standings, names or dates of expiry is held (shared rule for all
registries), and so is one that would tell the same of many listings at once. Growth of a list that is not whole is no
surprise. Of a short list it is also held when most bear another name, lost their date, or are no longer there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from directory.models.registry import PublishedRecord, RecordMatch, RegistryRun, StagedRecord
from directory.rules.vocabulary import Verdict
from scrapers.record import Standing

LEAST, SHARE = 5, 0.05

_FINE = (Standing.ACTIVE.value, Standing.NOT_STATED.value)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a staged run would change about the registry's current records."""

    had: int  # current records before
    has: int  # records staged
    new: int
    changed: int
    other_standing: int
    other_holder: int  # of those staged under a known key
    end_lost: int  # of these: had a date of expiry, and have none now
    absent: int  # current, and not staged; 0 unless the run is whole
    listings: int  # current records that surely belong to a listing
    listings_worse: int  # of these: in good standing before, and no longer

    def as_json(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}


def difference(session: Session, run: RegistryRun) -> Difference:
    """What the staged run would change."""
    current, staged = aliased(PublishedRecord), aliased(StagedRecord)
    is_same_key = and_(
        current.registry_id == run.registry_id, current.source_key == staged.source_key, current.is_current.is_(True)
    )
    standing = staged.record["standing"].as_string()
    differs = current.content_hash != staged.content_hash
    holder, holder_before = (each.record["holder"]["raw"].as_string() for each in (staged, current))
    end_lost = and_(current.expires_on.is_not(None), staged.record["expires_on"].as_string().is_(None))
    has, known, changed, other, renamed, without_end = session.execute(
        select(
            func.count(),
            func.count(current.id),
            _count(differs),
            _count(current.standing != standing),
            _count(and_(differs, holder != holder_before)),
            _count(and_(differs, end_lost)),
        )
        .select_from(staged)
        .outerjoin(current, is_same_key)
        .where(staged.run_id == run.id)
    ).one()
    had = session.scalar(_current(run, func.count())) or 0
    absent = had - (session.scalar(_current(run, func.count()).where(_is_staged(run))) or 0) if run.is_whole else 0
    matched = _current(run, func.count()).where(_is_matched())
    worse = matched.where(PublishedRecord.standing.in_(_FINE), _is_worse(run))
    return Difference(
        had=had,
        has=has,
        new=has - known,
        changed=changed,
        other_standing=other,
        other_holder=renamed,
        end_lost=without_end,
        absent=absent,
        listings=session.scalar(matched) or 0,
        listings_worse=session.scalar(worse) or 0,
    )


def why_held(found: Difference, *, is_whole: bool) -> str:
    """Why a person should decide about it; "" where it may be applied as it is."""
    if not found.had:
        return ""
    most = max(LEAST, found.had * SHARE)
    reasons = []
    if found.other_standing > most:
        reasons.append(f"{found.other_standing} of {found.had} records have another standing than before")
    if found.other_holder > most or _most_of(found.other_holder, known=found.has - found.new):
        reasons.append(f"{found.other_holder} of {found.had} records bear another name than before")
    if found.end_lost > most or _most_of(found.end_lost, known=found.has - found.new):
        reasons.append(f"{found.end_lost} of {found.had} records have lost their date of expiry")
    if found.absent > most or _most_of(found.absent, known=found.had):
        reasons.append(f"{found.absent} of {found.had} records are no longer there")
    if is_whole and abs(found.has - found.had) > most and found.absent <= most:
        reasons.append(f"there are {found.has} records, and there were {found.had}")
    if found.listings_worse > max(LEAST, found.listings * SHARE):
        reasons.append(f"{found.listings_worse} of {found.listings} listings would lose a confirmation")
    return "; ".join(reasons)


def _most_of(some: int, *, known: int) -> bool:
    """Whether it is more than one, and half of the known records or more: people do not marry all at once."""
    return some > 1 and 2 * some >= known


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _current(run: RegistryRun, what: Any) -> Any:
    return (
        select(what)
        .select_from(PublishedRecord)
        .where(PublishedRecord.registry_id == run.registry_id, PublishedRecord.is_current.is_(True))
    )


def _is_staged(run: RegistryRun) -> Any:
    return exists().where(StagedRecord.run_id == run.id, StagedRecord.source_key == PublishedRecord.source_key)


def _is_matched() -> Any:
    return exists().where(
        RecordMatch.registry_id == PublishedRecord.registry_id,
        RecordMatch.source_key == PublishedRecord.source_key,
        RecordMatch.verdict == Verdict.SURE,
    )


def _is_worse(run: RegistryRun) -> Any:
    """Staged with a standing that is not fine, or, where the list is whole, not staged at all."""
    fallen = exists().where(
        StagedRecord.run_id == run.id,
        StagedRecord.source_key == PublishedRecord.source_key,
        StagedRecord.record["standing"].as_string().not_in(_FINE),
    )
    return fallen | ~_is_staged(run) if run.is_whole else fallen
