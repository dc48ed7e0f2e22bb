"""The operators' commands about people: made without a password, given and taken roles, all of it in the log."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select

from directory.accounts.accounts import find_account
from directory.extensions import db
from directory.models.account import Account
from directory.models.audit import AuditLine
from tests.views.people import Visitor, fill, signed_in

NEW = "three unlikely words"


def run(app: Flask, *words: str, status: int = 0) -> str:
    told = app.test_cli_runner().invoke(args=["accounts", *words])
    assert told.exit_code == status, told.output
    return told.stdout


def test_the_first_moderator_chooses_a_password_by_a_link_that_works_once(app: Flask) -> None:
    made = json.loads(run(app, "create", "mo@practice.example", "--role", "moderator", "--json"))
    assert (made["email"], made["roles"]) == ("mo@practice.example", ["moderator"])
    with app.app_context():
        assert db.session.scalars(select(Account)).one().password is None
    path = made["password_link"].removeprefix("http://127.0.0.1:8000")
    visitor = Visitor(app)
    fill(visitor, path, {"password": NEW, "password_confirm": NEW})
    page = fill(visitor, "/account/login", {"email": "mo@practice.example", "password": NEW})
    assert page.path.startswith("/moderation/")
    assert "used before" in Visitor(app).get(path).text


def test_roles_are_given_and_taken(app: Flask) -> None:
    run(app, "create", "mo@practice.example")
    run(app, "role", "mo@practice.example", "moderator")
    run(app, "role", "MO@practice.example", "operator")
    listed = json.loads(run(app, "list", "--json"))
    assert listed == [{"email": "mo@practice.example", "roles": ["moderator", "operator"]}]
    with app.app_context():
        mo = find_account(db.session(), "mo@practice.example")
        assert mo is not None
        browser = signed_in(app, mo)
        assert browser.client.get("/moderation/").status_code == 200
    run(app, "role", "mo@practice.example", "moderator", "--take")
    run(app, "role", "mo@practice.example", "operator", "--take")
    assert browser.client.get("/moderation/").status_code == 302
    with app.app_context():
        actions = db.session.scalars(select(AuditLine.action).order_by(AuditLine.id)).all()
    assert actions == ["account created", "role given", "role given", "role taken", "role taken"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("create", "not an address"), 1),
        (("create", "mo@practice.example", "--role", "king"), 2),
        (("role", "nobody@practice.example", "moderator"), 1),
        (("password-link", "nobody@practice.example"), 1),
    ],
)
def test_what_cannot_be_done_says_so_by_its_exit_code(app: Flask, words: tuple[str, ...], status: int) -> None:
    run(app, *words, status=status)


def test_an_address_has_one_account_in_whatever_case(app: Flask) -> None:
    run(app, "create", "mo@practice.example")
    run(app, "create", "Mo@practice.example", status=1)
