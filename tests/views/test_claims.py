"""Claiming a listing: the whole first claim from sign-up to the public page, and what must not happen on the way."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import audit
from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.notice import Notice
from directory.moderation import claims
from directory.moderation.claims import ClaimDecision, ClaimRefused, decide_claim, make_claim
from directory.rules.vocabulary import ClaimState, FlagKind, Grade, Outcome, Role
from scrapers.record import CredentialKind
from tests.conftest import NOW
from tests.makers import PASSWORD, make_account, make_credential, make_listing
from tests.views.people import Visitor, fill, signed_in

SAID = "It is my practice at 12 Lotus Road; the board has my number and the year 2011."


def mails_to(session: Session, email: str) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Notice.text).where(Notice.to == email).order_by(Notice.id)))


def open_kinds(session: Session, listing: Listing) -> set[FlagKind]:
    session.rollback()
    return set(session.scalars(select(Flag.kind).where(Flag.listing_id == listing.id, Flag.closed_at.is_(None))))


def claim_in(session: Session, listing: Listing, account: Account, **given: str) -> Claim:
    return make_claim(
        session, listing, account, **{"number": "", "jurisdiction": "", "statement": SAID, **given}, at=NOW
    )


# The whole way -------------------------------------------------------------------------------------------------------


def test_the_first_claim_from_signing_up_to_the_public_page(app: Flask, session: Session) -> None:
    listing = make_listing(session)
    license_ = make_credential(session, listing, number="AC 14725", number_key="14725")
    mo = make_account(session, "mo", role=Role.MODERATOR)
    session.commit()
    slug = listing.slug
    ada = Visitor(app)

    # Sign up, and confirm by the mail in the outbox.
    fill(ada, "/account/register", {"email": "ada@lotus.example", "password": "needles and blue tea"})
    link = re.search(r"http://127\.0\.0\.1:8000(/account/confirm/\S+)", mails_to(session, "ada@lotus.example")[0])
    assert link
    ada.get(link[1])
    fill(ada, "/account/login", {"email": "ada@lotus.example", "password": "needles and blue tea"})

    # Find herself, by number and by name.
    for asked in ("number=ac-14725", "number=14725&region=US-CA", "name=ottoline+vasquez+thorne"):
        assert f"/claim/{slug}" in ada.get(f"/account/find?{asked}").links()

    # Claim.
    fields = {"license_number": "AC 14725", "license_jurisdiction": "US-CA", "statement": SAID, "is_me": "y"}
    page = fill(ada, f"/claim/{slug}", fields)
    assert "Waiting for a moderator" in page.text
    assert not session.get_one(Listing, listing.id).is_claimed
    assert open_kinds(session, listing) == set()

    # A moderator decides.
    desk = signed_in(app, mo)
    address = next(link for link in desk.get("/moderation/claims").links() if re.search(r"/claims/\d+$", link))
    page = desk.get(address)
    assert "ada@lotus.example" in page.text and "AC 14725" in page.text and SAID in page.text
    fill(desk, address, {"decision": "approve", "reason": "Number and practice agree with the board's list."})
    session.rollback()
    listing = session.get_one(Listing, listing.id)
    assert listing.is_claimed and listing.insurance_asked_at and listing.training_asked_at
    assert "yours to look after" in mails_to(session, "ada@lotus.example")[-1]
    assert {FlagKind.INSURANCE_MISSING, FlagKind.TRAINING_MISSING} <= open_kinds(session, listing)

    # Describe the practice.
    own = f"/account/listing/{slug}"
    words = {"about": "Quiet rooms.\n\nTea afterwards.", "techniques": ["mei_zen", "facial_gua_sha"]}
    words |= {"languages": "English, Spanish", "price_session": "140", "price_currency": "USD", "price_sessions": "12"}
    words |= {"consultation": "free", "new_patients": "yes", "phone": "(323) 555-0142", "website": "lotus.example"}
    fill(ada, f"{own}/description", {**words, "cosmetic_since": "2014", "email": ""})
    place = {"practice_name": "Lotus", "street": "12 Lotus Road", "city": "Los Angeles", "region": "CA"}
    fill(ada, f"{own}/place", {**place, "postal_code": "90012", "country": "US"})

    # State insurance that leaves cosmetic work out, and training.
    policy = {"issuer": "Meridian Mutual", "issued_on": "2026-01-01", "expires_on": "2027-01-01"}
    fill(
        ada, f"{own}/insurance", {**policy, "cosmetic_scope": "excluded", "per_occurrence": "1000000", "aggregate": ""}
    )
    course = {"title": "Mei Zen Cosmetic Acupuncture", "issuer": "Mei Zen School", "hours_total": "60", "year": "2015"}
    fill(ada, f"{own}/training", {**course, "technique": "mei_zen"})

    # The public page has it as her statements; flags follow.
    public = Visitor(app).get(f"/practitioners/{slug}")
    for shown in ("Quiet rooms.", "Lotus Road", "(323) 555-0142", "Free consultation", "60 hours", "Mei Zen School"):
        assert shown in public.text, shown
    assert "stated by the practitioner" in public.text.lower()
    assert "$1,680" in public.text
    found = open_kinds(session, listing)
    assert {FlagKind.INSURANCE_EXCLUDES_COSMETIC, FlagKind.TRAINING_SELF_STATED} <= found
    assert not {FlagKind.INSURANCE_MISSING, FlagKind.TRAINING_MISSING} & found
    stated = session.execute(
        select(CredentialCheck.outcome, Evidence.grade)
        .join(Evidence, Evidence.id == CredentialCheck.evidence_id)
        .where(CredentialCheck.credential_id != license_.id)
    ).all()
    assert [tuple(row) for row in stated] == [(Outcome.STATED_ONLY, Grade.D)] * 2

    # She takes the policy back and states another, and the flag goes.
    fill(ada, f"{own}/insurance", {**policy, "cosmetic_scope": "covered", "per_occurrence": "", "aggregate": ""})
    assert FlagKind.INSURANCE_EXCLUDES_COSMETIC not in open_kinds(session, listing)
    assert audit.verify(session).sound


# Who may do what -----------------------------------------------------------------------------------------------------


@pytest.fixture
def claimed(session: Session) -> tuple[Account, Account, Account, Listing]:
    """Ada owns a listing, Ben another, Mo moderates."""
    ada, ben, mo = make_account(session), make_account(session, "ben"), make_account(session, "mo", role=Role.MODERATOR)
    listing = make_listing(session, claimed_by=ada)
    make_listing(session, claimed_by=ben)
    session.commit()
    return ada, ben, mo, listing


OWN_PAGES = ("", "/description", "/place", "/insurance", "/training")


@pytest.mark.parametrize("page", OWN_PAGES)
@pytest.mark.parametrize(("who", "status"), [("ada", 200), ("ben", 404), ("mo", 404), ("signed out", 302)])
def test_only_its_owner_sees_a_listings_own_pages(
    app: Flask, claimed: tuple[Account, Account, Account, Listing], page: str, who: str, status: int
) -> None:
    ada, ben, mo, listing = claimed
    account = {"ada": ada, "ben": ben, "mo": mo}.get(who)
    answer = signed_in(app, account).client.get(f"/account/listing/{listing.slug}{page}")
    assert answer.status_code == status


@pytest.mark.parametrize(("who", "status"), [("ben", 404), ("mo", 404), ("signed out", 302)])
def test_nobody_else_changes_a_listing(
    app: Flask, session: Session, claimed: tuple[Account, Account, Account, Listing], who: str, status: int
) -> None:
    _, ben, mo, listing = claimed
    browser = signed_in(app, {"ben": ben, "mo": mo}.get(who))
    page = browser.get("/account/find" if who != "signed out" else "/account/login")
    token = page.html.select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
    answer = browser.client.post(
        f"/account/listing/{listing.slug}/description", data={"csrf_token": token, "about": "Mine now."}
    )
    assert answer.status_code == status
    session.rollback()
    assert session.get_one(Listing, listing.id).about == ""


def test_an_owner_cannot_take_back_what_a_registry_says(
    app: Flask, session: Session, claimed: tuple[Account, Account, Account, Listing]
) -> None:
    ada, _, _, listing = claimed
    license_ = make_credential(session, listing)
    browser = signed_in(app, ada)
    page = browser.get(f"/account/listing/{listing.slug}")
    token = page.html.select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
    address = f"/account/listing/{listing.slug}/statements/{license_.id}/take-back"
    assert browser.client.post(address, data={"csrf_token": token}).status_code == 404
    session.rollback()
    assert session.get_one(Credential, license_.id).withdrawn_at is None


def test_an_owner_takes_their_own_statement_back(
    app: Flask, session: Session, claimed: tuple[Account, Account, Account, Listing]
) -> None:
    ada, _, _, listing = claimed
    own = f"/account/listing/{listing.slug}"
    browser = signed_in(app, ada)
    course = {"title": "Facial Renewal", "issuer": "A School", "hours_total": "24", "year": "2020", "technique": ""}
    fill(browser, f"{own}/training", course)
    session.rollback()
    stated = session.scalars(select(Credential).where(Credential.kind == CredentialKind.TRAINING_AWARD)).one()
    address = f"{own}/statements/{stated.id}/take-back"
    page = fill(browser, own, {}, to=address)
    assert "You have taken the statement back" in page.text
    session.rollback()
    assert session.get_one(Credential, stated.id).withdrawn_at == NOW
    assert FlagKind.TRAINING_MISSING in open_kinds(session, listing)


@pytest.mark.parametrize(
    ("page", "fields", "words"),
    [
        ("description", {"phone": "12"}, "a phone number with its area code"),
        ("description", {"languages": "English, Klingon"}, "not Klingon"),
        ("description", {"price_session": "a lot"}, "an amount"),
        ("description", {"website": "javascript:alert(1)"}, "a web address"),
        ("description", {"consultation": "perhaps"}, "Not a valid choice"),
        ("place", {"city": ""}, "Enter the town"),
        ("insurance", {"issuer": "Mutual", "expires_on": "soon", "cosmetic_scope": "covered"}, "last day of cover"),
        (
            "insurance",
            {"issuer": "M", "issued_on": "2027-01-01", "expires_on": "2026-01-01", "cosmetic_scope": "covered"},
            "after the first day",
        ),
        ("training", {"title": "", "issuer": "", "hours_total": "0", "year": "20"}, "name of the course"),
        ("training", {"title": "T", "issuer": "S", "hours_total": "9", "year": "2099", "technique": ""}, "a year"),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_rest_kept(
    app: Flask,
    claimed: tuple[Account, Account, Account, Listing],
    page: str,
    fields: dict[str, str],
    words: str,
) -> None:
    ada, _, _, listing = claimed
    defaults = {"price_currency": "USD", "consultation": "not_stated", "new_patients": "", "country": "US"}
    answer = fill(signed_in(app, ada), f"/account/listing/{listing.slug}/{page}", {**defaults, **fields}, status=422)
    assert words in answer.one(".error-summary").get_text()
    for name, value in fields.items():
        box = answer.html.select_one(f"input[type=text][name={name}]")
        if box is not None:
            assert box.get("value", "") == value


def test_an_owner_cannot_send_along_what_is_not_theirs_to_say(
    app: Flask, session: Session, claimed: tuple[Account, Account, Account, Listing]
) -> None:
    ada, ben, _, listing = claimed
    extra = {"given": "Somebody", "npi": "1234567893", "owner_id": str(ben.id), "credentials_text": "MD", "state": "x"}
    fields = {"price_currency": "USD", "consultation": "free", "new_patients": "", "about": "Fine."}
    fill(signed_in(app, ada), f"/account/listing/{listing.slug}/description", {**fields, **extra})
    session.rollback()
    listing = session.get_one(Listing, listing.id)
    assert (listing.given, listing.npi, listing.owner_id, listing.credentials_text) == ("Ottoline", None, ada.id, "")
    assert listing.about == "Fine."


# Claims as rows ------------------------------------------------------------------------------------------------------


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


# Leaving -------------------------------------------------------------------------------------------------------------


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
