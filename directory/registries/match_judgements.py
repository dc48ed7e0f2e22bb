"""What people decided about records and listings. It outlives every run; the last word on a pair counts."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.registry import MatchJudgement
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
