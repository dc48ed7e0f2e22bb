"""Whether what a run read may be applied, or differs so much from what we had that a person decides.

A change of more than max(5, 5 %) in numbers, standings, names or dates of expiry is held (shared rule for all
registries), and so is one that would tell the same of many listings at once. Growth of a list that is not whole is no
surprise. Of a short list it is also held when most bear another name, lost their date or number, or are no longer
there; and even of one person, when the name changed and the new standing is a word nobody has read up on: columns may
have changed places.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select
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
    other_holder_unread: int  # of these: with a standing word that they did not have, and that nobody has read up on
    end_lost: int  # of these: had a date of expiry, and have none now
    numbered: int  # staged with a number
    number_lost: int  # staged without a number, where the same record or its NPI had one that is no longer there
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
    counted = {name: _count(what).label(name) for name, what in _what_differs(run, staged, current).items()}
    of_staged = session.execute(
        select(func.count().label("has"), _count(current.id.is_(None)).label("new"), *counted.values())
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
        absent=absent,
        listings=session.scalar(matched) or 0,
        listings_worse=session.scalar(worse) or 0,
        **of_staged._mapping,
    )


def _what_differs(run: RegistryRun, staged: Any, current: Any) -> dict[str, Any]:
    """What is counted of staged records beside the current ones of their key, by its name in Difference."""
    differs = current.content_hash != staged.content_hash
    standing = staged.record["standing"].as_string()
    holder, holder_before = (each.record["holder"]["raw"].as_string() for each in (staged, current))
    word, word_before = (each.record["standing_raw"].as_string() for each in (staged, current))
    is_unread = and_(standing == Standing.UNKNOWN.value, word != word_before)
    has_no_number = and_(*(staged.record[name].as_string() == "" for name in ("number", "number_raw")))
    return {
        "changed": differs,
        "other_standing": current.standing != standing,
        "other_holder": and_(differs, holder != holder_before),
        "other_holder_unread": and_(differs, holder != holder_before, is_unread),
        "end_lost": and_(differs, current.expires_on.is_not(None), staged.record["expires_on"].as_string().is_(None)),
        "numbered": ~has_no_number,
        "number_lost": and_(has_no_number, _had_a_number(run, staged, current)),
    }


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
    if 2 * found.other_holder_unread > found.has - found.new:
        reasons.append(
            f"{found.other_holder_unread} of {found.had} records bear another name, and a standing nobody knows"
        )
    if found.number_lost > most or _most_of(found.number_lost, known=found.numbered + found.number_lost):
        reasons.append(f"{found.number_lost} of {found.had} records have lost their number")
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


def _had_a_number(run: RegistryRun, staged: Any, current: Any) -> Any:
    """Where the number is part of the key, a record without it has a new key, and only its NPI tells whose it is."""
    had = aliased(PublishedRecord)
    by_npi = exists().where(
        had.registry_id == run.registry_id,
        had.is_current.is_(True),
        had.npi == staged.record["npi"].as_string(),
        had.npi != "",
        had.number_key != "",
        ~exists().where(StagedRecord.run_id == run.id, StagedRecord.source_key == had.source_key),
    )
    return or_(current.number_key != "", and_(current.id.is_(None), by_npi))


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
