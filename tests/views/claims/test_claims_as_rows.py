"""Claims as rows: one at a time, decided once, disputed, taken back."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.claim import Claim
from directory.moderation import claims
from directory.moderation.claims import ClaimDecision, ClaimRefused, decide_claim
from directory.rules.vocabulary import ClaimState, Role
from tests.conftest import NOW
from tests.makers import make_account, make_listing
from tests.views.claims.making import SAID, claim_in, mails_to
from tests.views.people import Visitor, fill, signed_in


def test_a_stranger_reads_what_claiming_means_and_is_asked_to_sign_in(app: Flask, session: Session) -> None:
    listing = make_listing(session)
    session.commit()
    stranger = Visitor(app)
    page = stranger.get(f"/claim/{listing.slug}")
    assert "It is free" in page.text and not page.html.select("main form")
    assert f"/account/login?next=/claim/{listing.slug}" in page.links()
    assert stranger.client.get("/claim/nobody").status_code == 404


def test_one_person_has_one_open_claim_to_a_listing(app: Flask, session: Session) -> None:
    ada, listing = make_account(session), make_listing(session)
    session.commit()
    browser = signed_in(app, ada)
    fields = {"license_number": "", "license_jurisdiction": "", "statement": SAID, "is_me": "y"}
    fill(browser, f"/claim/{listing.slug}", fields)
    page = fill(browser, f"/claim/{listing.slug}", fields, status=422)
    assert "You have asked for this listing already" in page.text
    session.rollback()
    assert len(session.scalars(select(Claim)).all()) == 1


def test_approving_closes_the_claims_of_others_with_a_note(session: Session) -> None:
    ada, ben, mo = make_account(session), make_account(session, "ben"), make_account(session, "mo", role=Role.MODERATOR)
    listing = make_listing(session)
    first, second = claim_in(session, listing, ada), claim_in(session, listing, ben)
    assert decide_claim(session, first, ClaimDecision.APPROVE, reason="Agrees.", by=mo, at=NOW) is ClaimState.APPROVED
    session.commit()
    assert second.state is ClaimState.DENIED and "Another person's claim" in second.reason
    assert "Another person's claim" in mails_to(session, ben.email)[-1]


def test_an_owner_is_never_replaced_by_approving(session: Session) -> None:
    ada, ben, mo = make_account(session), make_account(session, "ben"), make_account(session, "mo", role=Role.MODERATOR)
    listing = make_listing(session)
    late = claim_in(session, listing, ben)
    listing.owner_id, listing.claimed_at = ada.id, NOW  # somebody else was given it meanwhile
    session.commit()
    assert decide_claim(session, late, ClaimDecision.APPROVE, reason="Agrees.", by=mo, at=NOW) is ClaimState.DISPUTED
    session.commit()
    assert listing.owner_id == ada.id
    assert "It stays yours" in mails_to(session, ada.email)[-1]


def test_a_dispute_is_settled_by_a_transfer_with_a_reason_and_both_are_told(session: Session) -> None:
    ada, ben, mo = make_account(session), make_account(session, "ben"), make_account(session, "mo", role=Role.MODERATOR)
    listing = make_listing(session, claimed_by=ada)
    claim = claim_in(session, listing, ben)
    assert claim.state is ClaimState.DISPUTED
    with pytest.raises(ClaimRefused, match="Deny the claim, or transfer"):
        decide_claim(session, claim, ClaimDecision.APPROVE, reason="Agrees.", by=mo, at=NOW)
    decide_claim(session, claim, ClaimDecision.TRANSFER, reason="The board confirmed Ben's number.", by=mo, at=NOW)
    session.commit()
    assert listing.owner_id == ben.id
    assert "The board confirmed Ben's number." in mails_to(session, ada.email)[-1]
    assert "yours to look after" in mails_to(session, ben.email)[-1]


def test_a_claim_is_decided_once_and_never_by_the_claimant(session: Session) -> None:
    ada, mo = make_account(session), make_account(session, "mo", role=Role.MODERATOR)
    listing, mine = make_listing(session), make_listing(session)
    claim, own = claim_in(session, listing, ada), claim_in(session, mine, mo)
    with pytest.raises(ClaimRefused, match="Somebody else"):
        decide_claim(session, own, ClaimDecision.APPROVE, reason="It is me.", by=mo, at=NOW)
    decide_claim(session, claim, ClaimDecision.DENY, reason="The number is another's.", by=mo, at=NOW)
    with pytest.raises(ClaimRefused, match="in the meantime"):
        decide_claim(session, claim, ClaimDecision.DENY, reason="Again.", by=mo, at=NOW)


def test_somebody_who_asks_for_many_listings_is_slowed(session: Session) -> None:
    ada = make_account(session)
    for _ in range(claims.MOST_A_DAY):
        claim_in(session, make_listing(session), ada)
    with pytest.raises(ClaimRefused, match="a day"):
        claim_in(session, make_listing(session), ada)


def test_a_claim_is_taken_back_by_its_claimant_only(app: Flask, session: Session) -> None:
    ada, ben, listing = make_account(session), make_account(session, "ben"), make_listing(session)
    claim = claim_in(session, listing, ada)
    session.commit()
    address = f"/account/claims/{claim.id}/withdraw"
    stranger = signed_in(app, ben)
    token = stranger.get("/account/").html.select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
    assert stranger.client.post(address, data={"csrf_token": token}).status_code == 404
    page = fill(signed_in(app, ada), "/account/", {}, to=address)
    assert "You have taken the claim back" in page.text
    session.rollback()
    assert session.get_one(Claim, claim.id).state is ClaimState.WITHDRAWN
