"""Everything a moderator needs to decide about a flag or a match, gathered for one screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from directory.models.account import Account
from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing
from directory.models.registry import PublishedRecord, RecordMatch
from directory.moderation import moderation
from directory.moderation.listing_facts import facts_of
from directory.registries.match_judgements import judgements_on_listings
from directory.rules.facts import ListingFacts
from directory.rules.side_by_side import Compared, side_by_side
from directory.rules.vocabulary import FlagDecision, FlagKind, Judgement, ListingState, Verdict
from scrapers.record import CredentialKind, RegistryRecord

MOST_RECORDS = 4
MOST_CHECKS = 12


@dataclass(frozen=True, slots=True)
class Beside:
    """A record beside the listing, what the matcher thought of the two, and what a person said last."""

    row: PublishedRecord
    record: RegistryRecord
    lines: tuple[Compared, ...]
    match: RecordMatch | None
    judgement: Judgement | None


@dataclass(frozen=True, slots=True)
class CheckOnRecord:
    check: CredentialCheck
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the flag's history, and who took it: an address, or "" for a run."""

    change: FlagChange
    by: str


@dataclass(frozen=True, slots=True)
class FlagContext:
    flag: Flag
    listing: Listing | None
    credential: Credential | None
    records: tuple[Beside, ...]
    checks: tuple[CheckOnRecord, ...]
    steps: tuple[Step, ...]
    others: tuple[Flag, ...]  # further open flags of the same listing
    decisions: tuple[FlagDecision, ...]
    can_undo: bool


def flag_context(session: Session, flag_id: int, *, now: datetime) -> FlagContext | None:
    """The flag with listing and records side by side, its evidence and history; None where there is no such flag."""
    flag = session.get(Flag, flag_id)
    if flag is None:
        return None
    listing = _listing(session, flag.listing_id)
    credential = session.get(Credential, flag.credential_id) if flag.credential_id is not None else None
    checks = _checks(session, credential)
    records = _records_of_flag(session, flag, checks)
    return FlagContext(
        flag=flag,
        listing=listing,
        credential=credential,
        records=_beside(session, listing, records, credential, now=now),
        checks=tuple(checks),
        steps=_steps(session, flag),
        others=_others(session, flag),
        decisions=moderation.decisions_for(flag),
        can_undo=moderation.can_undo(session, flag),
    )


def match_context(session: Session, match: RecordMatch, *, now: datetime) -> Beside | None:
    """The record and the listing of a match side by side; None where either is gone."""
    listing, record = _listing(session, match.listing_id), session.scalar(_current(match))
    if listing is None or record is None:
        return None
    credential = session.get(Credential, match.credential_id) if match.credential_id is not None else None
    return _beside(session, listing, [record], credential, now=now)[0]


def _listing(session: Session, listing_id: int | None) -> Listing | None:
    listing = session.get(Listing, listing_id) if listing_id is not None else None
    return listing if listing is not None and listing.state is not ListingState.REMOVED else None


def _checks(session: Session, credential: Credential | None) -> list[CheckOnRecord]:
    if credential is None:
        return []
    rows = session.execute(
        select(CredentialCheck, Evidence)
        .outerjoin(Evidence, Evidence.id == CredentialCheck.evidence_id)
        .where(CredentialCheck.credential_id == credential.id)
        .order_by(CredentialCheck.id.desc())
        .limit(MOST_CHECKS)
    )
    return [CheckOnRecord(check, evidence) for check, evidence in rows]


def _records_of_flag(session: Session, flag: Flag, checks: Sequence[CheckOnRecord]) -> list[PublishedRecord]:
    """What the flag was opened on first, then what may be the same person; for exclusions, only these."""
    if flag.listing_id is None:
        return []
    ids = [each.evidence.record_id for each in checks if each.evidence is not None and each.evidence.record_id]
    if flag.evidence_id is not None and (evidence := session.get(Evidence, flag.evidence_id)) and evidence.record_id:
        ids.insert(0, evidence.record_id)
    excludes = flag.kind is FlagKind.EXCLUSION_POSSIBLE
    query = (
        select(PublishedRecord)
        .join(
            RecordMatch,
            (RecordMatch.registry_id == PublishedRecord.registry_id)
            & (RecordMatch.source_key == PublishedRecord.source_key),
        )
        .where(
            RecordMatch.listing_id == flag.listing_id,
            RecordMatch.verdict != Verdict.NO,
            PublishedRecord.is_current.is_(True),
            (PublishedRecord.kind == CredentialKind.EXCLUSION) == excludes,
        )
        .order_by(RecordMatch.score.desc(), PublishedRecord.id)
        .limit(MOST_RECORDS)
    )
    if flag.credential_id is not None:
        query = query.where(or_(RecordMatch.credential_id == flag.credential_id, RecordMatch.credential_id.is_(None)))
    seen = [session.get(PublishedRecord, record_id) for record_id in dict.fromkeys(ids[:1])]
    found = [row for row in seen if row is not None]
    keys = {(row.registry_id, row.source_key) for row in found}
    found += [row for row in session.scalars(query) if (row.registry_id, row.source_key) not in keys]
    return found[:MOST_RECORDS]


def _beside(
    session: Session,
    listing: Listing | None,
    rows: Sequence[PublishedRecord],
    credential: Credential | None,
    *,
    now: datetime,
) -> tuple[Beside, ...]:
    facts = facts_of(session, [listing.id], now).get(listing.id) if listing is not None else None
    if listing is None or facts is None:
        return ()
    judged = judgements_on_listings(session, [listing.id])
    return tuple(
        _one(session, row, listing, facts, credential, judged.get((row.registry_id, row.source_key, listing.id)))
        for row in rows
    )


def _one(
    session: Session,
    row: PublishedRecord,
    listing: Listing,
    facts: ListingFacts,
    credential: Credential | None,
    judgement: Judgement | None,
) -> Beside:
    record = RegistryRecord.from_json(row.record)
    held = next((each for each in facts.credentials if credential is not None and each.id == credential.id), None)
    match = session.scalar(
        select(RecordMatch).where(
            RecordMatch.registry_id == row.registry_id,
            RecordMatch.source_key == row.source_key,
            RecordMatch.listing_id == facts.id,
        )
    )
    town = listing.locations[0].city if listing.locations else ""
    return Beside(row, record, side_by_side(facts, record, held, town=town), match, judgement)


def _current(match: RecordMatch) -> Select[PublishedRecord]:
    """The record of a match as it was published last."""
    return (
        select(PublishedRecord)
        .where(PublishedRecord.registry_id == match.registry_id, PublishedRecord.source_key == match.source_key)
        .order_by(PublishedRecord.version.desc())
        .limit(1)
    )


def _steps(session: Session, flag: Flag) -> tuple[Step, ...]:
    rows = session.execute(
        select(FlagChange, Account.email)
        .outerjoin(Account, Account.id == FlagChange.by_id)
        .where(FlagChange.flag_id == flag.id)
        .order_by(FlagChange.id)
    )
    return tuple(Step(change, email or "") for change, email in rows)


def _others(session: Session, flag: Flag) -> tuple[Flag, ...]:
    if flag.listing_id is None:
        return ()
    query = select(Flag).where(Flag.listing_id == flag.listing_id, Flag.id != flag.id, Flag.closed_at.is_(None))
    return tuple(session.scalars(query.order_by(Flag.id)))
