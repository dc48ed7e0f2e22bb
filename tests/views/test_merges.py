"""Perhaps one person twice: found, shown side by side, decided by whoever may, with a reason, never offered again."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.models.account import Account
from directory.models.listing import Listing
from directory.models.merge import ListingJudgement, ListingLikeness, ListingMerge, MergeState
from directory.moderation.listing_pairs import pairs_waiting
from directory.registries.likely_duplicates import find_duplicates
from directory.rules.vocabulary import Judgement, Role, Verdict
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing
from tests.views.people import fill, signed_in

WHY = "Same certificate on both walls, seen by hand."


def listed_twice(session: Session, *, owner: Account | None = None) -> tuple[Listing, Listing]:
    """One person with a license number that two listings state, and some others."""
    one = make_listing(session, claimed_by=owner)
    other = make_listing(session, given="O.", phone="+13235550142")
    for listing in (one, other):
        make_credential(session, listing, number="AC 10001", number_key="10001")
    make_listing(session, given="Benedetta", family="Quarles", family_key="quarles", city="Fresno")
    find_duplicates(session, at=NOW)
    session.commit()
    return one, other


def waiting(session: Session) -> list[tuple[int, int]]:
    session.rollback()
    return [(likeness.low_id, likeness.high_id) for likeness, _, _ in pairs_waiting(session)[0]]


def test_who_is_listed_twice_is_found_by_number_npi_or_name_and_town(session: Session) -> None:
    one, other = listed_twice(session)
    third = make_listing(session, given="Ottilie", family="Marchbanks", npi="1234567893", city="Reno", region="NV")
    fourth = make_listing(session, given="Ottilie", family="Marchbanks", npi="1234567893", city="Bend", region="OR")
    fifth = make_listing(session, given="Cosima", family="Bellweather")
    sixth = make_listing(session, given="Cosima", family="Bellwether")
    find_duplicates(session, at=NOW)
    found = {(row.low_id, row.high_id): row for row in session.scalars(select(ListingLikeness))}
    assert set(found) == {(one.id, other.id), (third.id, fourth.id), (fifth.id, sixth.id)}
    assert found[third.id, fourth.id].verdict is Verdict.SURE and "same NPI" in found[third.id, fourth.id].reasons
    assert found[fifth.id, sixth.id].verdict is Verdict.UNSURE
    assert find_duplicates(session, at=NOW) == {"pairs": 3, "new": 0, "gone": 0}


def test_a_pair_is_shown_side_by_side_and_merged_and_taken_back(app: Flask, session: Session, mo: Account) -> None:
    one, other = listed_twice(session)
    address, slug = f"/moderation/duplicates/{one.id}/{other.id}", other.slug
    desk = signed_in(app, mo)
    assert "1</strong> pair that may be one person" in str(desk.get("/moderation/").html)
    assert address in desk.get("/moderation/duplicates").links()
    lines = {line.th.get_text(): line.get_text(" ") for line in desk.get(address).html.select("table.beside tbody tr")}
    assert "agrees" in lines["Numbers"] and "+13235550142" in lines["Phone"]
    assert "Say" not in desk.get(address).text
    fill(desk, address, {"decision": "keep_first", "reason": "short"}, status=422)
    page = fill(desk, address, {"decision": "keep_first", "reason": WHY})
    assert "One listing of two" in page.text and WHY in page.text
    assert waiting(session) == []
    merge = session.scalars(select(ListingMerge)).one()
    assert signed_in(app, None).client.get(f"/practitioners/{slug}").status_code == 301
    fill(desk, address, {"undo-reason": "It was her sister after all."}, to=f"/moderation/merges/{merge.id}/undo")
    assert "It was her sister after all." in desk.get(address).text
    assert signed_in(app, None).client.get(f"/practitioners/{slug}").status_code == 200
    assert waiting(session) == []  # nobody can tell, until something changes
    session.get_one(Listing, other.id).phone = "+13235550143"
    find_duplicates(session, at=NOW)
    session.commit()
    assert waiting(session) == [(one.id, other.id)]


@pytest.mark.parametrize("turned", [False, True])
def test_different_people_are_different_from_both_sides_for_good(
    app: Flask, session: Session, mo: Account, turned: bool
) -> None:
    one, other = listed_twice(session)
    ids = (other.id, one.id) if turned else (one.id, other.id)
    fill(
        signed_in(app, mo),
        f"/moderation/duplicates/{ids[0]}/{ids[1]}",
        {"decision": "different", "reason": "Mother and daughter; both answered the phone."},
    )
    assert waiting(session) == []
    session.get_one(Listing, other.id).npi = "1234567893"
    session.get_one(Listing, one.id).npi = "1234567893"
    session.commit()
    assert find_duplicates(session, at=NOW)["pairs"] == 0
    said = session.scalars(select(ListingJudgement)).one()
    assert (said.low_id, said.high_id, said.judgement) == (one.id, other.id, Judgement.DIFFERENT)
    page = signed_in(app, mo).get(f"/moderation/duplicates/{ids[1]}/{ids[0]}")
    assert "different people" in page.text and "wait for a second moderator" in page.text


def test_a_claimed_listing_takes_two_moderators_and_its_owner_none(app: Flask, session: Session, mo: Account) -> None:
    ada, max_ = make_account(session), make_account(session, "max", role=Role.MODERATOR)
    one, other = listed_twice(session, owner=ada)
    address = f"/moderation/duplicates/{one.id}/{other.id}"
    desk = signed_in(app, mo)
    page = desk.get(address)
    assert [choice["value"] for choice in page.html.select("input[name=decision]")] == [
        "keep_first",
        "different",
        "unsure",
    ]
    fill(desk, address, {"decision": "keep_first", "reason": WHY})
    assert session.scalars(select(ListingMerge.state)).all() == [MergeState.PROPOSED]
    assert "you proposed this" in fill(desk, address, {"decision": "agree", "reason": WHY}, status=409).text
    assert "proposed" in desk.get("/moderation/duplicates").text
    fill(signed_in(app, max_), address, {"decision": "agree", "reason": WHY})
    session.rollback()
    assert session.scalars(select(ListingMerge.state)).all() == [MergeState.DONE]


@pytest.mark.parametrize(("who", "status"), [("ada", 404), ("signed out", 302), ("mo", 200)])
def test_pairs_are_for_moderators(app: Flask, session: Session, mo: Account, who: str, status: int) -> None:
    one, other = listed_twice(session)
    account = {"ada": make_account(session), "mo": mo}.get(who)
    session.commit()
    browser = signed_in(app, account)
    for path in ("/moderation/duplicates", f"/moderation/duplicates/{one.id}/{other.id}"):
        assert browser.client.get(path).status_code == status
    posted = browser.client.post(f"/moderation/duplicates/{one.id}/{other.id}", data={"decision": "keep_first"})
    assert posted.status_code in (302, 400, 404) and db.session.scalar(select(ListingMerge.id)) is None
    assert signed_in(app, mo).client.get(f"/moderation/duplicates/{one.id}/{one.id}").status_code == 404
