"""The pages to read: each is there, says what it must, and nothing it must not."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from directory.rules.freshness import DISPLAY_AGES
from directory.views import literature
from scrapers.record import CredentialKind
from tests.browser import Browser

PAGES = ("/how-we-check", "/registries", "/questions", "/safety", "/corrections", "/privacy", "/credits", "/parts")


@pytest.mark.parametrize("path", PAGES)
def test_each_page_stands(browser: Browser, session: Session, path: str) -> None:
    assert browser.get(path).one("h1")


def test_every_internal_link_of_the_public_pages_leads_somewhere(browser: Browser, session: Session) -> None:
    seen = {link for path in ("/", *PAGES[:-1]) for link in browser.get(path).links()}
    ours = {link.partition("#")[0] for link in seen if link.startswith("/")} - {""}
    for link in sorted(ours):
        browser.get(link)


def test_safety_claims_are_cited_and_notes_are_numbered_as_cited(browser: Browser, session: Session) -> None:
    page = browser.get("/safety")
    marks = [int(mark.get_text()) for mark in page.html.select(".cites a")]
    notes = page.html.select(".notes li")
    assert sorted({*marks}) == list(range(1, len(notes) + 1))
    first_uses = [mark for place, mark in enumerate(marks) if mark not in marks[:place]]
    assert first_uses == sorted(first_uses), "notes are numbered in the order of their first use"
    assert page.html.select_one('.notes a[href="https://doi.org/10.1111/jocd.70144"]')


def test_safety_says_what_must_not_be_left_out(browser: Browser, session: Session) -> None:
    text = browser.get("/safety").text
    for must in (
        "Do not stop a prescribed medicine",
        "12 weeks",
        "boxed warning",
        "NCBAHM",
        "9.31 %",
        "4.86 %",
        "sterile, single-use needles",
        "change in your vision",
        "Read through on 22 November 2026",
    ):
        assert must in text, must
    assert "0.003" not in text  # the paper's own slip


def test_a_source_that_is_not_known_stops_the_page() -> None:
    with pytest.raises(KeyError):
        literature.Notes().number("hearsay")


def test_how_we_check_promises_the_ages_that_the_rules_keep(browser: Browser, session: Session) -> None:
    page = browser.get("/how-we-check")
    rows = [(pair.dt, pair.dd) for pair in page.html.select(".facts div")]
    told = {kind: str(rule.text) for kinds, rule in rows if kinds and rule for kind in kinds.text.lower().split(", ")}
    for kind, age in DISPLAY_AGES.items():
        if kind is not CredentialKind.EXCLUSION:
            rule = told[kind.value.replace("_", " ")]
            assert rule.startswith(f"{age.days} days") if age else "days" not in rule
    assert len(page.html.select("#states ~ dl .state")) == 5
    assert "Alabama" in page.text and "14 days to reply" in page.text


def test_registries_say_that_they_were_not_read_yet(browser: Browser, session: Session) -> None:
    page = browser.get("/registries")
    groups = [heading.get_text() for heading in page.html.select("section.registries h2")]
    assert groups == ["Looked up only by a person", "Not read yet"]
    assert "read today" not in page.text
    told = browser.get("/registries/us_wa").text
    assert "Last accepted reading none yet" in told
    assert "nothing yet, and nothing will be before its terms are read" in told


def test_questions_are_nine(browser: Browser, session: Session) -> None:
    assert len(browser.get("/questions").html.select(".meridian--numbered h2")) == 9
