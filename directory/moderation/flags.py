"""Flags on record: opened, refreshed and withdrawn as the facts of a listing call for, and moved by people.

Rules decide which flags are wanted (`rules.flagging`); here rows follow. Each step of a flag is a row of its history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from directory.models.account import Account
from directory.models.due_process import CaseDecision, CaseNotice
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing
from directory.moderation import due_mails
from directory.moderation.listing_facts import KnownListing, facts_of, known_listings
from directory.registries import source_health
from directory.rules import flagging
from directory.rules.facts import SourceFacts
from directory.rules.flagging import Changes, FlagFacts, Wanted
from directory.rules.vocabulary import (
    CLOSED_FLAG_STATES,
    Delivery,
    FlagKind,
    FlagState,
    ListingState,
    Outcome,
)

__all__ = ["FlagMoved", "carry_out", "change_flag", "facts_of", "refresh_flags", "refresh_source_flag"]

# What was decided, and shown to the public, was decided on facts: other facts begin at the beginning.
_DECIDED_ON_FACTS = frozenset(FlagState) - {FlagState.TRIAGED} - CLOSED_FLAG_STATES
_MAY_COME_AGAIN = frozenset({FlagKind.LICENSE_SUSPENDED, FlagKind.LICENSE_REVOKED, FlagKind.LICENSE_RESTRICTED})
ACTIVE_AGAIN = "The register showed the license as active again: what was dismissed is over."
NO_LONGER_TRUE = "The facts it was opened on have changed."
FACTS_GONE = (
    "By what we have on record now, it is no longer so. The matter is closed and nothing of it is public. "
    "You need not do anything."
)
FACTS_CHANGED = (
    "What the register says has changed since. What we found before counts no more, and nothing of it is public. If a "
    "question is left, a person looks at it and you get a new notice."
)


class FlagMoved(Exception):  # noqa: N818 - an answer, not a fault: somebody else was first
    """Somebody else changed the flag's state in the meantime."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the flags of one comparison are about: a listing, or a registry."""

    listing_id: int | None = None
    registry_id: str | None = None
    evidence_ids: Mapping[int, int] | None = None

    def key(self, wish: Wanted) -> str:
        """The flag's subject as it is stored: "listing:7", "credential:12", "registry:us_wa"."""
        if self.registry_id is not None:
            return f"registry:{self.registry_id}"
        return f"listing:{self.listing_id}" if wish.subject_key == flagging.LISTING else wish.subject_key

    def credential_id(self, wish: Wanted) -> int | None:
        word, _, number = wish.subject_key.partition(":")
        return int(number) if word == "credential" else None

    def evidence_id(self, wish: Wanted) -> int | None:
        return (self.evidence_ids or {}).get(self.credential_id(wish) or 0)


def refresh_flags(
    session: Session,
    listing_ids: Collection[int],
    *,
    now: datetime,
    run_id: int | None = None,
    sources: Mapping[str, SourceFacts] | None = None,
) -> tuple[int, int]:
    """Opens, refreshes and withdraws the flags of these listings as their facts call for: (opened, closed).

    `sources` saves asking for the registries' health again where many portions follow each other.
    """
    if not listing_ids:
        return 0, 0
    session.flush()
    # Two at once would open the same flag twice: on PostgreSQL the second waits here, on SQLite it already has.
    columns = (Listing.id, Listing.state, Listing.merged_into_id)
    locked = select(*columns).where(Listing.id.in_(listing_ids)).order_by(Listing.id).with_for_update()
    states = {row.id: row for row in session.execute(locked)}
    known = known_listings(session, states, now)
    sources = source_health.source_facts(session, now) if sources is None else sources
    flags = _flags_on_record(session, known)
    opened = closed = 0
    for listing_id, listing in known.items():
        row = states[listing_id]
        is_away = row.state is ListingState.REMOVED or row.merged_into_id is not None
        wishes = [] if is_away else _wishes(listing, now, sources)
        found = flagging.changes(wishes, [_facts(flag) for flag in flags[listing_id]])
        _lapse_dismissals(session, listing, flags[listing_id], at=now, run_id=run_id)
        subject = Subject(listing_id=listing_id, evidence_ids=listing.evidence_ids)
        more_opened, more_closed = carry_out(session, found, flags[listing_id], subject=subject, at=now, run_id=run_id)
        opened, closed = opened + more_opened, closed + more_closed
    session.flush()
    return opened, closed


def refresh_source_flag(session: Session, registry_id: str, *, at: datetime, run_id: int | None = None) -> list[Wanted]:
    """Opens, refreshes or withdraws the operational flag of one registry. Gives what is new, to tell people once."""
    sources = source_health.source_facts(session, at, only=registry_id)
    flags = list(session.scalars(select(Flag).where(Flag.registry_id == registry_id, _counts()).order_by(Flag.id)))
    found = flagging.changes(flagging.source_flags(sources), [_facts(flag) for flag in flags])
    carry_out(session, found, flags, subject=Subject(registry_id=registry_id), at=at, run_id=run_id)
    session.flush()
    return [*found.open, *(wish for _, wish in found.refresh)]


def change_flag(
    session: Session,
    flag: Flag,
    to_state: FlagState,
    *,
    reason: str,
    by: Account | None = None,
    at: datetime,
    run_id: int | None = None,
) -> None:
    """Moves the flag on and adds the step to its history. Raises FlagMoved when its state is no longer as it was."""
    closed_at = at if to_state in CLOSED_FLAG_STATES else None
    moved = session.execute(
        update(Flag)
        .where(Flag.id == flag.id, Flag.state == flag.state)
        .values(state=to_state, closed_at=closed_at)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], moved).rowcount != 1:
        raise FlagMoved(f"flag {flag.id} is no longer {flag.state.value}")
    _add_step(session, flag, flag.state, to_state, reason=reason, by=by, at=at, run_id=run_id)
    session.flush()
    session.refresh(flag)


