"""What places ask, for everybody: a page for each, calm words, sources, and what nobody has checked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from directory import clock
from directory.rules.requirements import known_jurisdictions
from directory.rules.wording import BANNED_WORDS
from directory.views.requirement_words import number_in_words
from tests.browser import Browser
from tests.invented_listings import make_neighborhood


def test_the_index_links_every_place_and_each_has_its_page(browser: Browser, session: Session) -> None:
    linked = {link for link in browser.get("/requirements").links() if link.startswith("/requirements/")}
    assert linked == {f"/requirements/{code.lower()}" for code in known_jurisdictions()}
    for link in sorted(linked):
        page = browser.get(link)
        assert page.one("h1") and "not legal advice" in page.text
        words = set(page.text.lower().split())
        assert not words & set(BANNED_WORDS), link


@pytest.mark.parametrize(
    "code, told",
    [
        (
            "us-ca",
            (
                "Asks for a license",
                "dentist, podiatrist may needle under that license",
                "Bus. & Prof. Code 4935(b)",
                "own",
            ),
        ),
        ("us-ny", ("acupuncture certificate of the State Education Department", "Education Law 8214", "NYSED")),
        ("us-al", ("Issues no acupuncture license", "only credential there")),
        ("us-ms", ("Not checked", "Nobody has checked what the law here asks", "Whether a license is asked for")),
        ("us-fl", ("$10,000 per claim / $30,000 aggregate", "covers cosmetic work")),
        ("us-wa", ("nurse not checked", "RCW 18.06.045(1)")),
        ("gb", ("Registers are voluntary", "invasive procedure")),
        ("ca-sk", ("Not checked", "no public register")),
    ],
)
def test_a_page_says_what_is_known_and_what_is_not(
    browser: Browser, session: Session, code: str, told: tuple[str, ...]
) -> None:
    text = browser.get(f"/requirements/{code}").text
    for words in told:
        assert words in text, words
    assert ("Read through on 22 November 2026" in text) == (code not in {"us-ms", "ca-sk"})


def test_a_page_whose_review_has_lapsed_says_so_and_answers_nothing(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2028, 1, 1, tzinfo=UTC))
    text = browser.get("/requirements/us-ca").text
    assert "Our last reading held until 22 November 2027" in text
    assert "Asks for a license" not in text and "may needle under that license" not in text


@pytest.mark.parametrize("asked, leads_to", [("US-CA", "us-ca"), ("au-nsw", "au"), ("GB", "gb")])
def test_other_spellings_lead_to_the_one_address(app: Flask, session: Session, asked: str, leads_to: str) -> None:
    answer = app.test_client().get(f"/requirements/{asked}")
    assert (answer.status_code, answer.location) == (301, f"/requirements/{leads_to}")


@pytest.mark.parametrize("asked", ["us-zz", "fr", "us"])
def test_a_place_that_is_not_in_the_pack_is_not_there(app: Flask, session: Session, asked: str) -> None:
    assert app.test_client().get(f"/requirements/{asked}").status_code == 404


def test_listings_results_and_how_we_check_link_what_the_place_asks(browser: Browser, session: Session) -> None:
    make_neighborhood(session)
    session.commit()
    assert "/requirements/us-ca" in browser.get("/practitioners/perpetua-lindqvist").links()
    assert "/requirements/us-al" in browser.get("/practitioners/magnolia-birdsong").links()
    assert "/requirements/us-ca" in browser.get("/search?near=90012").links()
    assert "/requirements" in browser.get("/how-we-check").links()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("AC #####", "AC, then 5 digits"),
        ("##-#####", "2 digits, then a hyphen, then 5 digits"),
        ("#######-1201", "7 digits, then -1201"),
        ("AC00### to AC#####", "AC00, then 3 digits, up to AC, then 5 digits"),
        ("001.0001000-like", "001.0001000"),
        ("", ""),
    ],
)
def test_the_form_of_a_number_is_told_in_words(form: str, words: str) -> None:
    assert number_in_words(form) == words
