"""A check by hand in a real browser: pages saved by Chromium itself, with script and without, at every width."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.models.credential import Credential, CredentialCheck
from directory.models.page_check import PageCheck
from directory.moderation import page_checks
from directory.moderation.uploaded_pages import open_upload
from directory.registries import registries
from directory.rules.vocabulary import Outcome, PageKind, Role
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing
from tests.mhtml_files import chrome
from tests.page_files import picture
from tests.pages.conftest import Serve
from tests.pages.looks import WIDTHS, opened, settled, sign_in, troubles

pytestmark = pytest.mark.browser

RESULTS = (Path(__file__).parent.parent / "registries/us_ca/recording/results.html").read_text(encoding="utf-8")
ADDRESS = "https://search.dca.ca.gov/results"
HELD = {"US-CA": "99101", "US-NM": "1234"}


@pytest.fixture(scope="module")
def desk(serve: Serve) -> tuple[str, Flask]:
    """A site with Wren's two licenses, a moderator, and pages that wait: one read, one to be typed."""
    return serve(_fill)


def _fill(session: Session, _folder: Path) -> None:
    mo = make_account(session, "mo", role=Role.MODERATOR)
    for name, city in (("wren", "Fresno"), ("other", "Taos")):
        listing = make_listing(session, slug=name, given="Wren", family="Holloway", family_key="holloway", city=city)
        for place, number in HELD.items():
            make_credential(session, listing, jurisdiction=place, number=number, number_key=number)
    for place, registry, body in (("US-CA", "us_ca", chrome(RESULTS)), ("US-NM", "us_nm", picture())):
        held = session.scalars(select(Credential.id).where(Credential.jurisdiction == place)).first()
        subject = page_checks.subject_of(session, held or 0, now=NOW)
        assert subject is not None
        page_checks.take_upload(session, subject, registries.find_registry(registry), body, by=mo, at=NOW)
    session.commit()


def ids(app: Flask) -> dict[str, int]:
    """The credentials of the second listing, where nothing waits, by place."""
    with app.app_context():
        rows = db.session.execute(select(Credential.jurisdiction, Credential.id).order_by(Credential.id)).all()
        db.session.remove()
    return {row.jurisdiction: row.id for row in rows}


def saved_by_chromium(context: BrowserContext) -> dict[PageKind, bytes]:
    """The register's page as Chromium saves, prints and photographs it. Nothing is asked over the network."""
    page = context.new_page()
    page.route("**/*", lambda route: route.abort())
    page.route(ADDRESS, lambda route: route.fulfill(body=RESULTS, content_type="text/html; charset=utf-8"))
    page.goto(ADDRESS)
    snapshot = context.new_cdp_session(page).send("Page.captureSnapshot", {"format": "mhtml"})["data"]
    saved = {
        PageKind.MHTML: snapshot.encode("utf-8", "surrogateescape"),
        PageKind.PDF: page.pdf(),
        PageKind.PNG: page.screenshot(full_page=True),
        PageKind.JPEG: page.screenshot(type="jpeg"),
        PageKind.HTML: page.content().encode(),
    }
    page.close()
    return saved


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_of_a_check_by_hand_has_a_violation_or_spills_over(
    chromium: Browser, desk: tuple[str, Flask], width: int, shots: Path | None
) -> None:
    site, app = desk
    found = []
    with opened(chromium, width) as context:
        page = context.new_page()
        sign_in(page, site, "mo")
        looked_up = [f"credentials/{number}/by-hand" for number in ids(app).values()]
        for path in ("by-hand", *looked_up, "page-checks/1", "page-checks/2"):
            settled(page, f"{site}/moderation/{path}")
            found += troubles(page, re.sub("[^a-z0-9]+", "-", path), shots)
    assert found == []


def test_what_chromium_saves_is_known_for_what_it_is(chromium: Browser) -> None:
    context = chromium.new_context()
    saved = saved_by_chromium(context)
    context.close()
    opened = {kind: open_upload(body) for kind, body in saved.items()}
    assert {kind: each.kind for kind, each in opened.items()} == {kind: kind for kind in saved}
    assert opened[PageKind.MHTML].saved_from == ADDRESS and opened[PageKind.MHTML].saved_at is not None
    assert all("HOLLOWAY, WREN ADAIR" in opened[kind].text for kind in (PageKind.MHTML, PageKind.HTML, PageKind.PDF))


def test_from_the_number_on_the_clipboard_to_the_recorded_check(
    chromium: Browser, desk: tuple[str, Flask], tmp_path: Path
) -> None:
    site, app = desk
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    file = tmp_path / "results.mhtml"
    body = saved_by_chromium(context)[PageKind.MHTML]
    file.write_bytes(body)
    page = context.new_page()
    sign_in(page, site, "mo")
    page.goto(f"{site}/moderation/credentials/{ids(app)['US-CA']}/by-hand")
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("99101 is on the clipboard").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "99101"
    page.get_by_label("The saved page").set_input_files(file)
    page.get_by_text("Chosen: results.mhtml").wait_for()
    page.get_by_role("button", name="Read the page").click()
    assert page.get_by_label("Name", exact=True).input_value() == "HOLLOWAY, WREN ADAIR"
    _stated_at_noon(page)
    page.get_by_role("button", name="Record this").click()
    if page.locator(".doubts").count():  # Chromium's own clock is not the site's
        page.get_by_label(re.compile("I have looked at these points")).check()
        page.get_by_role("button", name="Record this").click()
    assert "Recorded, with the page as its evidence." in page.inner_text("main")
    context.close()
    with app.app_context():
        check = db.session.scalars(select(CredentialCheck).order_by(CredentialCheck.id.desc())).first()
        assert check is not None and check.outcome is Outcome.CONFIRMED
        db.session.remove()


def test_without_script_the_number_is_there_to_copy_and_a_picture_to_type_from(
    chromium: Browser, desk: tuple[str, Flask], tmp_path: Path
) -> None:
    site, app = desk
    context = chromium.new_context(java_script_enabled=False)
    file = tmp_path / "screen.png"
    file.write_bytes(picture(size=(500, 300)))
    page = context.new_page()
    sign_in(page, site, "mo")
    page.goto(f"{site}/moderation/credentials/{ids(app)['US-NM']}/by-hand")
    assert page.get_by_label("Number").input_value() == "1234"
    assert not page.get_by_role("button", name="Copy").is_visible()
    page.get_by_label("The saved page").set_input_files(file)
    page.get_by_role("button", name="Read the page").click()
    page.get_by_label("This person's record").check()
    page.get_by_label("Number").fill("1234")
    page.get_by_label("Name", exact=True).fill("Wren Holloway")
    page.get_by_label("Standing, in the register's words").fill("Active")
    page.get_by_label("What these words mean").select_option("active")
    _stated_at_noon(page)
    page.get_by_role("button", name="Record this").click()
    assert "Look at these points" in page.inner_text(".error-summary")
    page.get_by_label(re.compile("I have looked at these points")).check()
    page.get_by_role("button", name="Record this").click()
    assert "Recorded, with the page as its evidence." in page.inner_text("main")
    context.close()
    with app.app_context():
        assert db.session.scalars(select(PageCheck).where(PageCheck.kind == PageKind.PNG)).all()
        db.session.remove()


def _stated_at_noon(page: Page) -> None:
    page.get_by_label(re.compile("^Saved at")).fill("2026-11-22T11:30")