def carry_out(
    session: Session,
    found: Changes[FlagFacts],
    flags: Sequence[Flag],
    *,
    subject: Subject,
    at: datetime,
    run_id: int | None = None,
) -> tuple[int, int]:
    """Brings the rows in step with what the rules found for one subject: (opened, closed)."""
    rows = {flag.id: flag for flag in flags}
    for wish in found.open:
        flag = _opened(wish, subject, at)
        flag.history.append(FlagChange(from_state=None, to_state=flag.state, reason=wish.reason, run_id=run_id, at=at))
        session.add(flag)
    for facts, wish in found.refresh:
        flag, before = rows[facts.id], facts.state
        _tell(session, flag, FACTS_CHANGED, at)
        flag.reason, flag.fingerprint, flag.severity = wish.reason, wish.fingerprint, wish.severity
        flag.evidence_id = subject.evidence_id(wish) or flag.evidence_id
        told = _void_case(session, flag, at)
        flag.state = FlagState.DETECTED if told or before in _DECIDED_ON_FACTS else before
        _add_step(session, flag, before, flag.state, reason=wish.reason, at=at, run_id=run_id)
    for facts in found.withdraw:
        _tell(session, rows[facts.id], FACTS_GONE, at)
        change_flag(session, rows[facts.id], FlagState.WITHDRAWN, reason=NO_LONGER_TRUE, at=at, run_id=run_id)
    return len(found.open), len(found.withdraw)


def _tell(session: Session, flag: Flag, words: str, at: datetime) -> None:
    """Whoever was written to hears that it was about facts that are no more; of most flags nobody was."""
    if flag.listing_id is not None and flag.state is not FlagState.DETECTED:
        due_mails.tell_it_is_over(session, flag, words, at=at)


def _lapse_dismissals(
    session: Session, listing: KnownListing, found: Sequence[Flag], *, at: datetime, run_id: int | None
) -> None:
    """Once the register shows a license as active again, a suspension found later is another one: it is looked at."""
    active = {
        f"credential:{each.id}"
        for each in listing.facts.credentials
        if each.check is not None and each.check.outcome is Outcome.CONFIRMED
    }
    for flag in found:
        if flag.state is FlagState.DISMISSED and flag.kind in _MAY_COME_AGAIN and flag.subject in active:
            change_flag(session, flag, FlagState.EXPIRED, reason=ACTIVE_AGAIN, at=at, run_id=run_id)


def _void_case(session: Session, flag: Flag, at: datetime) -> bool:
    """Notices and decisions were about other facts and count no more. Whether a notice was under way."""
    live = (CaseNotice.flag_id == flag.id, CaseNotice.delivery != Delivery.VOID)
    voided = session.execute(update(CaseNotice).where(*live).values(delivery=Delivery.VOID))
    session.execute(
        update(CaseDecision).where(CaseDecision.flag_id == flag.id, CaseDecision.void_at.is_(None)).values(void_at=at)
    )
    flag.holds_since, flag.order_url = None, ""
    return cast(CursorResult[Any], voided).rowcount > 0


def _wishes(listing: KnownListing, now: datetime, sources: Mapping[str, SourceFacts]) -> list[Wanted]:
    return flagging.wanted_flags(listing.facts, today=now.date(), now=now, sources=sources)


def _flags_on_record(session: Session, listing_ids: Collection[int]) -> defaultdict[int, list[Flag]]:
    grouped: defaultdict[int, list[Flag]] = defaultdict(list)
    for flag in session.scalars(select(Flag).where(Flag.listing_id.in_(listing_ids), _counts()).order_by(Flag.id)):
        grouped[flag.listing_id or 0].append(flag)
    return grouped


def _counts() -> Any:
    """Open flags, and the dismissed ones: these hold their place until the facts change."""
    return or_(Flag.closed_at.is_(None), Flag.state == FlagState.DISMISSED)


def _facts(flag: Flag) -> FlagFacts:
    about_listing = flag.subject.startswith("listing:")
    about_source = flag.subject.startswith("registry:")
    key = flagging.LISTING if about_listing else flag.subject
    if about_source:
        key = f"source:{flag.registry_id}"
    return FlagFacts(flag.id, flag.kind, key, flag.fingerprint, flag.state)


def _opened(wish: Wanted, subject: Subject, at: datetime) -> Flag:
    return Flag(
        listing_id=subject.listing_id,
        registry_id=subject.registry_id,
        credential_id=subject.credential_id(wish),
        subject=subject.key(wish),
        kind=wish.kind,
        severity=wish.severity,
        state=FlagState.DETECTED,
        reason=wish.reason,
        fingerprint=wish.fingerprint,
        evidence_id=subject.evidence_id(wish),
        opened_at=at,
    )


def _add_step(
    session: Session,
    flag: Flag,
    from_state: FlagState,
    to_state: FlagState,
    *,
    reason: str,
    at: datetime,
    by: Account | None = None,
    run_id: int | None = None,
) -> None:
    step = FlagChange(
        flag_id=flag.id,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        by_id=by.id if by is not None else None,
        run_id=run_id,
        at=at,
    )
    session.add(step)
