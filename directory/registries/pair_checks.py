"""What follows from sure pairs: the record's credential stands on the listing, and it is checked against the record.

Only a sure pair confirms. A number that agrees under another name is a question for a person, and is said to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.listings.drafts import StatedCredential, insert_credentials
from directory.models.credential import Credential
from directory.moderation.listing_facts import credential_facts
from directory.registries.check_rows import Finding, Seen
from directory.registries.published_records import Field, field_of
from directory.registries.record_pairs import RecordPair, StoredMatch
from directory.registries.registry_as_read import RegistryAsRead
from directory.rules.checking import CheckResult, check_with_record
from directory.rules.facts import PERMISSIONS, CredentialFacts
from directory.rules.numbers import bare
from directory.rules.vocabulary import Outcome, StatedBy, Verdict
from scrapers.record import CredentialKind, RegistryRecord

_STANDS_ON_NO_LISTING = frozenset({CredentialKind.EXCLUSION, CredentialKind.ENUMERATION})


# The record's credential on the listing ------------------------------------------------------------------------------


def attach_credentials(session: Session, pairs: Sequence[RecordPair], *, at: datetime) -> list[RecordPair]:
    """The pairs, each sure one with the listing's credential that the record is of; added where there was none."""
    pairs = [_with_stated(pair) for pair in pairs]
    waiting = {pair.key: _stated(pair.record) for pair in pairs if _needs_credential(pair)}
    if not waiting:
        return pairs
    insert_credentials(
        session,
        [(listing_id, stated) for (_, listing_id), stated in waiting.items()],
        stated_by=StatedBy.REGISTRY,
        at=at,
    )
    ids = _credential_ids(session, {listing_id for _, listing_id in waiting})
    return [
        replace(pair, credential_id=ids.get((pair.listing.id, waiting[pair.key].identity)))
        if pair.key in waiting
        else pair
        for pair in pairs
    ]


def _with_stated(pair: RecordPair) -> RecordPair:
    """The pair with a credential that is stated without a number, or with one that only its letters tell apart."""
    if pair.verdict is not Verdict.SURE or pair.credential_id is not None:
        return pair
    fitting = next((each for each in pair.listing.credentials if _may_be(each, pair.record)), None)
    return replace(pair, credential_id=fitting.id) if fitting is not None else pair


def _may_be(stated: CredentialFacts, record: RegistryRecord) -> bool:
    both_permit = stated.kind in PERMISSIONS and record.kind in PERMISSIONS
    if not (both_permit or stated.kind is record.kind) or stated.profession != record.profession:
        return False
    if stated.jurisdiction != record.jurisdiction and (both_permit or stated.jurisdiction):
        return False
    if bare(stated.number) or (bare(record.number) and stated.number):
        return False
    return not stated.number or stated.number.casefold() == record.number.casefold()


def _needs_credential(pair: RecordPair) -> bool:
    kind = pair.record.kind
    if pair.verdict is not Verdict.SURE or pair.credential_id is not None or kind in _STANDS_ON_NO_LISTING:
        return False
    return bool(pair.record.number) or kind not in PERMISSIONS


def _stated(record: RegistryRecord) -> StatedCredential:
    return StatedCredential(
        kind=record.kind, jurisdiction=record.jurisdiction, number=record.number, profession=record.profession
    )


def _credential_ids(session: Session, listing_ids: Iterable[int]) -> dict[tuple[int, tuple[Any, ...]], int]:
    """Credentials by listing and by what makes two statements the same one. Withdrawn ones stay withdrawn."""
    rows = session.scalars(
        select(Credential)
        .where(Credential.listing_id.in_(listing_ids), Credential.withdrawn_at.is_(None))
        .order_by(Credential.id.desc())
    )
    return {(row.listing_id, _stated_by_row(row).identity): row.id for row in rows}


def _stated_by_row(row: Credential) -> StatedCredential:
    return StatedCredential(
        kind=row.kind,
        jurisdiction=row.jurisdiction,
        number=row.number,
        profession=row.profession,
        title=row.title,
        hours_total=row.hours_total,
        expires_on=row.expires_on,
    )


