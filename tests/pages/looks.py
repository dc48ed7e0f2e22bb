"""Looking at a page as people with small and large screens do, by day and by night, and with axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page

from tests.makers import PASSWORD

WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")
AA = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Between the schemes only colors differ (`tokens.css` and Pico ask for the scheme nowhere else): what any other rule
# finds in one it finds in both. So the second scheme is tried with the rules that look at colors.
COLORS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN = "async only => (await axe.run({runOnly: only, resultTypes: ['violations']})).violations"
WIDER = "document.documentElement.scrollWidth - innerWidth"
"""By how many pixels a page is wider than its screen."""


def opened(chromium: Browser, width: int) -> BrowserContext:
    """A window of that width. Nothing moves in it, so that a color is the final one at once."""
    return chromium.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")


def settled(page: Page, address: str) -> Page:
    """`page` at `address`, with its fonts there, so that widths are the final ones."""
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => true)")
    return page


def sign_in(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/account/login")
    page.get_by_label("E-mail address").fill(f"{name}@practice.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


def troubles(page: Page, name: str, shots: Path | None, schemes: tuple[str, ...] = SCHEMES) -> list[str]:
    """What is wrong with a page that is there, in each scheme: violations, and being wider than the screen."""
    return [
        f"{name}, {scheme}: {each}"
        for scheme, rules in _looks(page, name, shots, schemes)
        for each in violations(page, rules) + _wider(page)
    ]


def violations(page: Page, only: dict[str, Any] = AA) -> list[str]:
    """What axe finds on the page, each with the elements it is about."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{problem['id']}: {node['html']} ({node.get('failureSummary', '')})"
        for problem in page.evaluate(RUN, only)
        for node in problem["nodes"]
    ]


def _looks(page: Page, name: str, shots: Path | None, schemes: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The page in each scheme, with the rules to try; photographed where `shots` is a folder."""
    for scheme, rules in zip(schemes, (AA, COLORS), strict=False):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if shots:
            width = page.viewport_size["width"] if page.viewport_size else 0
            page.screenshot(path=shots / f"{name}-{width}-{scheme}.png", full_page=True)
        yield scheme, rules


def _wider(page: Page) -> list[str]:
    by = page.evaluate(WIDER)
    return [f"wider than the screen by {by}"] if by > 0 else []
