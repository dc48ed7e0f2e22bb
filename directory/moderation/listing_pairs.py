"""Two listings that may be one person, for a moderator's eyes: which wait, and all that is needed to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from directory.listings.listing_judgements import words_on
from directory.listings.listing_merges import merges_of, needs_second_person, why_not
from directory.models.account import Account
from directory.models.listing import Listing
from directory.models.merge import ListingJudgement, ListingLikeness, ListingMerge, MergeState
from directory.moderation.listing_facts import facts_of
from directory.rules.side_by_side import Compared, two_listings
from directory.rules.vocabulary import Judgement, ListingState

PER_PAGE = 40


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said about the two, and their address."""

    judgement: ListingJudgement
    by: str


@dataclass(frozen=True, slots=True)
class PairContext:
    one: Listing
    other: Listing
    lines: tuple[Compared, ...]
    likeness: ListingLikeness | None
    words: tuple[Word, ...]
    merges: tuple[ListingMerge, ...]  # of these two, the latest first
    kept_one: str  # why `one` cannot be the one that is kept, "" where it can
    kept_other: str
    needs_second: bool

    @property
    def proposed(self) -> ListingMerge | None:
        """The merge of the two that waits for a second person."""
        return next((each for each in self.merges if each.state is MergeState.PROPOSED), None)

    @property
    def done(self) -> ListingMerge | None:
        """The merge by which the two are one now."""
        return next((each for each in self.merges if each.state is MergeState.DONE), None)


def pairs_waiting(session: Session, *, page: int = 1) -> tuple[Sequence[tuple[ListingLikeness, Listing, Listing]], int]:
    """A page of pairs that nobody has settled, the likelier first, and how many pages there are."""
    low, high = aliased(Listing), aliased(Listing)
    total = session.scalar(select(func.count()).select_from(waiting_pairs().subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    query = (
        select(ListingLikeness, low, high)
        .join(low, low.id == ListingLikeness.low_id)
        .join(high, high.id == ListingLikeness.high_id)
        .where(ListingLikeness.id.in_(waiting_pairs()))
        .order_by(ListingLikeness.score.desc(), ListingLikeness.id)
        .limit(PER_PAGE)
        .offset((min(max(page, 1), pages) - 1) * PER_PAGE)
    )
    return [(likeness, one, other) for likeness, one, other in session.execute(query)], pages


def count_waiting(session: Session) -> int:
    """How many pairs and proposed merges wait for a person."""
    pairs = session.scalar(select(func.count()).select_from(waiting_pairs().subquery())) or 0
    proposed = select(func.count()).select_from(ListingMerge).where(ListingMerge.state == MergeState.PROPOSED)
    return pairs + (session.scalar(proposed) or 0)


def merges_waiting(session: Session) -> list[tuple[ListingMerge, Listing, Listing]]:
    """Merges that wait for a second person, the oldest first."""
    kept, merged = aliased(Listing), aliased(Listing)
    query = (
        select(ListingMerge, kept, merged)
        .join(kept, kept.id == ListingMerge.kept_id)
        .join(merged, merged.id == ListingMerge.merged_id)
        .where(ListingMerge.state == MergeState.PROPOSED)
        .order_by(ListingMerge.id)
    )
    return [(merge, one, other) for merge, one, other in session.execute(query)]


def waiting_pairs() -> Select[int]:
    """The ids of pairs that nobody has settled, of listings that are there and are not part of another."""
    low, high = aliased(Listing), aliased(Listing)
    return (
        select(ListingLikeness.id)
        .join(low, low.id == ListingLikeness.low_id)
        .join(high, high.id == ListingLikeness.high_id)
        .where(*_is_there(low), *_is_there(high), ~_settled(), ~_proposed())
    )


def pair_context(session: Session, one_id: int, other_id: int, *, now: datetime) -> PairContext | None:
    """The two side by side, with what was said and done about them; None where one is gone for good."""
    one, other = session.get(Listing, one_id), session.get(Listing, other_id)
    if one is None or other is None or one_id == other_id or ListingState.REMOVED in (one.state, other.state):
        return None
    facts = facts_of(session, (one_id, other_id), now)
    towns = [", ".join(place.city for place in each.locations if place.city) for each in (one, other)]
    low, high = sorted((one_id, other_id))
    likeness = select(ListingLikeness).where(ListingLikeness.low_id == low, ListingLikeness.high_id == high)
    words = words_on(session, one_id, other_id)
    who = select(Account.id, Account.email).where(Account.id.in_({word.by_id for word in words}))
    emails = dict(session.execute(who).tuples().all())
    return PairContext(
        one=one,
        other=other,
        lines=two_listings(facts[one_id], facts[other_id], towns=(towns[0], towns[1])),
        likeness=session.scalar(likeness),
        words=tuple(Word(word, emails.get(word.by_id, "")) for word in words),
        merges=tuple(
            each for each in merges_of(session, one_id) if {each.kept_id, each.merged_id} == {one_id, other_id}
        ),
        kept_one=why_not(session, one, other),
        kept_other=why_not(session, other, one),
        needs_second=needs_second_person(session, one, other),
    )


def _is_there(listing: type[Listing]) -> tuple[ColumnElement[bool], ...]:
    return (listing.state != ListingState.REMOVED, listing.merged_into_id.is_(None))


def _settled() -> ColumnElement[bool]:
    """A person's last word is "same" or "different", or "I cannot tell" of the facts that are still so."""
    word, later = aliased(ListingJudgement), aliased(ListingJudgement)

    def of_pair(judgement: type[ListingJudgement]) -> ColumnElement[bool]:
        return and_(judgement.low_id == ListingLikeness.low_id, judgement.high_id == ListingLikeness.high_id)

    last = select(func.max(later.id)).where(of_pair(later)).correlate(ListingLikeness).scalar_subquery()
    holds = or_(word.judgement != Judgement.UNSURE, word.fingerprint == ListingLikeness.fingerprint)
    return select(word.id).where(of_pair(word), word.id == last, holds).correlate(ListingLikeness).exists()


def _proposed() -> ColumnElement[bool]:
    ids = (ListingLikeness.low_id, ListingLikeness.high_id)
    return (
        select(ListingMerge.id)
        .where(
            ListingMerge.state == MergeState.PROPOSED, ListingMerge.kept_id.in_(ids), ListingMerge.merged_id.in_(ids)
        )
        .correlate(ListingLikeness)
        .exists()
    )
