"""What a staged run would change about its registry's current records, counted in the database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from directory.models.registry import PublishedRecord, RecordMatch, RegistryRun, StagedRecord
from directory.rules.numbers import bare
from directory.rules.vocabulary import Verdict
from scrapers.record import Standing

_FINE = (Standing.ACTIVE.value, Standing.NOT_STATED.value)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a staged run would change about the registry's current records. Those of the second group are staged under
    a known key and, but for names and discipline, with the standing word that they had."""

    had: int  # current records before
    has: int  # records staged
    new: int
    changed: int
    other_standing: int
    absent: int  # current, and not staged; 0 unless the run is whole
    listings: int  # current records that surely belong to a listing
    listings_worse: int  # of these: in good standing before, and no longer

    other_holder: int
    other_person: int  # 1 where the only known record bears a name that has no word of the earlier one
    ended: int  # had a date of expiry
    end_lost: int  # of these: have none now, whatever their standing
    end_earlier: int  # of these: have an earlier one now, or none
    issued: int  # had a date of issue
    issue_other: int  # of these: have another or none now, and were not renewed
    placed: int  # had a place
    place_lost: int  # of these: without it, or a part of it
    moved: int  # of these: somewhere else now
    disciplined: int  # had a discipline or restrictions
    discipline_lost: int

    numbered: int  # staged with a number
    number_lost: int  # staged without a number, where the same record or its NPI had one that is no longer there
    number_other: int  # under a known key
    renumbered: int  # staged under a new key, with the name of a record that is no longer there

    def as_json(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}


def difference(session: Session, run: RegistryRun) -> Difference:
    """What the staged run would change."""
    current, staged = aliased(PublishedRecord), aliased(StagedRecord)
    is_same_key = and_(
        current.registry_id == run.registry_id, current.source_key == staged.source_key, current.is_current.is_(True)
    )
    counts = {name: _count(what) for name, what in _what_differs(run, staged, current).items()}
    of_staged = session.execute(
        select(func.count().label("has"), *(count.label(name) for name, count in counts.items()))
        .select_from(staged)
        .outerjoin(current, is_same_key)
        .where(staged.run_id == run.id)
    ).one()
    had = session.scalar(_current(run, func.count())) or 0
    absent = had - (session.scalar(_current(run, func.count()).where(_is_staged(run))) or 0) if run.is_whole else 0
    matched = _current(run, func.count()).where(_is_matched())
    worse = matched.where(PublishedRecord.standing.in_(_FINE), _is_worse(run))
    is_one_renamed = of_staged.has - of_staged.new == of_staged.other_holder == 1
    return Difference(
        had=had,
        absent=absent,
        listings=session.scalar(matched) or 0,
        listings_worse=session.scalar(worse) or 0,
        other_person=int(is_one_renamed and _is_somebody_else(session, run)),
        renumbered=_renumbered(session, run) if had and of_staged.new else 0,
        **of_staged._mapping,
    )


def _what_differs(run: RegistryRun, staged: Any, current: Any) -> dict[str, Any]:
    """What is counted of staged records beside the current ones of their key, by its name in Difference."""
    now, before = _said(staged), _said(current)
    differs = current.content_hash != staged.content_hash
    is_same = and_(differs, now["word"] == before["word"])
    had = {name: before[name] != "" for name in now}
    lost = {name: and_(is_same, had[name], now[name] == "") for name in now}
    parts = ("city", "region", "postal_code")
    ends_earlier = and_(is_same, had["end"], now["end"] < before["end"])
    return {
        "new": current.id.is_(None),
        "changed": differs,
        "other_standing": now["standing"] != current.standing,
        "other_holder": and_(differs, now["holder"] != before["holder"]),
        "ended": had["end"],
        "end_lost": and_(differs, had["end"], now["end"] == ""),
        "end_earlier": ends_earlier,
        "issued": had["issue"],
        "issue_other": and_(is_same, had["issue"], now["issue"] != before["issue"], ~_is_renewed(now, before)),
        "placed": or_(*(had[part] for part in parts)),
        "place_lost": or_(*(lost[part] for part in parts)),
        "moved": and_(is_same, or_(*(and_(had[part], now[part] != before[part]) for part in parts))),
        "disciplined": had["discipline"],
        "discipline_lost": and_(differs, had["discipline"], now["discipline"] == ""),
        "numbered": now["number"] != "",
        "number_lost": and_(now["number"] == "", _had_a_number(run, staged, current)),
        "number_other": and_(differs, had["number"], now["number"] != "", now["number"] != before["number"]),
    }


def _said(row: Any) -> dict[str, Any]:
    """The texts that are compared, "" where there is none."""
    record = row.record
    return {
        "standing": record["standing"].as_string(),
        "word": _text(record["standing_raw"]),
        "holder": _text(record["holder"]["raw"]),
        "end": _text(record["expires_on"]),
        "issue": _text(record["issued_on"]),
        **{part: _text(record["place"][part]) for part in ("city", "region", "postal_code")},
        "discipline": _text(record["discipline"]) + _text(record["restrictions"]),
        "number": _text(record["number"]) + _text(record["number_raw"]),
    }


def _is_renewed(now: dict[str, Any], before: dict[str, Any]) -> Any:
    """Whether it ends later, and was issued in another year: some boards date a license anew when it is renewed."""
    return and_(now["end"] > before["end"], func.substr(now["issue"], 1, 4) != func.substr(before["issue"], 1, 4))


def _text(value: Any) -> Any:
    return func.coalesce(value.as_string(), "", type_=String)


def _is_somebody_else(session: Session, run: RegistryRun) -> bool:
    """Whether the one record that is known bears a name without a word of the earlier one."""
    staged, current = aliased(StagedRecord), aliased(PublishedRecord)
    names = (each.record["holder"]["raw"].as_string() for each in (staged, current))
    rows = select(*names).join_from(staged, current, current.source_key == staged.source_key)
    is_known = (staged.run_id == run.id, current.registry_id == run.registry_id, current.is_current.is_(True))
    now, before = session.execute(rows.where(*is_known)).one()
    return _words(now).isdisjoint(_words(before))


def _words(name: str) -> set[str]:
    return {word for word in re.findall(r"\w+", name.casefold()) if len(word) > 1}


def _renumbered(session: Session, run: RegistryRun) -> int:
    """How many new records bear the name of one that is no longer there: the same people under other numbers. Who was
    not asked for is not gone, and one alone may be a namesake."""
    known = exists().where(
        PublishedRecord.registry_id == run.registry_id,
        PublishedRecord.is_current.is_(True),
        PublishedRecord.source_key == StagedRecord.source_key,
    )
    name, name_before = (_text(each.record["holder"]["raw"]) for each in (StagedRecord, PublishedRecord))
    gone = _current(run, name_before).where(name_before != "", ~_is_staged(run))
    if asked := run.asked.get("lookup"):
        gone = gone.where(PublishedRecord.number_key == bare(str(asked), run.described["jurisdiction"]))
    new = select(func.count()).select_from(StagedRecord).where(StagedRecord.run_id == run.id, ~known, name.in_(gone))
    count = session.scalar(new) or 0
    return count if asked or count > 1 else 0


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
