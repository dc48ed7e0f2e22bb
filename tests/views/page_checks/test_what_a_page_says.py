"""Checks by hand: what is read from a saved page, or typed, counts once a person says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory import audit, clock
from directory.models.account import Account
from directory.models.audit import AuditLine
from directory.models.credential import Credential, Evidence
from directory.models.page_check import PageCheck
from directory.rules.vocabulary import Grade, Outcome, Role
from scrapers.record import Method
from tests import page_files
from tests.makers import make_account, make_credential, make_listing
from tests.mhtml_files import chrome
from tests.views.page_checks.desk import (
    DCA,
    NM,
    NOON,
    RESULTS,
    TYPED,
    WHOLE_PAGE,
    checks,
    kept_files,
    latest_draft,
    state,
    upload,
)
from tests.views.people import Visitor, signed_in, token


def test_what_the_reader_read_is_confirmed_and_becomes_evidence(
    session: Session, browser: Visitor, hers: Credential, mo: Account
) -> None:
    body = chrome(RESULTS, DCA)
    page = upload(browser, hers, body)
    assert "one of 4 people" in page.text and "TANAKA" not in str(latest_draft(session).read)
    assert page.one("#retrieved_at")["value"].startswith(NOON)
    page = state(browser, latest_draft(session))
    assert "Recorded, with the page as its evidence." in page.text and "Valid until 31 March 2027" in page.text
    (check,) = checks(session)
    assert (check.outcome, check.standing_raw, str(check.expires_on)) == (Outcome.CONFIRMED, "Current", "2027-03-31")
    evidence = session.get_one(Evidence, check.evidence_id)
    assert (evidence.method, evidence.grade, evidence.checker_id) == (Method.SAVED_PAGE, Grade.A, mo.id)
    assert (evidence.url, evidence.retrieved_at.isoformat()) == (DCA, "2026-11-22T11:15:00+00:00")
    assert [path.name for path in kept_files("captures")] == [evidence.sha256]
    assert kept_files("captures")[0].read_bytes() == body and kept_files("waiting") == []
    line = session.scalars(select(AuditLine).where(AuditLine.action == "page confirmed")).one()
    assert line.after is not None and line.after["sha256"] == evidence.sha256
    assert audit.verify(session).sound


def test_nothing_counts_before_somebody_says_so(session: Session, browser: Visitor, hers: Credential) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    assert checks(session) == [] and session.scalar(select(func.count()).select_from(Evidence)) == 0
    assert kept_files("captures") == []


def test_twice_is_once(session: Session, browser: Visitor, hers: Credential) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    draft = latest_draft(session)
    path = f"/moderation/page-checks/{draft.id}"
    fields = {**TYPED, "csrf_token": token(browser, path), "number": "99101", "name": "HOLLOWAY, WREN ADAIR"}
    fields |= {"standing_raw": "Current", "expires_on": "2027-03-31"}
    browser.post(path, fields)
    page = browser.post(path, fields)
    assert "nothing was recorded twice" in page.text
    assert len(checks(session)) == 1
    assert "nothing was recorded twice" in browser.post(f"{path}/drop", {"csrf_token": fields["csrf_token"]}).text


def test_the_same_file_is_one_draft_whoever_uploads_it(
    app: Flask, session: Session, browser: Visitor, hers: Credential
) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    upload(signed_in(app, make_account(session, "may", role=Role.MODERATOR)), hers, chrome(RESULTS, DCA))
    session.rollback()
    assert session.scalar(select(func.count()).select_from(PageCheck)) == 1


def test_a_page_of_a_register_without_a_reader_is_typed(
    session: Session, browser: Visitor, in_new_mexico: Credential
) -> None:
    html = WHOLE_PAGE.format("<h1>License</h1><p>Wren Holloway, D.O.M., number 1234, Active until 7/31/2027.</p>")
    page = upload(browser, in_new_mexico, chrome(html, NM))
    assert "number 1234, Active until" in page.one(".page-text").get_text() and "Before it counts" not in page.text
    state(browser, latest_draft(session), **TYPED)
    (check,) = checks(session)
    assert (check.outcome, check.registry_id) == (Outcome.CONFIRMED, "us_nm")


@pytest.mark.parametrize(
    "body", [page_files.pdf("Wren Holloway 1234 Active"), page_files.picture(), page_files.picture("JPEG")]
)
def test_a_pdf_or_a_screenshot_says_nothing_of_where_it_is_from_so_somebody_must(
    session: Session, browser: Visitor, in_new_mexico: Credential, body: bytes
) -> None:
    page = upload(browser, in_new_mexico, body)
    assert "Nothing in the file says where it comes from" in page.text
    page = state(browser, latest_draft(session), **TYPED, status=422)
    assert checks(session) == []
    state(browser, latest_draft(session), **TYPED, aware="y")
    assert checks(session)[0].outcome is Outcome.CONFIRMED


def test_a_letter_is_a_letter(session: Session, browser: Visitor) -> None:
    listing = make_listing(session, slug="nc", given="Wren", family="Holloway", family_key="holloway")
    held = make_credential(session, listing, jurisdiction="US-NC", number="1234", number_key="1234")
    upload(browser, held, page_files.pdf("Dear sir, Wren Holloway 1234 is Active"))
    state(browser, latest_draft(session), **TYPED, aware="y")
    evidence = session.get_one(Evidence, checks(session)[0].evidence_id)
    assert evidence.method is Method.LETTER and evidence.checker_id is not None


def test_a_word_nobody_has_read_up_on_is_never_guessed(session: Session, browser: Visitor, hers: Credential) -> None:
    page = upload(browser, hers, chrome(RESULTS.replace("Current", "Current-ish"), DCA))
    assert page.one("#standing option[value='']") and not page.html.select("#standing option[selected]:not([value=''])")
    assert "Choose what the words mean" in state(browser, latest_draft(session), status=422).text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"standing_raw": "Delinquent", "standing": "active"}, "means “Expired or lapsed”"),
        ({"restrictions": "Supervision", "standing": "active"}, "with restrictions"),
        ({"standing_raw": ""}, "register's own words"),
        ({"name": ""}, "Enter the name"),
        ({"found": ""}, "Say whether"),
        ({"retrieved_at": "2026-11-22T12:01"}, "in the future"),
        ({"retrieved_at": ""}, "Enter day and time"),
        ({"expires_on": "2020-01-01", "issued_on": "2021-01-01"}, "after the one of issue"),
    ],
)
def test_what_cannot_be_is_not_recorded(
    session: Session, browser: Visitor, hers: Credential, said: dict[str, str], told: str
) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    page = state(browser, latest_draft(session), **{**said, "aware": "y"}, status=409 if "future" in told else 422)
    assert told in page.text and checks(session) == []


def test_a_page_that_does_not_say_when_it_was_saved_counts_from_its_upload_not_from_when_it_is_looked_at(
    session: Session, browser: Visitor, in_new_mexico: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(browser, in_new_mexico, page_files.picture())
    draft = latest_draft(session)
    monkeypatch.setattr(clock, "utc_now", lambda: draft.uploaded_at + timedelta(hours=5))
    value = browser.get(f"/moderation/page-checks/{draft.id}").one("#retrieved_at")["value"]
    assert str(value) == draft.uploaded_at.strftime("%Y-%m-%dT%H:%M")
