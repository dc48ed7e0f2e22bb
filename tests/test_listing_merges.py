"""Two listings of one person: merged, looked for, read about, taken apart again. By two people, twice, at once."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import audit
from directory.extensions import db
from directory.listings import listings
from directory.listings.leaving import leave
from directory.listings.listing_changes import settle
from directory.listings.listing_judgements import PairRefused, judge_listings, last_words, words_on
from directory.listings.listing_merges import agree, drop, merge_listings, undo_merge
from directory.listings.listing_past import past_rows
from directory.listings.merge_rows import rows_of
from directory.listings.merged_listings import kept_for
from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.credential import Credential, CredentialCheck
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing, SearchEntry
from directory.models.merge import MergedRow, MergeState
from directory.models.notice import Notice
from directory.models.registry import MatchJudgement, RecordMatch
from directory.moderation import flags
from directory.moderation.claims import ClaimDecision, decide_claim, make_claim
from directory.moderation.moderation import decide_flag
from directory.registries.checks import check_listing
from directory.rules.vocabulary import (
    FlagDecision,
    FlagKind,
    FlagState,
    Judgement,
    ListingOrigin,
    ListingState,
    Outcome,
    Role,
    Severity,
    StatedBy,
    Verdict,
)
from directory.search.search_index import index_listings
from scrapers.record import CredentialKind
from tests.conftest import NOW
from tests.evidence_makers import make_check
from tests.makers import make_account, make_credential, make_listing
from tests.registry_files import Register, read_file, row
from tests.test_due_process import published
from tests.views.people import signed_in

WHY = "Same certificate on both walls, seen by hand."
LATER = NOW + timedelta(days=1)
MUCH_LATER = NOW + timedelta(days=2)


@pytest.fixture
def max_(session: Session) -> Account:
    return make_account(session, "max", role=Role.MODERATOR)


def two_listings(session: Session, register: Register, *, owner: Account | None = None) -> tuple[Listing, Listing]:
    """One person's two listings, read about: the kept one in Los Angeles, the other under a former name in Fresno."""
    kept = make_listing(session, claimed_by=owner)
    make_credential(session, kept, number="AC 10001", number_key="10001")
    other = make_listing(
        session, family="Quarles", family_key="quarles", city="Fresno", postal_code="93701", npi="1234567893"
    )
    make_credential(session, other, number="AC 10002", number_key="10002")
    session.commit()
    check_listing(session, [kept.id, other.id], now=NOW)
    session.commit()
    read_file(session, register, the_two(), at=NOW)
    return session.get_one(Listing, kept.id), session.get_one(Listing, other.id)


def the_two() -> list[dict[str, str]]:
    return [
        row("AC 10001", first="Ottoline", last="Vasquez-Thorne"),
        row("AC 10002", first="Ottoline", last="Quarles", Status="Expired", City="Fresno", Zip="93701"),
    ]


def as_it_stands(session: Session, *ids: int) -> Mapping[str, Any]:
    """Everything that may change about these listings, and what search makes of them."""
    session.rollback()
    entries = session.execute(
        select(*SearchEntry.__table__.c).where(SearchEntry.listing_id.in_(ids)).order_by(SearchEntry.location_id)
    ).mappings()
    return {"rows": dict(rows_of(session, ids)), "search": [dict(each) for each in entries]}


def outcomes(session: Session, listing_id: int) -> dict[str, Outcome]:
    """The last outcome of each credential that stands on the listing, by number."""
    rows = session.execute(
        select(Credential.number, CredentialCheck.outcome)
        .join(CredentialCheck, CredentialCheck.credential_id == Credential.id)
        .where(Credential.listing_id == listing_id, Credential.withdrawn_at.is_(None))
        .order_by(CredentialCheck.id)
    )
    return dict(rows.tuples().all())


# What a merge does ---------------------------------------------------------------------------------------------------


def test_the_kept_one_has_all_that_both_had_and_the_other_leads_there(
    app: Flask, session: Session, register: Register, mo: Account
) -> None:
    kept, other = two_listings(session, register)
    old = other.slug
    merge = merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=LATER)
    session.commit()
    assert merge.state is MergeState.DONE
    assert outcomes(session, kept.id) == {"AC 10001": Outcome.CONFIRMED, "AC 10002": Outcome.EXPIRED}
    assert kept.npi == "1234567893" and kept.other_names == ["Ottoline Quarles"]
    assert [place.city for place in kept.locations] == ["Los Angeles", "Fresno"]
    assert (other.state, other.merged_into_id) == (ListingState.HIDDEN, kept.id)
    assert session.scalars(select(Flag.listing_id).where(Flag.kind == FlagKind.LICENSE_EXPIRED)).one() == kept.id
    shown = session.scalars(select(SearchEntry.listing_id)).all()
    assert set(shown) == {kept.id} and len(shown) == 2
    visitor = signed_in(app, None)
    for page in ("", "/evidence", "/report", "/remove", "/thanks"):
        answer = visitor.client.get(f"/practitioners/{old}{page}")
        assert (answer.status_code, answer.location) == (301, f"/practitioners/{kept.slug}{page}")
    claim = visitor.client.get(f"/claim/{old}")
    assert (claim.status_code, claim.location) == (301, f"/claim/{kept.slug}")
    assert "AC 10002" in visitor.get(f"/practitioners/{kept.slug}").text
    assert audit.verify(session).sound
    assert old.startswith("ottoline") and past_rows(session, old, NOW) is not None  # what its page said stays known


