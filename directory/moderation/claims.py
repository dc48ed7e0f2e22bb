"""Claiming a listing: a practitioner asks to look after their own page, and a person decides.

A claim is about the page, never about credentials: it lets its owner edit what is descriptive, and it is free. Nobody
becomes owner by silence. One person has one open claim to a listing; whoever decides takes or refuses all of a
listing's claims in one transaction; a listing that somebody has already is never handed on as if it were free: such a
claim becomes a dispute, its owner is told, and only a decision to transfer it, with a reason, replaces them.
Source: evidence-and-fairness 2.2 (hijacked listings, claim flow).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory import audit
from directory.listings.listing_changes import settle
from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.moderation import claim_mails
from directory.moderation.due_process import begin_again_in_other_hands
from directory.rules.vocabulary import PUBLISHED_FLAG_STATES, ClaimState, ListingState

OPEN = (ClaimState.PENDING, ClaimState.DISPUTED)
MOST_A_DAY = 5


class ClaimDecision(StrEnum):
    APPROVE = "approve"
    DENY = "deny"
    TRANSFER = "transfer"  # of a disputed listing, from its owner to the claimant


class ClaimRefused(ValueError):  # noqa: N818 - an answer, not a fault
    """A claim that cannot be made or decided now. The message says why, to the person who tried."""


def make_claim(
    session: Session,
    listing: Listing,
    account: Account,
    *,
    number: str,
    jurisdiction: str,
    statement: str,
    at: datetime,
) -> Claim:
    """A claim that waits for a moderator; a disputed one where the listing has an owner. Raises ClaimRefused."""
    _refuse_unless_claimable(session, listing, account, at=at)
    state = ClaimState.DISPUTED if listing.is_claimed else ClaimState.PENDING
    claim = Claim(
        listing_id=listing.id,
        account_id=account.id,
        state=state,
        license_number=number.strip(),
        license_jurisdiction=jurisdiction.strip(),
        statement=statement.strip(),
        made_at=at,
    )
    try:
        with session.begin_nested():
            session.add(claim)
    except IntegrityError as pressed_twice:
        raise ClaimRefused("You have asked for this listing already. A moderator will look at it.") from pressed_twice
    audit.record(
        session, actor=account, action="claim made", subject=f"claim:{claim.id}", after={"state": state}, at=at
    )
    claim_mails.received(session, claim, listing, account, at=at)
    if state is ClaimState.DISPUTED:
        claim_mails.disputed(session, listing, at=at)
    return claim


def withdraw_claim(session: Session, claim: Claim, *, by: Account, at: datetime) -> None:
    """The claimant takes the claim back. Raises ClaimRefused once it is decided."""
    _close(session, claim, ClaimState.WITHDRAWN, reason="Taken back by the claimant.", by=by, at=at)


def decide_claim(
    session: Session, claim: Claim, decision: ClaimDecision, *, reason: str, by: Account, at: datetime
) -> ClaimState:
    """Decides an open claim and returns what became of it: an approval of a listing that somebody has is a dispute.

    Raises ClaimRefused where it was decided before, where it is the decider's own, or where the decision does not fit.
    """
    if by.id == claim.account_id:
        raise ClaimRefused("Somebody else has to decide about your own claim.")
    listing = session.get_one(Listing, claim.listing_id, populate_existing=True)
    if decision is ClaimDecision.DENY:
        _close(session, claim, ClaimState.DENIED, reason=reason, by=by, at=at)
        claim_mails.denied(session, claim, listing, reason=reason, at=at)
        return ClaimState.DENIED
    if decision is ClaimDecision.TRANSFER:
        _free_from_owner(session, claim, listing, reason=reason, by=by, at=at)
    elif claim.state is ClaimState.DISPUTED and listing.is_claimed:
        raise ClaimRefused("Somebody has this listing. Deny the claim, or transfer the listing.")
    if not _own(session, listing, claim.account_id, at=at):
        return _dispute(session, claim, listing, by=by, at=at)
    _close(session, claim, ClaimState.APPROVED, reason=reason, by=by, at=at)
    untold = (Flag.listing_id == listing.id) & Flag.state.not_in(PUBLISHED_FLAG_STATES)  # a public mark they see
    begin_again_in_other_hands(session, untold, at=at)
    claim_mails.approved(session, claim, listing, at=at)
    _close_the_others(session, claim, listing, by=by, at=at)
    settle(session, [listing.id], at=at)
    return ClaimState.APPROVED


def _refuse_unless_claimable(session: Session, listing: Listing, account: Account, *, at: datetime) -> None:
    if listing.state is not ListingState.PUBLISHED:
        raise ClaimRefused("This listing is not there any more.")
    if listing.owner_id == account.id:
        raise ClaimRefused("You look after this listing already.")
    mine = select(func.count()).select_from(Claim).where(Claim.account_id == account.id)
    if session.scalar(mine.where(Claim.listing_id == listing.id, Claim.state.in_(OPEN))):
        raise ClaimRefused("You have asked for this listing already. A moderator will look at it.")
    if (session.scalar(mine.where(Claim.made_at > at - timedelta(days=1))) or 0) >= MOST_A_DAY:
        raise ClaimRefused(f"You can ask for {MOST_A_DAY} listings a day. Please come back tomorrow.")


def _own(session: Session, listing: Listing, account_id: int, *, at: datetime) -> bool:
    """Whether the account is now the owner: False where somebody else is, however close it was."""
    taken = session.execute(
        update(Listing)
        .where(Listing.id == listing.id, Listing.owner_id.is_(None), Listing.state == ListingState.PUBLISHED)
        .values(
            owner_id=account_id,
            claimed_at=at,
            updated_at=at,
            # From now on they have been asked: an answer that is missing is a finding.
            insurance_asked_at=func.coalesce(Listing.insurance_asked_at, at),
            training_asked_at=func.coalesce(Listing.training_asked_at, at),
        )
        .execution_options(synchronize_session=False)
    )
    session.refresh(listing)
    return _one_row(taken)


def _free_from_owner(
    session: Session, claim: Claim, listing: Listing, *, reason: str, by: Account, at: datetime
) -> None:
    if claim.state is not ClaimState.DISPUTED:
        raise ClaimRefused("Only a disputed listing can be transferred.")
    if listing.owner_id is None:
        return
    if listing.owner_id == by.id:
        raise ClaimRefused("Somebody else has to decide about your own listing.")
    claim_mails.transferred_away(session, listing, reason=reason, at=at)
    audit.record(
        session,
        actor=by,
        action="listing taken from its owner",
        subject=f"listing:{listing.id}",
        before={"owner": listing.owner_id},
        after={"owner": None},
        reason=reason,
        at=at,
    )
    listing.owner_id = listing.claimed_at = listing.contact_given_at = None
    session.flush()


def _dispute(session: Session, claim: Claim, listing: Listing, *, by: Account, at: datetime) -> ClaimState:
    if listing.state is not ListingState.PUBLISHED:
        raise ClaimRefused("This listing is not there any more. Deny the claim.")
    _move(session, claim, ClaimState.DISPUTED, values={})
    audit.record(
        session,
        actor=by,
        action="claim disputed",
        subject=f"claim:{claim.id}",
        after={"state": ClaimState.DISPUTED},
        reason="The listing has an owner.",
        at=at,
    )
    claim_mails.disputed(session, listing, at=at)
    return ClaimState.DISPUTED


def _close_the_others(session: Session, claim: Claim, listing: Listing, *, by: Account, at: datetime) -> None:
    others = session.scalars(
        select(Claim).where(Claim.listing_id == listing.id, Claim.id != claim.id, Claim.state.in_(OPEN))
    ).all()
    reason = "Another person's claim to this listing was approved. If the listing is yours, tell us, and we look again."
    for other in others:
        _close(session, other, ClaimState.DENIED, reason=reason, by=by, at=at)
        claim_mails.denied(session, other, listing, reason=reason, at=at)


def _close(session: Session, claim: Claim, state: ClaimState, *, reason: str, by: Account, at: datetime) -> None:
    before = claim.state
    _move(session, claim, state, values={"decided_at": at, "decided_by_id": by.id, "reason": reason})
    audit.record(
        session,
        actor=by,
        action=f"claim {state.value}",
        subject=f"claim:{claim.id}",
        before={"state": before},
        after={"state": state, "listing": claim.listing_id, "account": claim.account_id},
        reason=reason,
        at=at,
    )


def _move(session: Session, claim: Claim, state: ClaimState, *, values: dict[str, Any]) -> None:
    moved = session.execute(
        update(Claim)
        .where(Claim.id == claim.id, Claim.state == claim.state, Claim.state.in_(OPEN))
        .values(state=state, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(claim)
    if not _one_row(moved):
        raise ClaimRefused("Somebody has decided about this claim in the meantime.")


def _one_row(result: Any) -> bool:
    return cast(CursorResult[Any], result).rowcount == 1
