"""Checks by hand: a saved page becomes a check with its evidence once a person says what it says, and only then."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory import audit
from directory.models.account import Account
from directory.models.audit import AuditLine
from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.flag import Flag
from directory.models.page_check import PageCheck
from directory.rules.vocabulary import FlagKind, Grade, Outcome, PageCheckState, Role
from scrapers.record import Method
from tests import page_files
from tests.makers import make_account, make_credential, make_listing
from tests.mhtml_files import chrome
from tests.views.people import Visitor, fill, signed_in, token

RESULTS = (Path(__file__).parent.parent / "registries/us_ca/recording/results.html").read_text(encoding="utf-8")
DCA = "https://search.dca.ca.gov/results"
NM = "https://nmrldlpi.my.site.com/bcd/s/public-search-license-division"
EARLIER, NOON = "2026-11-22T10:15", "2026-11-22T11:15"
WHOLE_PAGE = "<!doctype html><html><head><title>Search</title></head><body><main>{}</main></body></html>"
CHECKED_FIRST = (
    "<!doctype html><html><head><title>{title}</title></head><body><main><p>{words}</p></main></body></html>"
)
NOBODY = WHOLE_PAGE.format("<p>Your search for license number 99101 has returned no results. Please try again.</p>")


@pytest.fixture
def browser(app: Flask, mo: Account) -> Visitor:
    return signed_in(app, mo)


@pytest.fixture
def hers(session: Session) -> Credential:
    """Wren's California license."""
    listing = make_listing(session, slug="wren", given="Wren", family="Holloway", family_key="holloway")
    return make_credential(session, listing, number="AC 99101", number_key="99101")


@pytest.fixture
def in_new_mexico(session: Session) -> Credential:
    """A license that no program can look up."""
    listing = make_listing(session, slug="nm", given="Wren", family="Holloway", family_key="holloway")
    return make_credential(session, listing, jurisdiction="US-NM", number="1234", number_key="1234")


def upload(browser: Visitor, credential: Credential, body: bytes, *, name: str = "page.bin", status: int = 200) -> Any:
    path = f"/moderation/credentials/{credential.id}/by-hand"
    return fill(browser, path, {"page": (BytesIO(body), name)}, status=status, content_type="multipart/form-data")


def latest_draft(session: Session) -> PageCheck:
    session.rollback()
    return session.scalars(select(PageCheck).order_by(PageCheck.id.desc())).first() or pytest.fail("no draft")


def state(browser: Visitor, check: PageCheck, *, status: int = 200, **said: Any) -> Any:
    """Fills in what the page says. Values that the page offers stay unless given."""
    path = f"/moderation/page-checks/{check.id}"
    page = browser.get(path)
    form = page.html.select_one(f"form[action='{path}']")
    assert form is not None, page.text
    fields: dict[str, Any] = {}
    for tag in form.select("input[name]"):
        if tag.get("type") in ("radio", "checkbox") and not tag.has_attr("checked"):
            continue
        fields[str(tag["name"])] = str(tag.get("value", ""))
    fields |= {str(tag["name"]): tag.get_text().strip() for tag in form.select("textarea")}
    fields |= {
        str(tag["name"]): str(chosen["value"])
        for tag in form.select("select")
        if (chosen := tag.select_one("option[selected]") or tag.select_one("option"))
    }
    return browser.post(path, {**fields, **said}, status=status)


def checks(session: Session) -> list[CredentialCheck]:
    session.rollback()
    return list(session.scalars(select(CredentialCheck).order_by(CredentialCheck.id)))


def kept_files(folder: str) -> list[Path]:
    root = Path(current_app.config["STORAGE_URL"]) / folder
    return [path for path in root.rglob("*") if path.is_file() and path.suffix != ".json"]


TYPED = {
    "found": "shown",
    "number": "1234",
    "name": "Wren Holloway",
    "standing_raw": "Active",
    "standing": "active",
    "expires_on": "2027-07-31",
    "retrieved_at": NOON,
}


# The way there -------------------------------------------------------------------------------------------------------


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


