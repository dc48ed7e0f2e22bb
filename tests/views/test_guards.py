"""Every route says who may use it, and what it says holds for everybody who tries."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.rules.vocabulary import Role
from directory.views.access import BY_FLASK_SECURITY, safe_next
from tests.makers import make_account
from tests.views.people import signed_in

# What Flask-Security guards itself: nothing else may be in its blueprint.
ITS_OWN = {
    *("change_email", "change_email_confirm", "change_password", "confirm_email", "forgot_password", "login", "logout"),
    *("mf_recovery", "mf_recovery_codes", "register", "reset_password", "send_confirmation", "tf_select"),
    *("two_factor_rescue", "two_factor_setup", "two_factor_setup_validate", "two_factor_token_validation", "verify"),
}
WITHOUT_GUARD = {"static", "assets.asset", "assets.favicon", "assets.robots"}


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        blueprint, _, name = rule.endpoint.rpartition(".")
        if blueprint == BY_FLASK_SECURITY:
            assert name in ITS_OWN, f"{rule} is new: read how Flask-Security guards it"
        elif rule.endpoint not in WITHOUT_GUARD:
            view = app.view_functions[rule.endpoint]
            assert getattr(view, "access", ""), f"{rule} does not say who may use it"


def test_moderators_pages_are_for_moderators_and_accounts_for_those_who_have_one(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.rule.startswith("/moderation"):
            assert view.access == "moderators", rule  # type: ignore[attr-defined]
        elif rule.rule.startswith("/account") and not rule.endpoint.startswith("security."):
            assert view.access == "signed in", rule  # type: ignore[attr-defined]


def test_no_view_that_reads_takes_a_post_and_the_other_way_round(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("security."):
            assert not {"GET", "POST"} <= (rule.methods or set()), f"{rule} reads and writes"


@pytest.mark.parametrize("path", [f"/moderation/{name}" for name in ("", "claims", "requests", "registries", "runs")])
@pytest.mark.parametrize(("who", "status"), [("signed out", 302), ("ada", 404), ("ben", 404), ("mo", 200), ("oz", 200)])
def test_moderation_is_not_there_for_others(app: Flask, session: Session, path: str, who: str, status: int) -> None:
    roles = {"mo": Role.MODERATOR, "oz": Role.OPERATOR}
    account = make_account(session, who, role=roles.get(who)) if who != "signed out" else None
    session.commit()
    answer = signed_in(app, account).client.get(path)
    assert answer.status_code == status
    if status == 302:
        assert answer.location.startswith("/account/login?next=")


def test_somebody_whose_role_was_taken_is_out_at_once(app: Flask, session: Session) -> None:
    from directory.accounts.accounts import take_role

    mo = make_account(session, "mo", role=Role.MODERATOR)
    session.commit()
    browser = signed_in(app, mo)
    assert browser.client.get("/moderation/").status_code == 200
    take_role(db.session(), mo, Role.MODERATOR)
    session.commit()
    assert browser.client.get("/moderation/").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", " //evil.example", "javascript:alert(1)", "http:/moderation", "/no/such/page", "", None,
        "security.logout", "/account/logout", "/moderation/\n", "/%0a/evil.example",
    ],
)  # fmt: skip
def test_nobody_is_sent_anywhere_but_to_a_page_of_ours(app: Flask, target: str | None) -> None:
    with app.test_request_context():
        assert safe_next(target, "/account/") == "/account/"


@pytest.mark.parametrize("target", ["/", "/moderation/", "/claim/ottoline?from=mail", "/account/find?number=AC%201"])
def test_pages_of_ours_are_fine(app: Flask, target: str) -> None:
    with app.test_request_context():
        assert safe_next(target, "/account/") == target
