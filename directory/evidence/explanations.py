"""What was found, what was shown of it and why, line by line: for operators and for the file of a dispute.

Unlike the public pages this names findings that due process has not released.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from directory.evidence.credential_lines import anchor_of
from directory.evidence.evidence import evidence_page, facts_shown
from directory.evidence.listing_pages import EvidenceFact, EvidencePage
from directory.listings.listing_rows import SHOWN
from directory.listings.stated_facts import StatedFact, source_title
from directory.rules.circumstances import Circumstances
from directory.rules.facts import PERMISSIONS
from directory.rules.reasons import why_state
from directory.rules.vocabulary import ListingState, PublicState


@dataclass(frozen=True, slots=True)
class CheckOnFile:
    """One check with its evidence, as it stands in the database. `speaks` marks the one that the page went by."""

    check_id: int
    at: datetime
    registry: str
    source: str
    outcome: str
    reason: str
    standing_raw: str
    expires_on: date | None
    name_agrees: bool | None
    speaks: bool
    evidence_id: int | None = None
    retrieved_at: datetime | None = None
    as_of: date | None = None
    method: str = ""
    grade: str = ""
    url: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """A line of the evidence page, the rule behind it, and all that was on file for it then."""

    shown: EvidenceFact
    why: str
    published: bool = False
    on_file: tuple[CheckOnFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    page: EvidencePage
    lines: tuple[Explained, ...]


def explanation(
    session: Session,
    slug: str,
    *,
    now: datetime,
    as_of: datetime | None = None,
    states: Sequence[ListingState] = SHOWN,
) -> Explanation | None:
    """What we showed of a listing and why, now or at an earlier moment; None where there was no such listing."""
    page = evidence_page(session, slug, now=now, as_of=as_of, states=states)
    found = facts_shown(session, slug, now=now, as_of=as_of, states=states)
    if page is None or found is None:
        return None
    stated, circumstances = found
    by_anchor = {anchor_of(each.facts): each for each in stated}
    return Explanation(page, tuple(_explained(shown, by_anchor, circumstances) for shown in page.facts))


def _explained(shown: EvidenceFact, stated: dict[str, StatedFact], circumstances: Circumstances) -> Explained:
    each = stated.get(shown.line.anchor)
    if each is None:
        return Explained(shown, _why_without(shown))
    facts = each.facts
    asked = circumstances.requirement(facts.jurisdiction) if facts.kind in PERMISSIONS and facts.jurisdiction else None
    source = circumstances.source_of(facts)
    why = why_state(facts, asked, source, now=circumstances.now, published=each.published)
    speaks = each.row.check_id
    checks = [row for fact in (each, *each.claimed) for row in fact.checks]
    return Explained(shown, why, each.published, tuple(_on_file(row, row.check_id == speaks) for row in checks))


def _why_without(shown: EvidenceFact) -> str:
    if shown.line.state is PublicState.NOT_REQUIRED:
        return "The table of what places ask for says that this one issues no license."
    if shown.line.state is PublicState.SOURCE_UNAVAILABLE:
        return "The listing states none, and the register that could tell was not to be asked."
    return "The listing states none, so there was nothing to check; that says nothing about the person."


def _on_file(row: Any, speaks: bool) -> CheckOnFile:
    seen = {} if row.evidence_id is None else _evidence(row)
    return CheckOnFile(
        check_id=row.check_id,
        at=row.checked_at,
        registry=row.registry_id,
        source=source_title(row),
        outcome=row.outcome.value,
        reason=row.reason,
        standing_raw=row.standing_raw,
        expires_on=row.seen_end,
        name_agrees=row.name_agrees,
        speaks=speaks,
        **seen,
    )


def _evidence(row: Any) -> dict[str, Any]:
    return {
        "evidence_id": row.evidence_id,
        "retrieved_at": row.retrieved_at,
        "as_of": row.as_of,
        "method": row.method.value,
        "grade": row.grade.value,
        "url": row.url,
        "sha256": row.sha256,
    }
