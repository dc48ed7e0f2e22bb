"""Rows of one listing's credentials and checks, grouped into facts that rules can be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from directory.rules.facts import CheckFacts, CredentialFacts
from directory.rules.findings import as_told
from directory.rules.one_credential import told_by
from directory.rules.speaking import Weight, grade_of, weight
from directory.rules.vocabulary import FlagKind, Outcome

PUBLISHED_BY: Mapping[Outcome, frozenset[FlagKind]] = {
    Outcome.EXPIRED: frozenset({FlagKind.LICENSE_EXPIRED}),
    Outcome.INACTIVE: frozenset({FlagKind.LICENSE_INACTIVE}),
    Outcome.RESTRICTED: frozenset({FlagKind.LICENSE_RESTRICTED}),
    Outcome.SUSPENDED: frozenset({FlagKind.LICENSE_SUSPENDED}),
    Outcome.REVOKED: frozenset({FlagKind.LICENSE_REVOKED}),
    Outcome.SURRENDERED: frozenset({FlagKind.LICENSE_SURRENDERED}),
    Outcome.NOT_FOUND: frozenset({FlagKind.LICENSE_NOT_FOUND, FlagKind.CERTIFICATION_NOT_SEEN}),
    Outcome.AMBIGUOUS: frozenset({FlagKind.LICENSE_AMBIGUOUS, FlagKind.LICENSE_NAME_MISMATCH}),
    Outcome.CONFIRMED: frozenset({FlagKind.INSURANCE_EXPIRED}),  # a certificate that was seen, and has run out
}
"""Which published flag lets a page tell an outcome in the source's words. Another finding needs its own decision."""


@dataclass(frozen=True, slots=True)
class StatedFact:
    """One credential with the check that speaks for it, all its recent checks newest first, and whether due process
    lets what was found against it be told."""

    facts: CredentialFacts
    row: Row[Any]  # of the check that speaks, or of the credential alone
    checks: tuple[Row[Any], ...]
    published: bool
    claimed: tuple[StatedFact, ...] = ()  # statements of the same credential, of which nothing else is told


def stated_facts(rows: Sequence[Row[Any]]) -> list[StatedFact]:
    """The facts of all credentials in `rows`, in their order."""
    grouped: dict[int, list[Row[Any]]] = {}
    for row in rows:
        grouped.setdefault(row.credential_id, []).append(row)
    return [_stated_fact(group) for group in grouped.values()]


def one_each(stated: Sequence[StatedFact], now: datetime) -> list[StatedFact]:
    """Each credential once, as everybody reads them: a statement that another fact tells stands with that fact."""
    telling = told_by(as_everybody_reads_it(each, now).facts for each in stated)
    return [
        replace(each, claimed=tuple(other for other in stated if telling.get(other.facts.id) == each.facts.id))
        for each in stated
        if each.facts.id not in telling
    ]


def as_everybody_reads_it(stated: StatedFact, now: datetime) -> StatedFact:
    """The fact without a finding that due process has not published, and then without any earlier check: a
    confirmation that ended would tell that something was found."""
    facts = as_told(stated.facts, now=now, published=stated.published)
    return stated if facts is stated.facts else replace(stated, facts=facts, checks=())


def _stated_fact(rows: Sequence[Row[Any]]) -> StatedFact:
    checks = {row.check_id: row for row in rows if row.check_id is not None}
    if not checks:
        return StatedFact(_facts(rows[0], None), rows[0], (), published=False)
    newest_by_registry: dict[str, Row[Any]] = {}
    for row in checks.values():
        newest_by_registry.setdefault(row.registry_id, row)
    speaks = max(newest_by_registry.values(), key=_tells_most)
    flags = {row.published_flag for row in rows if row.published_flag is not None}
    published = bool(flags & PUBLISHED_BY.get(speaks.outcome, frozenset()))
    return StatedFact(_facts(speaks, _check(speaks)), speaks, tuple(checks.values()), published)


def _tells_most(row: Row[Any]) -> Weight:
    return weight(row.outcome, row.grade, at=row.retrieved_at or row.checked_at, check_id=row.check_id)


def _facts(row: Row[Any], check: CheckFacts | None) -> CredentialFacts:
    return CredentialFacts(
        id=row.credential_id,
        kind=row.kind,
        profession=row.profession,
        jurisdiction=row.jurisdiction,
        number=row.number,
        stated_by=row.stated_by,
        title=row.title,
        issuer=row.issuer,
        check=check,
        issued_on=row.issued_on,
        expires_on=row.stated_end,
        hours_total=row.hours_total,
        technique=row.technique,
        grade=grade_of(row.kind, row.stated_by, row.grade if check is not None else None),
        cosmetic_scope=row.cosmetic_scope,
        effective_on=row.issued_on,
        stated_on=row.stated_at.date(),
    )


def _check(row: Row[Any]) -> CheckFacts:
    """The check's facts. Without evidence nothing was found, whatever the row says."""
    return CheckFacts(
        outcome=row.outcome if row.evidence_id is not None else Outcome.COULD_NOT_CHECK,
        reason=row.reason,
        registry_id=row.registry_id,
        registry_title=source_title(row),
        retrieved_at=row.retrieved_at or row.checked_at,
        checked_at=row.checked_at,
        standing_raw=row.standing_raw,
        expires_on=row.seen_end,
        url=web_address(row.url),
        name_agrees=row.name_agrees,
        as_of=row.as_of,
    )


def source_title(row: Row[Any]) -> str:
    """What the source of a check was called on the day."""
    return str(row.source_title or (row.described or {}).get("title") or "a register")


def web_address(url: str | None) -> str:
    """The address where it can be followed from a page; "" for a file that somebody dropped."""
    return url if url and url.startswith(("https://", "http://")) else ""
