"""What comes after a merge: runs, further merges, and the way out."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.listings import listings
from directory.listings.leaving import leave
from directory.listings.listing_judgements import PairRefused, judge_listings, last_words, words_on
from directory.listings.listing_merges import agree, merge_listings, undo_merge
from directory.listings.merged_listings import kept_for
from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.credential import Credential
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.merge import MergedRow, MergeState
from directory.models.notice import Notice
from directory.models.registry import RecordMatch
from directory.registries.checks import check_listing
from directory.rules.vocabulary import (
    FlagKind,
    Judgement,
    ListingOrigin,
    ListingState,
    Outcome,
    StatedBy,
    Verdict,
)
from directory.search.search_index import index_listings
from scrapers.record import CredentialKind
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing
from tests.merges.two_listings import LATER, MUCH_LATER, WHY, as_it_stands, outcomes, the_two, two_listings
from tests.registry_files import Register, read_file
from tests.views.people import signed_in


def test_a_run_goes_on_with_the_kept_one_and_lists_nobody_anew(
    session: Session, register: Register, mo: Account
) -> None:
    read_file(session, register, the_two(), at=NOW, create_listings=True)
    kept, other = session.scalars(select(Listing).order_by(Listing.family.desc())).all()
    assert (kept.family, other.family, other.origin) == ("Vasquez-Thorne", "Quarles", ListingOrigin.REGISTRY)
    merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=LATER)
    session.commit()
    changed = [{**each, "Status": "Active", "Expires": "2029-01-31"} for each in the_two()]
    read_file(session, register, changed, at=LATER, create_listings=True)
    assert len(session.scalars(select(Listing)).all()) == 2
    assert outcomes(session, kept.id) == {"AC 10001": Outcome.CONFIRMED, "AC 10002": Outcome.CONFIRMED}
    assert set(session.scalars(select(RecordMatch.listing_id).where(RecordMatch.verdict != Verdict.NO))) == {kept.id}
    fresh = {**the_two()[1], "Number": "AC 10003"}  # the same person under a new number, at the merged one's name
    read_file(session, register, [*changed, fresh], at=MUCH_LATER)
    assert (
        other.id not in session.scalars(select(RecordMatch.listing_id).where(RecordMatch.verdict != Verdict.NO)).all()
    )
    before = outcomes(session, kept.id)
    check_listing(session, [kept.id, other.id], now=MUCH_LATER)
    assert outcomes(session, kept.id) == before and outcomes(session, other.id) == {}


def test_a_claimed_one_keeps_its_words_and_its_records_under_the_other_name(
    session: Session, register: Register, mo: Account, max_: Account
) -> None:
    ada = make_account(session)
    kept, other = two_listings(session, register, owner=ada)
    merge = merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=LATER)
    assert merge.state is MergeState.PROPOSED and other.merged_into_id is None
    agree(session, merge, reason=WHY, by=max_, at=LATER)
    session.commit()
    assert kept.other_names == [] and [place.city for place in kept.locations] == ["Los Angeles"]
    told = session.scalars(select(Notice).where(Notice.account_id == ada.id)).one()
    assert "put together" in told.subject and WHY in told.text and "Fresno" in told.text
    read_file(session, register, the_two(), at=LATER)
    check_listing(session, [kept.id], now=LATER)
    match = session.scalars(select(RecordMatch).where(RecordMatch.source_key.contains("10002"))).one()
    assert (match.listing_id, match.verdict) == (kept.id, Verdict.SURE)
    assert not session.scalars(select(Flag).where(Flag.kind == FlagKind.LICENSE_NAME_MISMATCH)).all()
    undo_merge(session, merge, reason=WHY, by=mo, at=MUCH_LATER)
    assert len(session.scalars(select(Notice).where(Notice.account_id == ada.id)).all()) == 2


def test_a_merge_of_a_merge_leads_to_the_last_and_is_taken_back_last_first(
    app: Flask, session: Session, mo: Account
) -> None:
    first, second, third = (make_listing(session, given=name) for name in ("Ottoline", "Otta", "Lina"))
    for number, each in enumerate((first, second, third), start=10001):
        make_credential(session, each, number=f"AC {number}", number_key=f"{number}")
    index_listings(session, None, now=NOW)
    session.commit()
    before = as_it_stands(session, first.id, second.id, third.id)
    one = merge_listings(session, second.id, first.id, reason=WHY, by=mo, at=NOW)
    two = merge_listings(session, third.id, second.id, reason=WHY, by=mo, at=NOW)
    session.commit()
    assert kept_for(session, [first.id, second.id, third.id]) == {first.id: third.id, second.id: third.id}
    assert len(session.scalars(select(Credential).where(Credential.listing_id == third.id)).all()) == 3
    answer = signed_in(app, None).client.get(f"/practitioners/{first.slug}")
    assert (answer.status_code, answer.location) == (301, f"/practitioners/{third.slug}")
    with pytest.raises(PairRefused, match="part of another one"):
        merge_listings(session, third.id, first.id, reason=WHY, by=mo, at=NOW)
    with pytest.raises(PairRefused, match="later merge"):
        undo_merge(session, one, reason=WHY, by=mo, at=LATER)
    assert not listings.show_listing(session, first, by=mo, reason=WHY, at=LATER)
    for merge in (two, one):
        undo_merge(session, merge, reason=WHY, by=mo, at=LATER)
    session.commit()
    after = as_it_stands(session, first.id, second.id, third.id)
    assert {key: each for key, each in after["rows"].items() if key[0] != "flag"} == {
        key: each for key, each in before["rows"].items() if key[0] != "flag"
    }
    assert after["search"] == before["search"]


def test_what_was_filled_in_for_a_listing_that_was_merged_meanwhile_is_for_the_kept_one(
    app: Flask, session: Session, mo: Account
) -> None:
    kept, other, ben = make_listing(session), make_listing(session), make_account(session, "ben")
    browser, old = signed_in(app, ben), f"/claim/{other.slug}"
    page = browser.get(old)
    merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=NOW)
    sent = {"statement": "It is me, in Fresno as well.", "is_me": "y", "license_number": "", "license_jurisdiction": ""}
    browser.post(old, {**sent, "csrf_token": page.html.select("input[name=csrf_token]")[-1]["value"]})
    assert session.scalars(select(Claim.listing_id)).one() == kept.id


def test_a_word_counts_for_the_listing_that_another_became_part_of(session: Session, mo: Account) -> None:
    kept, other, stranger = make_listing(session), make_listing(session), make_listing(session)
    judge_listings(session, stranger, other, Judgement.DIFFERENT, reason=WHY, by=mo, at=NOW)
    merge = merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=NOW)
    assert words_on(session, stranger.id, kept.id)[0].judgement is Judgement.DIFFERENT
    assert (kept.id, stranger.id) in last_words(session, [Judgement.DIFFERENT])
    undo_merge(session, merge, reason=WHY, by=mo, at=LATER)
    assert words_on(session, stranger.id, kept.id) == []
    assert last_words(session, [Judgement.DIFFERENT]) == {(other.id, stranger.id)}


def test_whoever_leaves_takes_all_their_listings_along(
    session: Session, register: Register, mo: Account, max_: Account
) -> None:
    ada = make_account(session)
    kept, other = two_listings(session, register, owner=ada)
    merge = merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=LATER)
    agree(session, merge, reason=WHY, by=max_, at=LATER)
    session.commit()
    leave(session, ada, remove_listings=True, at=MUCH_LATER)
    session.commit()
    for each in session.scalars(select(Listing)).all():
        assert (each.state, each.family, each.npi) == (ListingState.REMOVED, "", None)
    assert session.scalars(select(MergedRow)).all() == [] and session.scalars(select(Credential)).all() == []
    with pytest.raises(PairRefused, match="left for good"):
        undo_merge(session, merge, reason=WHY, by=mo, at=MUCH_LATER)
    read_file(session, register, the_two(), at=MUCH_LATER, create_listings=True)
    assert session.scalars(select(Listing).where(Listing.state != ListingState.REMOVED)).all() == []


def test_of_one_persons_two_claimed_listings_one_is_left_to_edit(
    app: Flask, session: Session, mo: Account, max_: Account
) -> None:
    ada = make_account(session)
    kept, other = make_listing(session, claimed_by=ada), make_listing(session, claimed_by=ada)
    training = make_credential(
        session, other, kind=CredentialKind.TRAINING_AWARD, number="", number_key="", stated_by=StatedBy.PRACTITIONER
    )
    agree(session, merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=NOW), reason=WHY, by=max_, at=NOW)
    session.commit()
    browser = signed_in(app, ada)
    assert browser.client.get(f"/account/listing/{other.slug}").status_code == 404
    assert f"/account/listing/{other.slug}" not in browser.get("/account/").links()
    assert session.get_one(Credential, training.id).listing_id == kept.id
