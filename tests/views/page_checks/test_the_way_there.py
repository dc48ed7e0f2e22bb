"""Checks by hand: the way to a saved page, who may go it, and what becomes of the file."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models.credential import Credential
from directory.models.flag import Flag
from directory.models.page_check import PageCheck
from directory.rules.vocabulary import PageCheckState
from tests import page_files
from tests.makers import make_account
from tests.mhtml_files import chrome
from tests.views.page_checks.desk import DCA, RESULTS, TYPED, checks, kept_files, latest_draft, state, upload
from tests.views.people import Visitor, signed_in, token


def test_the_steps_lead_to_the_register_with_the_number_to_copy(browser: Visitor, hers: Credential) -> None:
    page = browser.get(f"/moderation/credentials/{hers.id}/by-hand")
    assert page.one("#number-to-copy")["value"] == "AC 99101" and page.one("#number-to-copy").has_attr("readonly")
    link = page.one("a[data-copies=number-to-copy]")
    assert link["href"] == "https://search.dca.ca.gov/" and link["target"] == "_blank"
    assert "License type Licensed Acupuncturist" in page.text and "restrictions or conditions" in page.text
    assert page.one("script[src*=page_check]")["integrity"].startswith("sha384-")
    assert page.one("form[enctype] input[type=file]")


def test_flags_lead_to_it_and_back_to_the_saved_page(
    app: Flask, session: Session, browser: Visitor, hers: Credential
) -> None:
    upload(browser, hers, chrome(RESULTS.replace("Current", "License Revoked"), DCA))
    state(browser, latest_draft(session), aware="y")
    flag = session.scalars(select(Flag).where(Flag.credential_id == hers.id)).first()
    assert flag is not None
    page = browser.get(f"/moderation/flags/{flag.id}")
    assert f"/moderation/credentials/{hers.id}/by-hand" in page.links()
    assert f"/moderation/page-checks/{latest_draft(session).id}" in page.links()


def test_a_registry_that_is_of_something_else_is_not_there(browser: Visitor, hers: Credential) -> None:
    browser.get(f"/moderation/credentials/{hers.id}/by-hand?registry=us_nm", status=404)
    browser.get("/moderation/credentials/999/by-hand", status=404)


@pytest.mark.parametrize("who", ["ada", None])
def test_nobody_else_gets_there(
    app: Flask, session: Session, browser: Visitor, hers: Credential, who: str | None
) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    draft = latest_draft(session)
    stranger = signed_in(app, make_account(session, who) if who else None)
    for path in (
        f"credentials/{hers.id}/by-hand",
        *(f"page-checks/{draft.id}{end}" for end in ("", "/file", "/picture")),
    ):
        assert stranger.client.get(f"/moderation/{path}").status_code == (404 if who else 302)
    for path in (f"credentials/{hers.id}/by-hand", f"page-checks/{draft.id}", f"page-checks/{draft.id}/drop"):
        assert stranger.client.post(f"/moderation/{path}").status_code in (302, 400, 404)
    assert latest_draft(session).state is PageCheckState.DRAFT


def test_without_the_token_nothing_is_taken(session: Session, browser: Visitor, hers: Credential) -> None:
    answer = browser.client.post(
        f"/moderation/credentials/{hers.id}/by-hand", data={"page": (BytesIO(RESULTS.encode()), "p.html")}
    )
    assert answer.status_code == 400
    assert session.scalar(select(func.count()).select_from(PageCheck)) == 0


def test_a_strangers_page_is_shown_as_text_and_served_as_a_file(
    session: Session, browser: Visitor, hers: Credential
) -> None:
    nasty = RESULTS.replace("<body>", "<body><script>alert(1)</script><p>&lt;img src=x onerror=alert(2)&gt;</p>")
    page = upload(browser, hers, chrome(nasty, DCA))
    assert "<img src=x onerror" not in page.response.get_data(as_text=True)
    assert "<img src=x onerror=alert(2)>" in page.one(".page-text").get_text()
    answer = browser.client.get(f"/moderation/page-checks/{latest_draft(session).id}/file")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; ") and answer.data == chrome(nasty, DCA)
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_screenshot_is_shown_written_anew(session: Session, browser: Visitor, in_new_mexico: Credential) -> None:
    upload(browser, in_new_mexico, page_files.picture("JPEG"))
    answer = browser.client.get(f"/moderation/page-checks/{latest_draft(session).id}/picture")
    assert answer.mimetype == "image/png" and b"secret" not in answer.data and answer.data.startswith(b"\x89PNG")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_dropped_page_is_not_kept(session: Session, browser: Visitor, hers: Credential) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    path = f"/moderation/page-checks/{latest_draft(session).id}"
    page = browser.post(f"{path}/drop", {"csrf_token": token(browser, path)})
    assert "Dropped" in page.text and kept_files("waiting") == [] and checks(session) == []
    assert browser.client.get(f"{path}/file").status_code == 404
    assert latest_draft(session).read == {}


def test_the_list_says_what_waits_and_what_is_due(
    session: Session, browser: Visitor, in_new_mexico: Credential
) -> None:
    page = browser.get("/moderation/by-hand")
    assert "1234" in page.text and "never looked up" in page.text
    upload(browser, in_new_mexico, page_files.picture())
    waiting = browser.get("/moderation/by-hand").text
    assert "waits for your word" in waiting and "us_nm" not in waiting
    state(browser, latest_draft(session), **TYPED, aware="y")
    page = browser.get("/moderation/by-hand")
    assert "Nothing is due" in page.text and "waits for your word" not in page.text
