"""Checks and their evidence as rows: appended where something was found that the latest check does not say yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.orm import Session

from directory.models.credential import CredentialCheck, Evidence
from directory.registries.registry_as_read import RegistryAsRead
from directory.rules.checking import CheckResult
from directory.rules.vocabulary import Outcome
from scrapers.record import Method

BY_A_PERSON = frozenset({Method.SAVED_PAGE, Method.LETTER})
NEEDS_NO_EVIDENCE = frozenset({Outcome.COULD_NOT_CHECK, Outcome.STATED_ONLY})


@dataclass(frozen=True, slots=True)
class Seen:
    """Where the finding was read. Without a record it is the silence of a list."""

    url: str
    retrieved_at: datetime
    sha256: str
    method: Method
    as_of: str | None = None
    record_id: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look at one credential found, where, and after how many looks in vain."""

    credential_id: int
    listing_id: int
    result: CheckResult
    seen: Seen | None = None
    misses: int = 0


def append_checks(
    session: Session,
    registry: RegistryAsRead,
    findings: Sequence[Finding],
    *,
    at: datetime,
    checker_id: int | None = None,
) -> list[Finding]:
    """Appends a check for each finding that is news, with its evidence. Returns the news."""
    latest = latest_checks(session, registry.registry_id, {each.credential_id for each in findings})
    news = [each for each in findings if _is_news(each, latest.get(each.credential_id))]
    if not news:
        return []
    evidence_ids = _append_evidence(session, registry, news, at=at, checker_id=checker_id)
    session.execute(
        insert(CredentialCheck),
        [
            {
                "credential_id": each.credential_id,
                "registry_id": registry.registry_id,
                "outcome": each.result.outcome,
                "reason": each.result.reason,
                "standing_raw": each.result.standing_raw[:200],
                "expires_on": each.result.expires_on,
                "name_agrees": each.result.name_agrees,
                "misses": each.misses,
                "evidence_id": evidence_id,
                "run_id": registry.run_id,
                "at": at,
            }
            for each, evidence_id in zip(news, evidence_ids, strict=True)
        ],
    )
    return news


def latest_checks(session: Session, registry_id: str, credential_ids: Collection[int]) -> dict[int, Row[Any]]:
    """The latest check of each of these credentials against this registry, with its evidence's time and record."""
    latest = (
        select(func.max(CredentialCheck.id))
        .where(CredentialCheck.credential_id.in_(credential_ids), CredentialCheck.registry_id == registry_id)
        .group_by(CredentialCheck.credential_id)
    )
    rows: Any = session.execute(
        select(
            CredentialCheck.credential_id,
            CredentialCheck.outcome,
            CredentialCheck.reason,
            CredentialCheck.standing_raw,
            CredentialCheck.expires_on,
            CredentialCheck.name_agrees,
            CredentialCheck.misses,
            Evidence.retrieved_at,
            Evidence.record_id,
            Evidence.checker_id,
        )
        .outerjoin(Evidence, Evidence.id == CredentialCheck.evidence_id)
        .where(CredentialCheck.id.in_(latest))
    )
    found: dict[int, Row[Any]] = {row.credential_id: row for row in rows}
    return found


def _is_news(finding: Finding, latest: Row[Any] | None) -> bool:
    """Whether outcome, standing, end date, name, record or misses differ, or the evidence is newer. What was read
    before a person looked at the source is none."""
    if latest is None:
        return True
    result, seen = finding.result, finding.seen
    if latest.checker_id is not None and seen is not None and seen.retrieved_at < latest.retrieved_at:
        return False  # a person has looked at the source since
    said = (latest.outcome, latest.standing_raw, latest.expires_on, latest.name_agrees, latest.misses)
    if said != (result.outcome, result.standing_raw[:200], result.expires_on, result.name_agrees, finding.misses):
        return True
    if seen is None:
        return bool(latest.reason != result.reason)
    if latest.retrieved_at is None or latest.record_id != seen.record_id:
        return True
    return bool(seen.retrieved_at > latest.retrieved_at)


def _append_evidence(
    session: Session, registry: RegistryAsRead, news: Sequence[Finding], *, at: datetime, checker_id: int | None
) -> list[int | None]:
    """The id of each finding's evidence, new; findings that were read at the very same place share one row."""
    places = list(dict.fromkeys(each.seen for each in news if each.seen is not None))
    ids: dict[Seen, int] = {}
    if places:
        rows = [_evidence_row(registry, seen, at=at, checker_id=checker_id) for seen in places]
        statement = insert(Evidence).returning(Evidence.id, sort_by_parameter_order=True)
        ids = dict(zip(places, session.scalars(statement, rows).all(), strict=True))
    return [ids[each.seen] if each.seen is not None else None for each in news]


def _evidence_row(registry: RegistryAsRead, seen: Seen, *, at: datetime, checker_id: int | None) -> dict[str, Any]:
    return {
        "source": registry.registry_id,
        "source_title": registry.title[:200],
        "method": seen.method,
        "grade": registry.grade,
        "url": seen.url,
        "retrieved_at": seen.retrieved_at,
        "as_of": datetime.fromisoformat(seen.as_of).date() if seen.as_of else None,
        "sha256": seen.sha256,
        "record_id": seen.record_id,
        "run_id": registry.run_id,
        "checker_id": checker_id if seen.method in BY_A_PERSON else None,
        "recorded_at": at,
    }
