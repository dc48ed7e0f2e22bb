"""Two listings of one person become one, and can become two again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import audit
from directory.listings.listing_changes import settle
from directory.listings.listing_merges import merge_listings, undo_merge
from directory.listings.listing_past import past_rows
from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.credential import Credential, CredentialCheck
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing, SearchEntry
from directory.models.merge import MergeState
from directory.models.registry import RecordMatch
from directory.moderation import flags
from directory.moderation.moderation import decide_flag
from directory.registries.checks import check_listing
from directory.rules.vocabulary import (
    FlagDecision,
    FlagKind,
    FlagState,
    ListingState,
    Outcome,
    Severity,
    Verdict,
)
from tests.conftest import NOW
from tests.evidence_makers import make_check
from tests.makers import make_account, make_credential, make_listing
from tests.merges.two_listings import LATER, MUCH_LATER, WHY, as_it_stands, outcomes, the_two, two_listings
from tests.registry_files import Register, read_file
from tests.test_due_process import published
from tests.views.people import signed_in


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