# What is read and confirmed ------------------------------------------------------------------------------------------


def test_what_the_reader_read_is_confirmed_and_becomes_evidence(
    session: Session, browser: Visitor, hers: Credential, mo: Account
) -> None:
    body = chrome(RESULTS, DCA)
    page = upload(browser, hers, body)
    assert "one of 4 people" in page.text and "TANAKA" not in str(latest_draft(session).read)
    assert page.one("#retrieved_at")["value"].startswith(NOON)
    page = state(browser, latest_draft(session))
    assert "Recorded, with the page as its evidence." in page.text
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


# What does not fit ---------------------------------------------------------------------------------------------------


def test_another_number_needs_an_explicit_decision_and_is_then_a_question(
    session: Session, browser: Visitor, hers: Credential
) -> None:
    hers.number, hers.number_key = "AC 55555", "55555"
    page = upload(browser, hers, chrome(RESULTS, DCA))
    assert "Nobody on the page has the number AC 55555" in page.text
    said = {**TYPED, "number": "99101", "standing_raw": "Current"}
    page = state(browser, latest_draft(session), **said, aware="y", status=422)
    assert "The listing gives the number AC 55555, you state 99101." in page.text and checks(session) == []
    again = {**said, "aware": "y", "seen": page.one("#seen")["value"]}
    state(browser, latest_draft(session), **again)
    assert checks(session)[0].outcome is Outcome.AMBIGUOUS


def test_another_name_is_a_question_unless_somebody_knows_the_person(
    session: Session, browser: Visitor, hers: Credential
) -> None:
    upload(browser, hers, chrome(RESULTS.replace("HOLLOWAY, WREN ADAIR", "QUARLES, BENEDETTA"), DCA))
    page = state(browser, latest_draft(session), status=422)
    assert "“QUARLES, BENEDETTA” is not the name on the listing." in page.text
    page = state(browser, latest_draft(session), same_person="y", status=409)
    assert "how you know" in page.text
    state(browser, latest_draft(session), same_person="y", note="She married in May; the board wrote so.")
    assert checks(session)[0].outcome is Outcome.CONFIRMED and checks(session)[0].name_agrees is None


def test_what_differs_from_what_was_read_is_asked_about(session: Session, browser: Visitor, hers: Credential) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    page = state(browser, latest_draft(session), expires_on="2029-03-31", status=422)
    assert "The reader read “2027-03-31” as the last day, you state “2029-03-31”." in page.text


def test_a_page_older_than_the_last_look_says_nothing_new(session: Session, browser: Visitor, hers: Credential) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    state(browser, latest_draft(session))
    upload(browser, hers, chrome(RESULTS.replace("Current", "License Revoked"), DCA))
    page = state(browser, latest_draft(session), retrieved_at=EARLIER, status=409)
    assert "looked at later than that" in page.text and len(checks(session)) == 1


def test_a_page_whose_file_is_gone_is_told_in_words(session: Session, browser: Visitor, hers: Credential) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    for file in (*kept_files("waiting"), *kept_files("captures")):
        file.unlink()
    page = state(browser, latest_draft(session), status=409)
    assert "is not kept any more" in page.text and "Errno" not in page.text


# Nobody found --------------------------------------------------------------------------------------------------------


def test_nobody_found_is_told_with_the_page_and_flags_nobody_at_once(
    session: Session, browser: Visitor, hers: Credential
) -> None:
    page = upload(browser, hers, chrome(NOBODY, DCA))
    assert "does not know this page" in page.text
    state(browser, latest_draft(session), found="nobody", status=422)
    state(browser, latest_draft(session), found="nobody", aware="y")
    (check,) = checks(session)
    assert (check.outcome, check.misses) == (Outcome.NOT_FOUND, 1) and check.evidence_id is not None
    assert FlagKind.LICENSE_NOT_FOUND not in set(session.scalars(select(Flag.kind)))


