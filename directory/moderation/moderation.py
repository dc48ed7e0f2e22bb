"""What moderators decide: flags, and whether a record and a listing are the same person. With a reason, remembered.

A decision repeats the state it was taken on, so that two people who press at once do not both decide. It outlives every
later run until the facts it was taken on change (`flags.refresh_flags`, `match_judgements`), and it can be taken back.
Nothing here is public: a finding reaches the public only by due process.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import audit
from directory.listings.listing_changes import settle
from directory.models.account import Account
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing
from directory.models.registry import MatchJudgement, PublishedRecord
from directory.moderation import flags
from directory.moderation.due_case import case_of, live_decision, locked_flag
from directory.registries import checks
from directory.registries.match_judgements import what_is_seen
from directory.rules.vocabulary import CLOSED_FLAG_STATES, FlagDecision, FlagState, Judgement, ListingState

BECOMES = {
    FlagDecision.DISMISS: FlagState.DISMISSED,
    FlagDecision.TRIAGE: FlagState.TRIAGED,
    FlagDecision.WITHDRAW: FlagState.WITHDRAWN,
}


_IN_DUE_PROCESS = frozenset(FlagState) - CLOSED_FLAG_STATES - {FlagState.DETECTED, FlagState.TRIAGED}


class DecisionRefused(ValueError):  # noqa: N818 - an answer, not a fault
    """A decision that cannot be taken now. The message says why, to the moderator who tried."""


def decisions_for(flag: Flag) -> tuple[FlagDecision, ...]:
    """What may be decided before a notice; nothing about a closed one, or one that due process has."""
    if flag.state in CLOSED_FLAG_STATES:
        return ()
    if flag.state is FlagState.DETECTED:
        return (FlagDecision.TRIAGE, FlagDecision.DISMISS, FlagDecision.WITHDRAW)
    if flag.state is FlagState.TRIAGED:
        return (FlagDecision.DISMISS, FlagDecision.WITHDRAW)
    return ()  # from the notice on, due process decides


def decide_flag(
    session: Session, flag: Flag, decision: FlagDecision, *, reason: str, by: Account, at: datetime
) -> FlagState:
    """Decides about an open flag. Raises DecisionRefused for the decider's own listing, and where another was first."""
    flag = locked_flag(session, flag.id)
    _refuse_own(session, flag, by)
    if decision is not FlagDecision.TRIAGE and flag.listing_id is not None and case_of(session, flag).is_under_way:
        raise DecisionRefused("A notice is on its way. Close the case on its own page, so that its reader is told.")
    if decision not in decisions_for(flag):
        raise DecisionRefused("Somebody has decided about this flag in the meantime.")
    _change(session, flag, BECOMES[decision], action=f"flag {BECOMES[decision].value}", reason=reason, by=by, at=at)
    return flag.state


def can_undo(session: Session, flag: Flag) -> bool:
    """Whether the flag's last step was a person's, and nothing has opened in its place since."""
    last = _last_step(session, flag)
    if last is None or last.by_id is None or last.from_state is None or last.from_state is last.to_state:
        return False
    if last.from_state not in (FlagState.DETECTED, FlagState.TRIAGED) or last.to_state in _IN_DUE_PROCESS:
        return False  # nothing comes back into public, or out of it, by taking a step back
    if (decided := live_decision(session, flag.id)) is not None and decided.mail_id is not None:
        return False  # somebody was told that it is closed
    return not _taken(session, flag) if flag.state in CLOSED_FLAG_STATES else True


def undo_flag(session: Session, flag: Flag, *, reason: str, by: Account, at: datetime) -> FlagState:
    """Takes the last decision back: the flag stands as it did before. Raises DecisionRefused where it cannot."""
    flag = locked_flag(session, flag.id)
    _refuse_own(session, flag, by)
    last = _last_step(session, flag)
    if last is None or last.from_state is None or not can_undo(session, flag):
        raise DecisionRefused("There is nothing to take back: the flag has moved on since.")
    _change(session, flag, last.from_state, action="flag decision taken back", reason=reason, by=by, at=at)
    if flag.listing_id is not None:
        settle(session, [flag.listing_id], at=at)
    return flag.state


def judge_match(
    session: Session,
    *,
    registry_id: str,
    source_key: str,
    listing_id: int,
    judgement: Judgement,
    reason: str,
    by: Account,
    at: datetime,
) -> MatchJudgement:
    """A person's word on a record and a listing; the credential is looked at again with it.

    Raises DecisionRefused where the listing is gone or the decider's own, or the record was never published.
    """
    _refuse_to_judge(session, registry_id, source_key, listing_id, by)
    word = MatchJudgement(
        registry_id=registry_id,
        source_key=source_key,
        listing_id=listing_id,
        judgement=judgement,
        reason=reason,
        by_id=by.id,
        at=at,
    )
    session.add(word)
    session.flush()
    checks.check_listing(session, [listing_id], now=at)
    word.seen_at, word.seen_hash = what_is_seen(session, registry_id, source_key, listing_id)
    audit.record(
        session,
        actor=by,
        action=f"match judged {judgement.value}",
        subject=f"listing:{listing_id}",
        after={"registry": registry_id, "record": source_key, "judgement": judgement},
        reason=reason,
        at=at,
    )
    return word


def _refuse_to_judge(session: Session, registry_id: str, source_key: str, listing_id: int, by: Account) -> None:
    listing = session.get(Listing, listing_id)
    if listing is None or listing.state is ListingState.REMOVED or listing.merged_into_id is not None:
        raise DecisionRefused("This listing is not there any more.")
    if listing.owner_id == by.id:
        raise DecisionRefused("Somebody else has to decide about your own listing.")
    known = select(PublishedRecord.id).where(
        PublishedRecord.registry_id == registry_id, PublishedRecord.source_key == source_key
    )
    if session.scalar(known.limit(1)) is None:
        raise DecisionRefused("This record is not there any more.")


def _change(
    session: Session, flag: Flag, to_state: FlagState, *, action: str, reason: str, by: Account, at: datetime
) -> None:
    before = flag.state
    try:
        flags.change_flag(session, flag, to_state, reason=reason, by=by, at=at)
    except flags.FlagMoved as moved:
        raise DecisionRefused("Somebody has decided about this flag in the meantime.") from moved
    audit.record(
        session,
        actor=by,
        action=action,
        subject=f"flag:{flag.id}",
        before={"state": before},
        after={"state": to_state, "about": flag.subject},
        reason=reason,
        at=at,
    )


def _refuse_own(session: Session, flag: Flag, by: Account) -> None:
    if flag.listing_id is None:
        return
    if session.scalar(select(Listing.owner_id).where(Listing.id == flag.listing_id)) == by.id:
        raise DecisionRefused("Somebody else has to decide about your own listing.")


def _last_step(session: Session, flag: Flag) -> FlagChange | None:
    steps = select(FlagChange).where(FlagChange.flag_id == flag.id).order_by(FlagChange.id.desc())
    return session.scalar(steps.limit(1))


def _taken(session: Session, flag: Flag) -> bool:
    """Whether another open flag says the same of the same subject."""
    query = select(Flag.id).where(
        Flag.subject == flag.subject, Flag.kind == flag.kind, Flag.closed_at.is_(None), Flag.id != flag.id
    )
    return session.scalar(query.limit(1)) is not None
