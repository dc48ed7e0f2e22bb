"""What people said about two listings: one person, two, or nobody can tell. The same word from both sides.

A word about a listing that became part of another counts for that one, for as long as it is part of it.
Source: evidence-and-fairness 2.2 and 2.3 ("remember do not match decisions").
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from directory import audit
from directory.listings.merged_listings import as_kept, parts_of
from directory.models.account import Account
from directory.models.listing import Listing
from directory.models.merge import ListingJudgement, ListingLikeness
from directory.rules.vocabulary import Judgement, ListingState


class PairRefused(ValueError):  # noqa: N818 - an answer, not a fault
    """Something that cannot be said or done about two listings now. The message says why, to whoever tried."""


def judge_listings(
    session: Session, one: Listing, other: Listing, judgement: Judgement, *, reason: str, by: Account, at: datetime
) -> ListingJudgement:
    """A person's word on two listings. Raises PairRefused where one is gone, or the decider's own."""
    refuse_pair(one, other, by)
    return add_word(session, one.id, other.id, judgement, reason=reason, by=by, at=at)


def refuse_pair(one: Listing, other: Listing, by: Account | None) -> None:
    """Raises PairRefused where nothing can be said about the two, or not by `by`."""
    if one.id == other.id:
        raise PairRefused("These are one and the same listing.")
    if ListingState.REMOVED in (one.state, other.state):
        raise PairRefused("One of these listings is not there any more.")
    if one.merged_into_id is not None or other.merged_into_id is not None:
        raise PairRefused("One of these listings is part of another one.")
    if by is not None and by.id in (one.owner_id, other.owner_id):
        raise PairRefused("Somebody else has to decide about your own listing.")


def add_word(
    session: Session, one_id: int, other_id: int, judgement: Judgement, *, reason: str, by: Account, at: datetime
) -> ListingJudgement:
    """The word, with what was compared when it was said, and its line in the log."""
    low, high = sorted((one_id, other_id))
    seen = select(ListingLikeness.fingerprint).where(ListingLikeness.low_id == low, ListingLikeness.high_id == high)
    word = ListingJudgement(
        low_id=low,
        high_id=high,
        judgement=judgement,
        fingerprint=session.scalar(seen) or "",
        reason=reason,
        by_id=by.id,
        at=at,
    )
    session.add(word)
    session.flush()
    audit.record(
        session,
        actor=by,
        action=f"listings judged {judgement.value}",
        subject=f"listing:{low}",
        after={"other": high, "judgement": judgement},
        reason=reason,
        at=at,
    )
    return word


def words_on(session: Session, one_id: int, other_id: int) -> list[ListingJudgement]:
    """What was said about the two, or about listings that are part of them, the last word first."""
    parts = parts_of(session, (one_id, other_id))
    ours = {one_id, *(part for part, kept in parts.items() if kept == one_id)}
    theirs = {other_id, *(part for part, kept in parts.items() if kept == other_id)}
    low, high = ListingJudgement.low_id, ListingJudgement.high_id
    query = select(ListingJudgement).where(
        or_(and_(low.in_(ours), high.in_(theirs)), and_(low.in_(theirs), high.in_(ours)))
    )
    return list(session.scalars(query.order_by(ListingJudgement.id.desc())))


def last_words(session: Session, words: Collection[Judgement]) -> set[tuple[int, int]]:
    """Every pair of listings, as (lower id, higher id) and as they are merged now, whose last word is one of these."""
    rows = session.execute(
        select(ListingJudgement.low_id, ListingJudgement.high_id, ListingJudgement.judgement).order_by(
            ListingJudgement.id
        )
    ).all()
    now = as_kept(session, {each: each for low, high, _ in rows for each in (low, high)})
    last = {(min(now[low], now[high]), max(now[low], now[high])): word for low, high, word in rows}
    return {pair for pair, word in last.items() if word in words}
