"""What people decided about records and listings. It outlives every run; the last word on a pair counts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from directory.models.account import Account
from directory.models.registry import MatchJudgement, PublishedRecord, RecordMatch
from directory.rules.vocabulary import Judgement

Pair = tuple[str, str, int]
"""Registry, source key of the record, listing."""


def judgements_on_listings(session: Session, listing_ids: Collection[int]) -> dict[Pair, Judgement]:
    """The last word on each pair that one of these listings is part of."""
    rows = session.scalars(
        select(MatchJudgement).where(MatchJudgement.listing_id.in_(listing_ids)).order_by(MatchJudgement.id)
    )
    return {(row.registry_id, row.source_key, row.listing_id): row.judgement for row in rows}


def judgements_on_records(session: Session, registry_id: str, source_keys: Collection[str]) -> dict[Pair, Judgement]:
    """The last word on each pair that one of these records is part of."""
    rows = session.scalars(
        select(MatchJudgement)
        .where(MatchJudgement.registry_id == registry_id, MatchJudgement.source_key.in_(source_keys))
        .order_by(MatchJudgement.id)
    )
    return {(row.registry_id, row.source_key, row.listing_id): row.judgement for row in rows}


def words_on_match(session: Session, match: RecordMatch) -> list[tuple[MatchJudgement, str]]:
    """What was said about a match, the last word first, each with the address of who said it."""
    query = select(MatchJudgement, Account.email).join(Account, Account.id == MatchJudgement.by_id)
    query = query.where(
        MatchJudgement.registry_id == match.registry_id,
        MatchJudgement.source_key == match.source_key,
        MatchJudgement.listing_id == match.listing_id,
    )
    return [(word, email) for word, email in session.execute(query.order_by(MatchJudgement.id.desc()))]


def what_is_seen(session: Session, registry_id: str, source_key: str, listing_id: int) -> tuple[datetime | None, str]:
    """What whoever looks at the pair sees: when the matcher's word was last changed, and the record's content."""
    compared = select(RecordMatch.at).where(
        RecordMatch.registry_id == registry_id,
        RecordMatch.source_key == source_key,
        RecordMatch.listing_id == listing_id,
    )
    current = select(PublishedRecord.content_hash).where(
        PublishedRecord.registry_id == registry_id,
        PublishedRecord.source_key == source_key,
        PublishedRecord.is_current.is_(True),
    )
    return session.scalar(compared), session.scalar(current) or ""


def settled_by_a_person() -> ColumnElement[bool]:
    """Matches whose last word is "same" or "different", or "I cannot tell" of what is still to be seen there."""
    word, later = aliased(MatchJudgement), aliased(MatchJudgement)

    def of_pair(judgement: type[MatchJudgement]) -> ColumnElement[bool]:
        return and_(
            judgement.registry_id == RecordMatch.registry_id,
            judgement.source_key == RecordMatch.source_key,
            judgement.listing_id == RecordMatch.listing_id,
        )

    last = select(func.max(later.id)).where(of_pair(later)).correlate(RecordMatch).scalar_subquery()
    changed = (
        select(PublishedRecord.id)
        .where(
            PublishedRecord.registry_id == RecordMatch.registry_id,
            PublishedRecord.source_key == RecordMatch.source_key,
            PublishedRecord.is_current.is_(True),
            PublishedRecord.content_hash != word.seen_hash,
        )
        .correlate(RecordMatch, word)
        .exists()
    )
    unsure_as_before = and_(word.seen_at == RecordMatch.at, ~changed)
    return (
        select(word.id)
        .where(of_pair(word), word.id == last)
        .where((word.judgement != Judgement.UNSURE) | unsure_as_before)
        .correlate(RecordMatch)
        .exists()
    )