# Findings ------------------------------------------------------------------------------------------------------------


def findings_of(
    session: Session,
    registry: RegistryAsRead,
    pairs: Sequence[RecordPair],
    groups: Mapping[Field, Sequence[RegistryRecord]],
    *,
    at: datetime,
) -> list[Finding]:
    """What each pair says of its credential. Of several records of one number and holder the first one speaks."""
    speaking = [pair for pair in pairs if _speaks(pair) and not _is_repeat(pair, groups)]
    known = _facts(session, speaking)
    return [
        _finding(registry, pair, known[pair.credential_id], groups, at)
        for pair in speaking
        if pair.credential_id in known
    ]


def _speaks(pair: RecordPair) -> bool:
    if pair.credential_id is None or pair.record.kind is CredentialKind.EXCLUSION:
        return False
    other_name = pair.verdict is Verdict.UNSURE and pair.name_agrees is False
    return pair.verdict is Verdict.SURE or other_name


def _is_repeat(pair: RecordPair, groups: Mapping[Field, Sequence[RegistryRecord]]) -> bool:
    holder = pair.record.holder.raw.casefold()
    same = [each.source_key for each in groups.get(field_of(pair.row), ()) if each.holder.raw.casefold() == holder]
    return bool(same) and same[0] != pair.row.source_key


def _facts(session: Session, pairs: Iterable[RecordPair]) -> dict[int | None, CredentialFacts]:
    known: dict[int | None, CredentialFacts] = {each.id: each for pair in pairs for each in pair.listing.credentials}
    missing = {pair.credential_id for pair in pairs} - known.keys()
    if missing:  # just added
        rows = session.scalars(select(Credential).where(Credential.id.in_(missing)))
        known |= {row.id: credential_facts(row) for row in rows}
    return known


def _finding(
    registry: RegistryAsRead,
    pair: RecordPair,
    credential: CredentialFacts,
    groups: Mapping[Field, Sequence[RegistryRecord]],
    at: datetime,
) -> Finding:
    same_number = () if registry.shared_numbers else groups.get(field_of(pair.row), ())
    result = check_with_record(
        credential,
        pair.record,
        today=at.date(),
        completeness=registry.completeness,
        registry_title=registry.title,
        authority=registry.authority,
        name_agrees=pair.name_agrees,
        conflicts=[each for each in same_number if each.source_key != pair.row.source_key],
    )
    return Finding(credential.id, pair.listing.id, result, _seen(pair))


def _seen(pair: RecordPair) -> Seen:
    evidence = pair.record.evidence
    return Seen(
        url=evidence.url,
        retrieved_at=evidence.retrieved_at,
        sha256=evidence.sha256,
        method=evidence.method,
        as_of=evidence.as_of.isoformat() if evidence.as_of else None,
        record_id=pair.row.id,
    )


def findings_of_parted(
    registry: RegistryAsRead, pairs: Iterable[RecordPair], stored: Iterable[StoredMatch], gone: Iterable[StoredMatch]
) -> list[Finding]:
    """Credentials whose sure record is no longer taken for theirs: what it said of them counts no more."""
    sure = {(row.source_key, row.listing_id): row for row in stored if row.verdict is Verdict.SURE}
    parted = [sure[pair.key] for pair in pairs if pair.verdict is not Verdict.SURE and pair.key in sure]
    parted += [row for row in gone if row.verdict is Verdict.SURE]
    reason = f"The record of {registry.title} that was taken for this practitioner's no longer is."
    result = CheckResult(Outcome.COULD_NOT_CHECK, reason)
    return [Finding(row.credential_id, row.listing_id, result) for row in parted if row.credential_id is not None]


def one_each(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each credential: what a record says before what none says, and the first before later ones."""
    chosen: dict[int, Finding] = {}
    for finding in findings:
        known = chosen.get(finding.credential_id)
        if known is None or (known.seen is None and finding.seen is not None):
            chosen[finding.credential_id] = finding
    return list(chosen.values())
