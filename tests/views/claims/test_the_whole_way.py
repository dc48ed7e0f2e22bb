"""Claiming a listing, from signing up to the public page, and leaving again."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import audit
from directory.models.account import Account
from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.listing import Listing
from directory.rules.vocabulary import FlagKind, Grade, Outcome
from tests.makers import PASSWORD, make_account, make_credential, make_listing
from tests.views.claims.making import SAID, mails_to, open_kinds
from tests.views.people import Visitor, fill, signed_in

EMAIL = "ada@lotus.example"
POLICY = {"issuer": "Meridian Mutual", "issued_on": "2026-01-01", "expires_on": "2027-01-01"}


def test_the_first_claim_from_signing_up_to_the_public_page(app: Flask, session: Session, mo: Account) -> None:
    listing = make_listing(session)
    license_ = make_credential(session, listing, number="AC 14725", number_key="14725")
    session.commit()
    ada = Visitor(app)

    sign_up(session, ada)
    for asked in ("number=ac-14725", "number=14725&region=US-CA", "name=ottoline+vasquez+thorne"):
        assert f"/claim/{listing.slug}" in ada.get(f"/account/find?{asked}").links()

    claim(ada, listing.slug)
    assert not session.get_one(Listing, listing.id).is_claimed
    assert open_kinds(session, listing) == set()

    approve(signed_in(app, mo))
    session.rollback()
    assert listing.is_claimed and listing.insurance_asked_at and listing.training_asked_at
    assert "yours to look after" in mails_to(session, EMAIL)[-1]
    assert {FlagKind.INSURANCE_MISSING, FlagKind.TRAINING_MISSING} <= open_kinds(session, listing)

    describe(ada, listing.slug)
    state_without_cosmetic_work(ada, listing.slug)
    public = Visitor(app).get(f"/practitioners/{listing.slug}")
    for shown in ("Quiet rooms.", "Lotus Road", "(323) 555-0142", "Free consultation", "60 hours", "Mei Zen School"):
        assert shown in public.text, shown
    assert "stated by the practitioner" in public.text.lower()
    assert "$1,680" in public.text
    assert stated_checks(session, but=license_) == [(Outcome.STATED_ONLY, Grade.D)] * 2
    found = open_kinds(session, listing)
    assert {FlagKind.INSURANCE_EXCLUDES_COSMETIC, FlagKind.TRAINING_SELF_STATED} <= found
    assert not {FlagKind.INSURANCE_MISSING, FlagKind.TRAINING_MISSING} & found

    other = {**POLICY, "cosmetic_scope": "covered", "per_occurrence": "", "aggregate": ""}
    fill(ada, f"/account/listing/{listing.slug}/insurance", other)
    assert FlagKind.INSURANCE_EXCLUDES_COSMETIC not in open_kinds(session, listing)
    assert audit.verify(session).sound


def sign_up(session: Session, ada: Visitor) -> None:
    """Confirmed by the mail in the outbox, and signed in."""
    fields = {"email": EMAIL, "password": "needles and blue tea"}
    fill(ada, "/account/register", fields)
    link = re.search(r"http://127\.0\.0\.1:8000(/account/confirm/\S+)", mails_to(session, EMAIL)[0])
    assert link
    ada.get(link[1])
    fill(ada, "/account/login", fields)


def claim(ada: Visitor, slug: str) -> None:
    fields = {"license_number": "AC 14725", "license_jurisdiction": "US-CA", "statement": SAID, "is_me": "y"}
    assert "Waiting for a moderator" in fill(ada, f"/claim/{slug}", fields).text


def approve(desk: Visitor) -> None:
    address = next(link for link in desk.get("/moderation/claims").links() if re.search(r"/claims/\d+$", link))
    page = desk.get(address)
    assert EMAIL in page.text and "AC 14725" in page.text and SAID in page.text
    fill(desk, address, {"decision": "approve", "reason": "Number and practice agree with the board's list."})


def describe(ada: Visitor, slug: str) -> None:
    words = {"about": "Quiet rooms.\n\nTea afterwards.", "techniques": ["mei_zen", "facial_gua_sha"]}
    words |= {"languages": "English, Spanish", "price_session": "140", "price_currency": "USD", "price_sessions": "12"}
    words |= {"consultation": "free", "new_patients": "yes", "phone": "(323) 555-0142", "website": "lotus.example"}
    fill(ada, f"/account/listing/{slug}/description", {**words, "cosmetic_since": "2014", "email": ""})
    place = {"practice_name": "Lotus", "street": "12 Lotus Road", "city": "Los Angeles", "region": "CA"}
    fill(ada, f"/account/listing/{slug}/place", {**place, "postal_code": "90012", "country": "US"})


def state_without_cosmetic_work(ada: Visitor, slug: str) -> None:
    """Insurance that leaves it out, and training."""
    policy = {**POLICY, "cosmetic_scope": "excluded", "per_occurrence": "1000000", "aggregate": ""}
    fill(ada, f"/account/listing/{slug}/insurance", policy)
    course = {"title": "Mei Zen Cosmetic Acupuncture", "issuer": "Mei Zen School", "hours_total": "60", "year": "2015"}
    fill(ada, f"/account/listing/{slug}/training", {**course, "technique": "mei_zen"})


def stated_checks(session: Session, *, but: Credential) -> list[tuple[Outcome, Grade]]:
    query = select(CredentialCheck.outcome, Evidence.grade).join(Evidence, Evidence.id == CredentialCheck.evidence_id)
    return list(session.execute(query.where(CredentialCheck.credential_id != but.id)).tuples())


@pytest.mark.parametrize("wish", ["keep", "remove"])
def test_a_practitioner_leaves_for_good(app: Flask, session: Session, wish: str) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada, about="Mine.", phone="+13235550142", street="12 Lotus Road")
    slug = listing.slug
    session.commit()
    browser = signed_in(app, ada)
    assert "Tick the box" in fill(browser, "/account/leave", {"remove_listings": wish}, status=422).text
    page = fill(browser, "/account/leave", {"remove_listings": wish, "is_meant": "y"})
    assert "Your account is closed" in page.text
    fill(Visitor(app), "/account/login", {"email": "ada@practice.example", "password": PASSWORD}, status=422)
    session.rollback()
    listing = session.get_one(Listing, listing.id)
    assert (listing.owner_id, listing.about, listing.phone) == (None, "", "")
    assert all(place.street == "" for place in listing.locations)
    status = Visitor(app).client.get(f"/practitioners/{slug}").status_code
    assert status == (404 if wish == "remove" else 200)
