"""Who may merge two listings, and when two cannot become one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import audit
from directory.extensions import db
from directory.listings import listings
from directory.listings.listing_judgements import PairRefused, judge_listings, words_on
from directory.listings.listing_merges import agree, drop, merge_listings
from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.listing import Listing
from directory.models.merge import MergeState
from directory.models.registry import MatchJudgement, RecordMatch
from directory.moderation.claims import ClaimDecision, decide_claim, make_claim
from directory.rules.vocabulary import (
    Judgement,
)
from tests.conftest import NOW
from tests.makers import make_account, make_listing
from tests.merges.two_listings import LATER, WHY, as_it_stands, two_listings
from tests.registry_files import Register


def test_where_two_cannot_become_one_somebody_is_told_why(session: Session, mo: Account) -> None:
    ada, ben = make_account(session), make_account(session, "ben")
    free, hers, his = (
        make_listing(session),
        make_listing(session, claimed_by=ada),
        make_listing(session, claimed_by=ben),
    )
    own = make_listing(session, claimed_by=mo)
    hidden, house = make_listing(session, state="hidden"), make_listing(session, organization="Lotus House")
    npi, other_npi = make_listing(session, npi="1234567893"), make_listing(session, npi="1003000126")
    gone = make_listing(session)
    listings.remove_listing(session, gone, by=mo, reason=WHY, at=NOW)
    for kept, merged, why in (
        (free, free, "one and the same"),
        (free, gone, "not there any more"),
        (gone, free, "not there any more"),
        (hers, his, "Two people look after them"),
        (free, hers, "that one has to be kept"),
        (hidden, free, "has to be published"),
        (free, house, "organization"),
        (npi, other_npi, "two NPIs"),
        (own, free, "your own listing"),
    ):
        session.commit()
        before = as_it_stands(session, kept.id, merged.id)
        with pytest.raises(PairRefused, match=why):
            merge_listings(session, kept.id, merged.id, reason=WHY, by=mo, at=NOW)
        assert as_it_stands(session, kept.id, merged.id) == before
    with pytest.raises(PairRefused, match="not there any more"):
        merge_listings(session, free.id, 10_000, reason=WHY, by=mo, at=NOW)


def test_an_open_claim_is_decided_first_and_goes_along_afterwards(session: Session, mo: Account) -> None:
    ben, kept, other = make_account(session, "ben"), make_listing(session), make_listing(session)
    claim = make_claim(session, other, ben, number="", jurisdiction="", statement="It is me.", at=NOW)
    with pytest.raises(PairRefused, match="Decide the claim first"):
        merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=NOW)
    decide_claim(session, claim, ClaimDecision.DENY, reason=WHY, by=mo, at=NOW)
    merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=NOW)
    session.commit()
    assert session.get_one(Claim, claim.id).listing_id == kept.id


def test_words_on_a_record_that_contradict_each_other_are_settled_first(
    session: Session, register: Register, mo: Account
) -> None:
    kept, other = two_listings(session, register)
    match = session.scalars(select(RecordMatch).where(RecordMatch.listing_id == other.id)).one()
    for listing, word in ((kept, Judgement.DIFFERENT), (other, Judgement.SAME)):
        session.add(
            MatchJudgement(
                registry_id=match.registry_id,
                source_key=match.source_key,
                listing_id=listing.id,
                judgement=word,
                reason=WHY,
                by_id=mo.id,
                at=NOW,
            )
        )
    session.flush()
    with pytest.raises(PairRefused, match="judged to be about one of them"):
        merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=LATER)


def test_against_a_persons_word_it_takes_a_second_one_who_may_also_drop_it(
    session: Session, mo: Account, max_: Account
) -> None:
    kept, other = make_listing(session), make_listing(session)
    judge_listings(session, other, kept, Judgement.DIFFERENT, reason=WHY, by=max_, at=NOW)
    merge = merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=LATER)
    assert merge.state is MergeState.PROPOSED
    with pytest.raises(PairRefused, match="already waits"):
        merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=LATER)
    with pytest.raises(PairRefused, match="you proposed this"):
        agree(session, merge, reason=WHY, by=mo, at=LATER)
    drop(session, merge, reason=WHY, by=max_, at=LATER)
    with pytest.raises(PairRefused, match="in the meantime"):
        agree(session, merge, reason=WHY, by=max_, at=LATER)
    assert [word.judgement for word in words_on(session, kept.id, other.id)] == [
        Judgement.UNSURE,
        Judgement.SAME,
        Judgement.DIFFERENT,
    ]
    assert other.merged_into_id is None


def test_two_moderators_at_once_merge_once(app: Flask, session: Session, mo: Account, max_: Account) -> None:
    ids = [make_listing(session).id for _ in range(2)]
    people = (mo.id, max_.id)
    session.commit()
    session.remove()  # type: ignore[attr-defined]
    together = Barrier(2)

    def press(turn: int) -> str:
        with app.app_context():
            by = db.session.get_one(Account, people[turn])
            db.session.rollback()
            together.wait(timeout=20)
            kept, merged = ids if turn == 0 else reversed(ids)
            try:
                merge_listings(db.session(), kept, merged, reason=WHY, by=by, at=NOW)
            except PairRefused as refused:
                db.session.rollback()
                return str(refused)
            db.session.commit()
            return "merged"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(press, (0, 1)))
    assert answers == ["One of these listings is part of another one.", "merged"]
    away = session.scalars(select(Listing.id).where(Listing.merged_into_id.is_not(None))).all()
    assert len(away) == 1 and audit.verify(session).sound
