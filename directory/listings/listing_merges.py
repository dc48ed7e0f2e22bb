"""Two listings of one person become one, and can become two again.

Nothing is deleted: the one that is merged is put out of sight and points to the one that is kept; what moves is kept
row by row, before and after. A listing that somebody looks after is never merged into anybody else's; where one is
claimed, or a person said that the two are different, a second person has to agree. Undone, both stand as they did,
with whatever was checked in the meantime: a check belongs to the credential that it looked at.
Source: evidence-and-fairness 2.2 ("duplicates" merged into a stranger's listing).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory import audit
from directory.listings import merge_rows, moving
from directory.listings.listing_changes import settle
from directory.listings.listing_judgements import PairRefused, add_word, refuse_pair, words_on
from directory.listings.merged_listings import merge_alone
from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.credential import Credential
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.merge import ListingMerge, MergedRow, MergeState
from directory.models.registry import RegistryRun
from directory.moderation import due_process, merge_mails
from directory.moderation.claims import OPEN
from directory.registries import checks
from directory.rules.vocabulary import Judgement, ListingState, RunState

MOVED_ON = "Somebody has decided about these listings in the meantime."


def merge_listings(
    session: Session, kept_id: int, merged_id: int, *, reason: str, by: Account, at: datetime
) -> ListingMerge:
    """One person's word that the two are one: merged at once, or proposed where a second person has to agree.

    Raises PairRefused where they cannot be one, or not by this person.
    """
    kept, merged = _locked(session, kept_id, merged_id)
    refuse_pair(kept, merged, by)
    if why := why_not(session, kept, merged):
        raise PairRefused(why)
    needs_two = needs_second_person(session, kept, merged)
    merge = ListingMerge(kept_id=kept_id, merged_id=merged_id, reason=reason, by_id=by.id, at=at)
    merge.state = MergeState.PROPOSED if needs_two else MergeState.DONE
    try:
        with session.begin_nested():
            session.add(merge)
    except IntegrityError as twice:
        raise PairRefused("One of these listings already waits to be merged.") from twice
    add_word(session, kept_id, merged_id, Judgement.SAME, reason=reason, by=by, at=at)
    if needs_two:
        _log(session, merge, "merge proposed", reason=reason, by=by, at=at)
    else:
        _carry_out(session, merge, kept, merged, by=by, at=at)
    return merge


def agree(session: Session, merge: ListingMerge, *, reason: str, by: Account, at: datetime) -> None:
    """A second person agrees to a proposed merge, and it is done. Raises PairRefused."""
    kept, merged = _locked(session, merge.kept_id, merge.merged_id)
    if merge.by_id == by.id:
        raise PairRefused("A second person has to agree: you proposed this.")
    refuse_pair(kept, merged, by)
    if why := why_not(session, kept, merged):
        raise PairRefused(why)
    if not _move(session, merge, MergeState.PROPOSED, state=MergeState.DONE, settled_by_id=by.id, settled_at=at):
        raise PairRefused(MOVED_ON)
    add_word(session, kept.id, merged.id, Judgement.SAME, reason=reason, by=by, at=at)
    _carry_out(session, merge, kept, merged, by=by, at=at)


def drop(session: Session, merge: ListingMerge, *, reason: str, by: Account, at: datetime) -> None:
    """A proposed merge is not done. Raises PairRefused once it was decided."""
    _locked(session, merge.kept_id, merge.merged_id)
    if not _move(session, merge, MergeState.PROPOSED, state=MergeState.DROPPED, settled_by_id=by.id, settled_at=at):
        raise PairRefused(MOVED_ON)
    add_word(session, merge.kept_id, merge.merged_id, Judgement.UNSURE, reason=reason, by=by, at=at)
    _log(session, merge, "merge dropped", reason=reason, by=by, at=at)


def undo_merge(session: Session, merge: ListingMerge, *, reason: str, by: Account, at: datetime) -> bool:
    """Makes two listings of one again. False when that was done before. Raises PairRefused where it cannot be."""
    kept, merged = _locked(session, merge.kept_id, merge.merged_id)
    if merge.state is MergeState.UNDONE:
        return False
    if why := why_not_undone(session, merge, kept, merged):
        raise PairRefused(why)
    if by.id in (kept.owner_id, merged.owner_id):
        raise PairRefused("Somebody else has to decide about your own listing.")
    values = {"undone_by_id": by.id, "undone_at": at, "undone_reason": reason}
    if not _move(session, merge, MergeState.DONE, state=MergeState.UNDONE, **values):
        return False
    moved = session.scalars(select(MergedRow).where(MergedRow.merge_id == merge.id)).all()
    step = {"reason": f"Two listings again: {reason}", "by_id": by.id, "run_id": None, "at": at}
    left = merge_rows.put_back(session, moved, step=step)
    _give_back_findings(session, kept.id, merged.id)
    session.expire_all()
    due_process.begin_again_in_other_hands(session, Flag.listing_id == merged.id, at=at)
    if _read_since(session, merge):
        checks.check_listing(session, [kept.id, merged.id], now=at)
    else:
        settle(session, [kept.id, merged.id], at=at)
    add_word(session, kept.id, merged.id, Judgement.UNSURE, reason=reason, by=by, at=at)
    merge_mails.parted(session, kept, merged, reason=reason, at=at)
    _log(session, merge, "merge undone", reason=reason, by=by, at=at, rows=len(moved) - len(left))
    return True


def why_not(session: Session, kept: Listing, merged: Listing) -> str:
    """Why these two may not become one, "" where they may."""
    if kept.state is not ListingState.PUBLISHED:
        return "The listing that is kept has to be published."
    if bool(kept.organization) != bool(merged.organization):
        return "One is an organization and the other a person."
    if kept.npi and merged.npi and kept.npi != merged.npi:
        return "They have two NPIs, and a person has one."
    if kept.owner_id and merged.owner_id and kept.owner_id != merged.owner_id:
        return "Two people look after them. Neither can be merged into the other's; ask both to agree who keeps theirs."
    if merged.owner_id and not kept.owner_id:
        return "Somebody looks after one of them: that one has to be kept."
    open_claims = select(Claim.id).where(Claim.listing_id.in_((kept.id, merged.id)), Claim.state.in_(OPEN))
    if session.scalar(open_claims.limit(1)) is not None:
        return "Somebody has claimed one of them. Decide the claim first."
    return moving.contradiction(session, kept.id, merged.id)


def why_not_undone(session: Session, merge: ListingMerge, kept: Listing, merged: Listing) -> str:
    """Why this merge may not be taken back now, "" where it may."""
    if merge.state is not MergeState.DONE:
        return "There is no merge to take back."
    if ListingState.REMOVED in (kept.state, merged.state):
        return "Whoever these listings were about has left for good."
    later = select(ListingMerge.id).where(
        ListingMerge.kept_id == kept.id, ListingMerge.id > merge.id, ListingMerge.state == MergeState.DONE
    )
    if kept.merged_into_id is not None or session.scalar(later.limit(1)) is not None:
        return "There was a later merge. Take that one back first."
    return ""


def needs_second_person(session: Session, kept: Listing, merged: Listing) -> bool:
    """Whether one of them is claimed, or a person's last word is that they are different people."""
    if kept.owner_id is not None or merged.owner_id is not None:
        return True
    words = words_on(session, kept.id, merged.id)
    return bool(words) and words[0].judgement is Judgement.DIFFERENT