def test_silence_of_a_register_whose_gaps_are_not_known_says_nothing(
    session: Session, browser: Visitor, in_new_mexico: Credential
) -> None:
    upload(browser, in_new_mexico, chrome(NOBODY, NM))
    state(browser, latest_draft(session), found="nobody", aware="y", retrieved_at=NOON)
    assert checks(session)[0].outcome is Outcome.COULD_NOT_CHECK


def test_nobody_found_on_a_page_that_shows_them_is_asked_about(
    session: Session, browser: Visitor, hers: Credential
) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    page = state(browser, latest_draft(session), found="nobody", status=422)
    assert "The page shows HOLLOWAY, WREN ADAIR with this number" in page.text and checks(session) == []


def test_without_a_page_nothing_can_be_stated(session: Session, browser: Visitor, hers: Credential) -> None:
    fill(browser, f"/moderation/credentials/{hers.id}/by-hand", {}, status=422)
    assert session.scalar(select(func.count()).select_from(PageCheck)) == 0


# Refused -------------------------------------------------------------------------------------------------------------

CHALLENGE = (
    "<html><head><title>Just a moment...</title></head>"
    "<body>Verify you are human by completing the action below.</body></html>"
)
BASE = '<head><base href="https://elsewhere.example/">'
WEATHER = WHOLE_PAGE.format("<p>The weather of tomorrow will be fine, and warm in the south.</p>")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (chrome(RESULTS, "https://elsewhere.example/results"), "saved from elsewhere.example"),
        (RESULTS.replace("<head>", BASE).encode(), "saved from elsewhere.example"),
        (chrome(RESULTS, "https://search.dca.ca.gov.elsewhere.example/"), "saved from search.dca"),
        (chrome(CHALLENGE, DCA), "what stands before it"),
        (WEATHER.encode(), "does not look like a page"),
        (b"<html><meta charset='shift_jis'>\xff\xfe\xfd</html>", "letters of the page cannot be read"),
        (RESULTS[: len(RESULTS) // 2].encode(), "end of the page is missing"),
        (page_files.encrypted_pdf(), "encrypted"),
        (page_files.pdf("Verify you are human"), "what stands before it"),
        (b"GIF89a", "no saved page"),
    ],
)  # fmt: skip
def test_what_is_not_of_the_register_is_refused_with_the_reason_and_not_kept(
    session: Session, browser: Visitor, hers: Credential, body: bytes, reason: str
) -> None:
    page = upload(browser, hers, body, name="results.html", status=422)
    told = page.one(".error-summary").get_text()
    assert reason in told
    assert not re.search(r"us_ca|expected|selector|elements? fit|\.html|codec|Error", told)
    assert session.scalar(select(func.count()).select_from(PageCheck)) == 0
    assert kept_files("waiting") == [] and kept_files("captures") == []


def test_a_challenge_of_a_register_without_a_reader_is_refused_too(
    session: Session, browser: Visitor, in_new_mexico: Credential
) -> None:
    assert "what stands before it: a " in upload(browser, in_new_mexico, chrome(CHALLENGE, NM), status=422).text
    assert session.scalar(select(func.count()).select_from(PageCheck)) == 0


def test_a_challenge_that_only_its_markup_shows_is_refused_without_a_reader_and_an_address(
    session: Session, browser: Visitor, in_new_mexico: Credential
) -> None:
    wall = CHECKED_FIRST.format(title="Just a moment...", words="Checking your browser before you go on. Please wait.")
    assert "what stands before it: a Cl" in upload(browser, in_new_mexico, wall.encode(), status=422).text
    wall = CHECKED_FIRST.format(
        title="Search", words="<div class='g-recaptcha'></div>Tick the box to go on to the search."
    )
    assert "what stands before it: reCAPTCHA" in upload(browser, in_new_mexico, wall.encode(), status=422).text
    result = CHECKED_FIRST.format(
        title="Search", words="<div class='g-recaptcha'></div>Wren Holloway, number 1234, Active until July 2027."
    )
    upload(browser, in_new_mexico, result.encode() + b"<!-- -->")
    assert latest_draft(session).registry_id == "us_nm"


# The file ------------------------------------------------------------------------------------------------------------


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
