"""Signing up, confirming, signing in and out, resetting; and what a stranger cannot learn from any of it."""

from __future__ import annotations

import re
import time

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import create_app
from directory.accounts.accounts import close_account, find_account
from directory.accounts.passwords import is_guessed_first
from directory.extensions import db
from directory.models.account import Account
from directory.models.notice import Notice
from directory.rules.vocabulary import Role
from tests.makers import PASSWORD, make_account
from tests.views.people import Visitor, fill, signed_in

NEW = "three unlikely words"


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


def latest_mail(session: Session) -> Notice:
    session.rollback()
    return session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()


def link_in(mail: Notice) -> str:
    """The path of the link in a mail, which must lead to the site's own address."""
    found = re.search(r"http://127\.0\.0\.1:8000(/account/\S+)", mail.text)
    assert found, mail.text
    return found[1]


def sign_in(visitor: Visitor, email: str, password: str, *, status: int = 200) -> None:
    fill(visitor, "/account/login", {"email": email, "password": password}, status=status)


def is_in(visitor: Visitor) -> bool:
    return visitor.client.get("/account/").status_code == 200


def test_somebody_signs_up_confirms_signs_in_and_out(visitor: Visitor, session: Session) -> None:
    page = fill(visitor, "/account/register", {"email": "Ada@Practice.example", "password": NEW})
    assert "We have sent a mail to" in page.text
    sign_in(visitor, "ada@practice.example", NEW, status=422)
    assert not is_in(visitor)
    page = visitor.get(link_in(latest_mail(session)))
    assert "Your address is confirmed" in page.text
    sign_in(visitor, "ada@practice.example", NEW)
    assert is_in(visitor)
    fill(visitor, "/account/", {}, to="/account/logout")
    assert not is_in(visitor)


def test_a_copied_cookie_is_worth_nothing_after_signing_out(visitor: Visitor, app: Flask, session: Session) -> None:
    make_account(session)
    sign_in(visitor, "ada@practice.example", PASSWORD)
    thief = Visitor(app)
    thief.client._cookies.update(visitor.client._cookies)  # type: ignore[union-attr]
    assert is_in(thief)
    fill(visitor, "/account/", {}, to="/account/logout")
    assert not is_in(thief)


def test_a_link_to_confirm_works_once_and_a_broken_one_never(visitor: Visitor, session: Session) -> None:
    fill(visitor, "/account/register", {"email": "ada@practice.example", "password": NEW})
    link = link_in(latest_mail(session))
    visitor.get(link)
    assert "confirmed already" in visitor.get(link).text
    assert "not complete or was used before" in visitor.get(link[:-3] + "abc").text


def test_mails_lead_to_the_site_whatever_host_was_asked_for(visitor: Visitor, session: Session) -> None:
    make_account(session)
    page = visitor.get("/account/reset", base_url="http://localhost/")
    token = str(page.html.select_one("input[name=csrf_token]")["value"])  # type: ignore[index]
    fields = {"email": "ada@practice.example", "csrf_token": token}
    visitor.post("/account/reset", fields, base_url="http://localhost/")
    assert "localhost" not in latest_mail(session).text
    assert visitor.client.get("/account/reset", base_url="http://evil.example/").status_code == 400


def test_a_password_is_reset_by_a_link_that_works_once_and_ends_other_sessions(
    visitor: Visitor, app: Flask, session: Session
) -> None:
    ada = make_account(session)
    elsewhere = signed_in(app, ada)
    assert is_in(elsewhere)
    fill(visitor, "/account/reset", {"email": "ada@practice.example"})
    link = link_in(latest_mail(session))
    page = fill(visitor, link, {"password": NEW, "password_confirm": NEW})
    assert "Your password is changed" in page.text
    assert not is_in(elsewhere)
    assert "used before" in visitor.get(link).text
    sign_in(visitor, "ada@practice.example", NEW)
    assert is_in(visitor)