def merges_of(session: Session, listing_id: int) -> list[ListingMerge]:
    """The merges that this listing was part of, the latest first."""
    either = (ListingMerge.kept_id == listing_id) | (ListingMerge.merged_id == listing_id)
    return list(session.scalars(select(ListingMerge).where(either).order_by(ListingMerge.id.desc())))


def _carry_out(
    session: Session, merge: ListingMerge, kept: Listing, merged: Listing, *, by: Account, at: datetime
) -> None:
    ids = (kept.id, merged.id)
    session.flush()
    before = merge_rows.rows_of(session, ids)
    cases = list(session.scalars(select(Flag.id).where(Flag.listing_id == merged.id)))
    moving.move_all(session, kept.id, merged.id, by=by, at=at)
    session.expire_all()
    due_process.begin_again_in_other_hands(session, Flag.id.in_(cases), at=at)
    settle(session, ids, at=at)
    rows = merge_rows.keep_differences(session, merge.id, before, merge_rows.rows_of(session, ids))
    session.expire_all()
    merge_mails.merged(session, kept, merged, reason=merge.reason, at=at)
    _log(session, merge, "listings merged", reason=merge.reason, by=by, at=at, rows=rows)


def _give_back_findings(session: Session, kept_id: int, merged_id: int) -> None:
    """What was found while they were one goes with the credential that it is about."""
    theirs = select(Credential.id).where(Credential.listing_id == merged_id)
    session.execute(
        update(Flag)
        .where(Flag.listing_id == kept_id, Flag.credential_id.in_(theirs))
        .values(listing_id=merged_id)
        .execution_options(synchronize_session=False)
    )


def _locked(session: Session, kept_id: int, merged_id: int) -> tuple[Listing, Listing]:
    """Both rows as they are now; whoever else decides about one of them waits here, and so does any run."""
    session.flush()
    merge_alone(session)
    query = select(Listing).where(Listing.id.in_((kept_id, merged_id))).order_by(Listing.id).with_for_update()
    found = {each.id: each for each in session.scalars(query.execution_options(populate_existing=True))}
    if kept_id not in found or merged_id not in found:
        raise PairRefused("One of these listings is not there any more.")
    return found[kept_id], found[merged_id]


def _move(session: Session, merge: ListingMerge, old: MergeState, **values: Any) -> bool:
    moved = session.execute(
        update(ListingMerge)
        .where(ListingMerge.id == merge.id, ListingMerge.state == old)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(merge)
    return cast(CursorResult[Any], moved).rowcount == 1


def _read_since(session: Session, merge: ListingMerge) -> bool:
    """Whether a registry was read since: its records were put to the one listing, and have to find their own again."""
    done_at = merge.settled_at or merge.at
    runs = select(RegistryRun.id).where(RegistryRun.state == RunState.APPLIED, RegistryRun.finished_at >= done_at)
    return session.scalar(runs.limit(1)) is not None


def _log(
    session: Session, merge: ListingMerge, action: str, *, reason: str, by: Account, at: datetime, **more: Any
) -> None:
    """A line for each of the two, so that either's history tells of it."""
    for listing_id, other in ((merge.kept_id, merge.merged_id), (merge.merged_id, merge.kept_id)):
        audit.record(
            session,
            actor=by,
            action=action,
            subject=f"listing:{listing_id}",
            after={"merge": merge.id, "kept": merge.kept_id, "other": other, **more},
            reason=reason,
            at=at,
        )
