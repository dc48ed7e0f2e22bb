"""Checks by hand: what is not of that register is refused with the reason, and not kept."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models.credential import Credential
from directory.models.page_check import PageCheck
from tests import page_files
from tests.mhtml_files import chrome
from tests.views.page_checks.desk import CHECKED_FIRST, DCA, NM, RESULTS, WHOLE_PAGE, kept_files, latest_draft, upload
from tests.views.people import Visitor

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