@pytest.mark.parametrize("who", ["known", "unknown", "not confirmed"])
def test_asking_for_a_reset_tells_nobody_who_has_an_account(visitor: Visitor, session: Session, who: str) -> None:
    account = make_account(session)
    if who == "not confirmed":
        account.confirmed_at = None
    email = "ada@practice.example" if who != "unknown" else "zoe@practice.example"
    page = fill(visitor, "/account/reset", {"email": email})
    assert page.text.replace(email, "EMAIL").count("If EMAIL has an account") == 1


def test_signing_up_with_a_known_address_looks_like_signing_up(visitor: Visitor, session: Session) -> None:
    make_account(session)
    known = fill(visitor, "/account/register", {"email": "ada@practice.example", "password": NEW})
    assert "It has an account already" in latest_mail(session).text
    new = fill(visitor, "/account/register", {"email": "zoe@practice.example", "password": NEW})
    without_token = re.compile(r'value="[^"]+"')
    same = [without_token.sub("", str(page.html)).replace("zoe@", "ada@") for page in (known, new)]
    assert same[0] == same[1]
    assert known.response.request.path == new.response.request.path


def test_a_wrong_password_and_a_wrong_address_look_the_same(visitor: Visitor, session: Session) -> None:
    make_account(session)
    make_account(session, "ben").confirmed_at = None
    words = set()
    for email in ("ada@practice.example", "zoe@practice.example", "ben@practice.example"):
        page = fill(visitor, "/account/login", {"email": email, "password": "wrong but long enough"}, status=422)
        words.add(page.text.replace(email, ""))
        assert page.one("#email")["value"] == email
    assert len(words) == 1


def test_an_unknown_address_costs_a_hash_as_a_wrong_password_does(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []
    monkeypatch.setattr("flask_security.forms.hash_password", hashed.append)
    fields = {"email": "zoe@practice.example", "password": "wrong but long enough"}
    fill(visitor, "/account/login", fields, status=422)
    assert hashed == ["wrong but long enough"]


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("eleven char", "at least 12 characters"),
        ("x" * 129, "at most 128 characters"),
        ("password1234567", "tried first"),
        ("aaaaaaaaaaaaaaaa", "tried first"),
        ("", "Enter a password"),
    ],
)
def test_a_password_that_will_not_do_is_said_in_words_and_the_address_kept(
    visitor: Visitor, password: str, words: str
) -> None:
    page = fill(visitor, "/account/register", {"email": "ada@practice.example", "password": password}, status=422)
    assert words in page.one(".error-summary").get_text()
    assert page.one("#email")["value"] == "ada@practice.example"


@pytest.mark.parametrize(
    "password", ["żółć i drzewo nad rzeką", "  spaces count too  ", "🪡 needle in a haystack", "a7c9" * 32]
)
def test_any_characters_will_do(visitor: Visitor, session: Session, password: str) -> None:
    fill(visitor, "/account/register", {"email": "ada@practice.example", "password": password})
    visitor.get(link_in(latest_mail(session)))
    sign_in(visitor, "ada@practice.example", password)
    assert is_in(visitor)


@pytest.mark.parametrize(("password", "guessed"), [("qwertyqwerty123!", True), ("my password is odd", False)])
def test_what_is_guessed_first(password: str, guessed: bool) -> None:
    assert is_guessed_first(password) is guessed


def test_signing_in_leads_back_but_never_to_another_site(visitor: Visitor, session: Session) -> None:
    make_account(session)
    page = visitor.get("/account/login?next=/account/find")
    token = str(page.html.select_one("input[name=csrf_token]")["value"])  # type: ignore[index]
    fields = {"email": "ada@practice.example", "password": PASSWORD, "csrf_token": token}
    bad = visitor.client.post("/account/login?next=//evil.example", data=fields)
    assert bad.status_code == 400
    assert visitor.client.get("/account/login?next=https://evil.example/").location == "/account/login"
    good = visitor.client.post("/account/login?next=/account/find", data=fields)
    assert good.location == "/account/find"


