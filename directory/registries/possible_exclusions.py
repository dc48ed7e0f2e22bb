"""Records of exclusion lists that may be about the holder of a listing: questions for a moderator, never answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from directory.models.registry import PublishedRecord, RecordMatch, RegistryRun
from directory.registries.match_judgements import judgements_on_listings
from directory.rules.facts import ExclusionFacts
from directory.rules.vocabulary import Judgement, Verdict
from scrapers.record import CredentialKind


def possible_exclusions(session: Session, listing_ids: Collection[int]) -> dict[int, list[ExclusionFacts]]:
    """By listing, the current exclusion records that the matcher does not rule out, with what a person decided."""
    rows = session.execute(
        select(RecordMatch, PublishedRecord, RegistryRun.described)
        .join(
            PublishedRecord,
            and_(
                PublishedRecord.registry_id == RecordMatch.registry_id,
                PublishedRecord.source_key == RecordMatch.source_key,
                PublishedRecord.is_current.is_(True),
                PublishedRecord.kind == CredentialKind.EXCLUSION,
            ),
        )
        .join(RegistryRun, RegistryRun.id == PublishedRecord.last_run_id)
        .where(RecordMatch.listing_id.in_(listing_ids), RecordMatch.verdict != Verdict.NO)
        .order_by(RecordMatch.id)
    ).all()
    judged = judgements_on_listings(session, {row.RecordMatch.listing_id for row in rows}) if rows else {}
    found: defaultdict[int, list[ExclusionFacts]] = defaultdict(list)
    for match, record, described in rows:
        judgement = judged.get((match.registry_id, match.source_key, match.listing_id))
        title = described.get("title", record.registry_id)
        found[match.listing_id].append(_exclusion(match, record, title, judgement))
    return found


def _exclusion(match: RecordMatch, row: PublishedRecord, title: str, judgement: Judgement | None) -> ExclusionFacts:
    record = row.record
    return ExclusionFacts(
        record_id=row.id,
        registry_id=row.registry_id,
        registry_title=title,
        holder_name=record["holder"]["raw"],
        reasons=tuple(match.reasons),
        score=match.score,
        ground=record["standing_raw"] or record["restrictions"],
        url=record["evidence"]["url"],
        judgement=judgement,
    )
