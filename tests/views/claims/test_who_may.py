"""Who may see and change a claimed listing, and what nobody may."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.account import Account
from directory.models.credential import Credential
from directory.models.listing import Listing
from directory.rules.vocabulary import FlagKind, Role
from scrapers.record import CredentialKind
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing
from tests.views.claims.making import open_kinds
from tests.views.people import fill, signed_in


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