def test_a_password_is_changed_with_the_current_one(app: Flask, session: Session) -> None:
    browser = signed_in(app, make_account(session))
    fields = {"password": "not the current one", "new_password": NEW, "new_password_confirm": NEW}
    page = fill(browser, "/account/change", fields, status=422)
    assert "not your current password" in page.text
    page = fill(browser, "/account/change", {**fields, "password": PASSWORD})
    assert "Your password is changed" in page.text


def test_an_address_changes_when_the_new_one_is_confirmed(app: Flask, session: Session) -> None:
    browser = signed_in(app, make_account(session))
    fill(browser, "/account/change-email", {"email": "ada@new.example"})
    mail = latest_mail(session)
    assert mail.to == "ada@new.example"
    assert find_account(session, "ada@new.example") is None
    browser.get(link_in(mail))
    assert find_account(session, "ada@new.example") is not None


def test_a_form_without_its_token_does_nothing(app: Flask, session: Session) -> None:
    browser = signed_in(app, make_account(session))
    assert browser.client.post("/account/leave", data={"remove_listings": "keep", "is_meant": "y"}).status_code == 400


def test_a_second_step_is_set_up_and_asked_for(visitor: Visitor, app: Flask, session: Session) -> None:
    ada = make_account(session)
    browser = signed_in(app, ada)
    page = fill(browser, "/account/tf-setup", {"setup": "authenticator"})
    key = page.one("main code").get_text()
    form = page.html.select("main form")[-1]
    fields = {str(tag["name"]): str(tag["value"]) for tag in form.select("input[type=hidden]")}
    code = totp(key)
    browser.post(str(form["action"]), {**fields, "code": code})
    sign_in(visitor, "ada@practice.example", PASSWORD)
    assert not is_in(visitor)
    fill(visitor, "/account/tf-validate", {"code": "000000" if code != "000000" else "111111"}, status=422)
    assert not is_in(visitor)
    fill(visitor, "/account/tf-validate", {"code": totp(key)})
    assert is_in(visitor)


def totp(key: str) -> str:
    """The code that an authenticator app shows now (RFC 6238)."""
    import base64
    import hmac

    secret = base64.b32decode(key.replace("-", "").replace(" ", "").upper() + "=" * (-len(key.replace("-", "")) % 8))
    digest = hmac.new(secret, int(time.time() // 30).to_bytes(8, "big"), "sha1").digest()
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def test_in_production_whoever_moderates_must_have_a_second_step(app: Flask, session: Session) -> None:
    mo, ada = make_account(session, "mo", role=Role.MODERATOR), make_account(session)
    app.config["ENV"] = "production"
    assert mo.must_have_second_factor and not ada.must_have_second_factor
    visitor = Visitor(app)
    sign_in(visitor, "mo@practice.example", PASSWORD)
    assert not is_in(visitor)
    assert visitor.client.get("/account/tf-setup").status_code == 200


def test_a_closed_account_cannot_sign_in_and_its_address_is_free(visitor: Visitor, session: Session) -> None:
    ada = make_account(session)
    close_account(session, ada)
    sign_in(visitor, "ada@practice.example", PASSWORD, status=422)
    assert "@account.invalid" in session.get_one(Account, ada.id).email
    fill(visitor, "/account/register", {"email": "ada@practice.example", "password": NEW})
    assert find_account(session, "ada@practice.example") is not None


def test_guessing_is_slowed_for_an_address_from_one_place(
    database: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = {"ENV": "development", "DATABASE_URL": database, "SECRET_KEY": "t" * 40}
    app = create_app(settings, instance=tmp_path_factory.mktemp("limits"))
    visitor = Visitor(app)
    statuses = []
    page = visitor.get("/account/login")
    token = str(page.html.select_one("input[name=csrf_token]")["value"])  # type: ignore[index]
    for number in range(12):
        fields = {"email": "ada@practice.example", "password": f"wrong guess {number}", "csrf_token": token}
        statuses.append(visitor.client.post("/account/login", data=fields).status_code)
    with app.app_context():
        db.engine.dispose()
    assert statuses[:10] == [422] * 10
    assert statuses[10:] == [429, 429]
