"""Every public page in a real browser: no axe violation, nothing wider than the screen, nothing asked of others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy.orm import Session

from tests.invented_listings import make_crowd, make_neighborhood
from tests.pages.conftest import Serve
from tests.pages.looks import WIDER, WIDTHS, opened, settled, troubles

pytestmark = pytest.mark.browser

PATHS = {
    "home": "/",
    "search": "/search?near=90012",
    "filters": "/search?near=90012&within=50mi&certified=yes&price=200",
    "everybody": "/search",
    "nobody": "/search?near=Fresno%2C+CA&license=yes",
    "nowhere": "/search?near=xyzzy&price=many",
    "claimed": "/practitioners/ottoline-vasquez-thorne",
    "unclaimed": "/practitioners/perpetua-lindqvist",
    "unconfirmed": "/practitioners/cosimo-bellweather",
    "not-required": "/practitioners/magnolia-birdsong",
    "long-name": "/practitioners/long-name",
    "arabic": "/practitioners/layla",
    "evidence": "/practitioners/perpetua-lindqvist/evidence",
    "how": "/how-we-check",
    "registries": "/registries",
    "registry": "/registries/us_wa",
    "places": "/requirements",
    "place": "/requirements/us-ny",
    "place-unverified": "/requirements/us-ms",
    "place-abroad": "/requirements/gb",
    "questions": "/questions",
    "safety": "/safety",
    "corrections": "/corrections",
    "privacy": "/privacy",
    "credits": "/credits",
    "parts": "/parts",
    "missing": "/nothing-here",
    "claim": "/claim/perpetua-lindqvist",
    "report": "/practitioners/perpetua-lindqvist/report",
    "remove": "/practitioners/perpetua-lindqvist/remove",
    "sign-in": "/account/login",
    "sign-up": "/account/register",
}


@pytest.fixture(scope="module")
def site(serve: Serve) -> str:
    """The address of a site with a neighborhood and a crowd."""

    def fill(session: Session, _folder: Path) -> None:
        make_neighborhood(session)
        make_crowd(session, 25)

    return serve(fill)[0]


@pytest.fixture(params=WIDTHS, scope="module")
def window(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    with opened(chromium, request.param) as context:
        yield context


@pytest.mark.parametrize("name", PATHS)
def test_no_page_has_a_violation_or_spills_over(
    name: str, window: BrowserContext, site: str, shots: Path | None
) -> None:
    page = window.new_page()
    complaints, strangers = _listen(page, site)
    settled(page, site + PATHS[name])
    found = troubles(page, name, shots)
    page.close()
    assert found == []
    assert strangers == [], "asks somebody else"
    assert [line for line in complaints if name != "missing"] == []


@pytest.mark.parametrize("name", ["home", "search", "claimed", "evidence", "safety", "parts"])
def test_text_at_four_hundred_percent_still_fits(name: str, chromium: Browser, site: str) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 256})
    page = settled(context.new_page(), site + PATHS[name])
    assert page.evaluate(WIDER) <= 0
    context.close()


@pytest.mark.parametrize("name", ["home", "search", "claimed"])
def test_every_target_is_large_enough_and_focus_is_seen(name: str, chromium: Browser, site: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 900})
    page = settled(context.new_page(), site + PATHS[name])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(12):
        page.keyboard.press("Tab")
        seen = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert seen == "solid", page.evaluate("document.activeElement.outerHTML")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, input:not([type=hidden]), select, nav a, .verbs a')]
            .filter(e => e.offsetParent && e.getBoundingClientRect().height < 22).map(e => e.outerHTML)"""
    )
    assert small == []
    context.close()


def test_the_search_works_without_script_and_by_keyboard(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.get_by_label("Where?").fill("90012")
    page.get_by_label("License confirmed").check()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?near=90012&license=yes")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Acupuncturists near 90012")
    page.get_by_role("link", name="Perpetua Lindqvist").click()
    page.get_by_role("link", name="Find a practitioner").first.click()
    page.wait_for_url("**/search?near=90012&license=yes")
    assert context.cookies() == []
    context.close()


def test_states_are_told_apart_without_colors(chromium: Browser, site: str) -> None:
    context = chromium.new_context(forced_colors="active", reduced_motion="reduce")
    page = settled(context.new_page(), f"{site}/parts")
    words = page.locator(".state").all_inner_texts()
    signs = page.eval_on_selector_all(".state use", "all => all.map(use => use.getAttribute('href'))")
    assert len(set(words)) == len(set(signs)) == 5
    context.close()


def _listen(page: Page, site: str) -> tuple[list[str], list[str]]:
    """Lists that fill with the page's console errors and with requests to anybody but the site."""
    complaints: list[str] = []
    strangers: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith((site, "data:")) else strangers.append(asked.url))
    return complaints, strangers
