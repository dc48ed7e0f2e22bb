"""What the silence of a list says: stated credentials that a whole reading, or the answer about a number, did not have.

Silence only speaks where rules let it: the issuer's own list, read whole, of all standings. A second look in vain on
another day is counted, for one alone opens no flag.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from directory.models.credential import Credential
from directory.models.listing import Listing
from directory.models.registry import PublishedRecord, RegistryRun
from directory.moderation.listing_facts import credential_facts
from directory.registries.check_rows import Finding, Seen, append_checks, latest_checks
from directory.registries.matching_records import Portion
from directory.registries.registry_as_read import RegistryAsRead
from directory.rules.checking import check_without_record
from directory.rules.numbers import bare
from directory.rules.vocabulary import ListingState, Outcome, RunChannel
from scrapers.record import Authority, Method

_METHODS = {
    RunChannel.FILE: Method.BULK_FILE_ROW,
    RunChannel.SAVED_PAGE: Method.SAVED_PAGE,
    RunChannel.ROSTER: Method.WEB_CAPTURE,
    RunChannel.LOOKUP: Method.WEB_CAPTURE,
}


def silence_speaks(run: RegistryRun) -> bool:
    """Whether a finished run can say anything by not having somebody."""
    if Authority(run.described["authority"]) is not Authority.ISSUER:
        return False
    return run.is_whole or (run.channel is RunChannel.LOOKUP and run.outcome == "complete" and bool(_asked_number(run)))


def check_absent(
    session: Session,
    run: RegistryRun,
    *,
    at: datetime,
    after: int = 0,
    at_once: int | None = None,
    only: Collection[int] | None = None,
) -> tuple[int, Portion]:
    """Checks the credentials that the run could have had and did not: the last credential done (0: none left).

    `only` looks at these listings alone.
    """
    registry = RegistryAsRead.of(run)
    rows = session.scalars(_absent(run, registry, after=after, at_once=at_once, only=only)).all()
    if not rows:
        return 0, Portion()
    latest = latest_checks(session, registry.registry_id, {row.id for row in rows})
    findings = [
        _finding(run, registry, row, latest.get(row.id)) for row in rows if not _seen_since(run, latest.get(row.id))
    ]
    news = append_checks(session, registry, findings, at=at)
    return rows[-1].id, Portion({each.listing_id for each in news}, {"checks": len(news)})


def _absent(
    run: RegistryRun, registry: RegistryAsRead, *, after: int, at_once: int | None, only: Collection[int] | None
) -> Any:
    has_record = exists().where(
        PublishedRecord.registry_id == registry.registry_id,
        PublishedRecord.is_current.is_(True),
        PublishedRecord.number_key == Credential.number_key,
        PublishedRecord.jurisdiction == Credential.jurisdiction,
        PublishedRecord.profession == Credential.profession,
    )
    query = (
        select(Credential)
        .join(Listing, Listing.id == Credential.listing_id)
        .where(
            Credential.id > after,
            Credential.kind.in_(registry.kinds),
            Credential.profession == registry.profession,
            Credential.jurisdiction == registry.jurisdiction,
            Credential.number_key != "",
            Credential.withdrawn_at.is_(None),
            Listing.state != ListingState.REMOVED,
            ~has_record,
        )
        .order_by(Credential.id)
        .limit(at_once)
    )
    if not run.is_whole:
        query = query.where(Credential.number_key == _asked_number(run))
    return query.where(Credential.listing_id.in_(only)) if only is not None else query


def _asked_number(run: RegistryRun) -> str:
    return bare(str(run.asked.get("lookup") or ""), run.described["jurisdiction"])


def _finding(run: RegistryRun, registry: RegistryAsRead, row: Credential, latest: Row[Any] | None) -> Finding:
    result = check_without_record(
        credential_facts(row),
        complete=True,
        completeness=registry.completeness,
        registry_title=registry.title,
        authority=registry.authority,
        by_number=not run.is_whole,
    )
    if result.outcome is not Outcome.NOT_FOUND:
        return Finding(row.id, row.listing_id, result)
    seen = _seen(run, registry)
    return Finding(row.id, row.listing_id, result, seen, misses=misses_in_a_row(latest, seen.retrieved_at))


def _seen_since(run: RegistryRun, latest: Row[Any] | None) -> bool:
    """Whether a person looked the credential up at the source after the run read it."""
    if latest is None or latest.checker_id is None:
        return False
    return bool(latest.retrieved_at > (run.retrieved_at or run.queued_at))


def misses_in_a_row(latest: Row[Any] | None, retrieved_at: datetime) -> int:
    """Looks in vain in a row, on different days."""
    if latest is None or latest.outcome is not Outcome.NOT_FOUND:
        return 1
    another_day = bool(retrieved_at.date() > latest.retrieved_at.date())
    return int(latest.misses) + int(another_day)


def _seen(run: RegistryRun, registry: RegistryAsRead) -> Seen:
    captures: Sequence[str] = run.report.get("captures", ())
    return Seen(
        url=registry.home,
        retrieved_at=run.retrieved_at or run.queued_at,
        sha256=captures[0] if len(captures) == 1 else "",
        method=_METHODS[run.channel],
    )