@pytest.mark.parametrize("read_between", [False, True])
def test_taken_back_both_stand_as_they_did(
    session: Session, register: Register, mo: Account, max_: Account, read_between: bool
) -> None:
    kept, other = two_listings(session, register)
    claimant = make_account(session, "ben")
    session.add(Claim(listing_id=other.id, account_id=claimant.id, state="denied", made_at=NOW, decided_at=NOW))
    make_credential(session, other, number="AC 10001", number_key="10001")  # stated on both
    session.commit()
    check_listing(session, [kept.id, other.id], now=NOW)
    session.commit()
    before = as_it_stands(session, kept.id, other.id)
    checks = session.scalars(select(CredentialCheck.id)).all()
    merge = merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=LATER)
    session.commit()
    if read_between:
        renewed = [{**each, "Status": "Active", "Expires": "2029-01-31"} for each in the_two()]
        read_file(session, register, renewed, at=LATER)
        assert outcomes(session, kept.id)["AC 10002"] is Outcome.CONFIRMED
    merge = session.get_one(type(merge), merge.id)
    assert undo_merge(session, merge, reason=WHY, by=max_, at=MUCH_LATER)
    session.commit()
    after = as_it_stands(session, kept.id, other.id)
    if not read_between:
        assert after == before
    else:
        assert outcomes(session, other.id)["AC 10002"] is Outcome.CONFIRMED  # the check is the credential's
        assert set(session.scalars(select(CredentialCheck.id))) > set(checks)
        for name in ("listing", "location", "credential", "claim"):
            assert {key: each for key, each in after["rows"].items() if key[0] == name} == {
                key: each for key, each in before["rows"].items() if key[0] == name
            }
        matches = select(RecordMatch.listing_id).where(RecordMatch.verdict == Verdict.SURE)
        assert set(session.scalars(matches)) == {kept.id, other.id}
    assert not undo_merge(session, merge, reason=WHY, by=mo, at=MUCH_LATER)
    session.commit()
    assert as_it_stands(session, kept.id, other.id) == after
    assert audit.verify(session).sound


def test_what_was_changed_since_is_left_when_a_merge_is_taken_back(
    session: Session, register: Register, mo: Account
) -> None:
    kept, other = two_listings(session, register)
    merge = merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=LATER)
    session.commit()
    kept.other_names = ["Ottoline Q. Thorne"]
    flag = session.scalars(select(Flag).where(Flag.kind == FlagKind.LICENSE_EXPIRED)).one()
    flags.change_flag(session, flag, FlagState.DISMISSED, reason=WHY, by=mo, at=LATER)
    session.commit()
    undo_merge(session, merge, reason=WHY, by=mo, at=MUCH_LATER)
    session.commit()
    assert kept.other_names == ["Ottoline Q. Thorne"]
    assert (flag.listing_id, flag.state) == (other.id, FlagState.DISMISSED)
    assert session.scalars(select(Flag).where(Flag.kind == FlagKind.LICENSE_EXPIRED)).one().id == flag.id


def test_what_is_found_of_both_stays_one_finding_and_the_further_case_goes_on(
    session: Session, mo: Account, max_: Account
) -> None:
    kept, other = make_listing(session), make_listing(session)
    mine, theirs = (make_credential(session, each, number="AC 10001", number_key="10001") for each in (kept, other))
    ours = make_flag(session, kept, mine, FlagState.DETECTED)
    further = make_flag(session, other, theirs, FlagState.NOTIFIED)
    merge = merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=LATER)
    session.commit()
    assert ours.state is FlagState.WITHDRAWN
    assert (further.listing_id, further.credential_id, further.subject) == (kept.id, mine.id, f"credential:{mine.id}")
    undo_merge(session, merge, reason=WHY, by=max_, at=MUCH_LATER)
    session.commit()
    assert (further.listing_id, further.subject) == (other.id, f"credential:{theirs.id}")
    steps = session.scalars(select(FlagChange.to_state).where(FlagChange.flag_id == ours.id).order_by(FlagChange.id))
    assert list(steps)[:2] == [FlagState.WITHDRAWN, FlagState.DETECTED]  # said again, not rubbed out


def make_flag(session: Session, listing: Listing, credential: Credential, state: FlagState) -> Flag:
    flag = Flag(
        listing_id=listing.id,
        credential_id=credential.id,
        subject=f"credential:{credential.id}",
        kind=FlagKind.LICENSE_EXPIRED,
        severity=Severity.HIGH,
        state=state,
        reason="As the test wants it.",
        fingerprint="f",
        opened_at=NOW,
    )
    session.add(flag)
    session.flush()
    return flag


def test_no_mark_moves_to_the_page_of_somebody_who_was_not_told_nor_comes_back_by_taking_a_merge_back(
    session: Session, mo: Account, max_: Account
) -> None:
    kept, other = (make_listing(session, email=f"{name}@studio.example") for name in ("one", "two"))
    credential = make_credential(session, other)
    make_check(session, credential, Outcome.EXPIRED, at=NOW)
    settle(session, [other.id], at=NOW)
    flag = session.scalars(select(Flag).where(Flag.kind == FlagKind.LICENSE_EXPIRED)).one()
    decide_flag(session, flag, FlagDecision.TRIAGE, reason=WHY, by=mo, at=NOW)
    published(session, flag, mo)
    assert flag.is_public
    merge = merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=NOW + timedelta(days=21))
    assert (flag.listing_id, flag.state, flag.holds_since) == (kept.id, FlagState.TRIAGED, None)
    session.commit()
    undo_merge(session, merge, reason=WHY, by=max_, at=NOW + timedelta(days=22))
    session.commit()
    assert (flag.listing_id, flag.state, flag.holds_since) == (other.id, FlagState.TRIAGED, None)


# Runs after it -------------------------------------------------------------------------------------------------------


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


# Who may, and when not -----------------------------------------------------------------------------------------------


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


# Chains, and the way out ---------------------------------------------------------------------------------------------


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
