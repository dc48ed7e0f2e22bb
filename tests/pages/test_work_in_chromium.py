"""The pages of practitioners and moderators in a real browser, and the first claim by hand, without any script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.listings.listings import state_insurance, state_training
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.merge import ListingLikeness
from directory.models.notice import Notice
from directory.models.registry import RecordMatch, RegistryRun
from directory.moderation.claims import make_claim
from directory.moderation.corrections import make_request
from directory.registries.likely_duplicates import find_duplicates
from directory.rules.vocabulary import CosmeticScope, FlagKind, RequestKind, Role, RunState
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing
from tests.pages.conftest import Serve
from tests.pages.looks import WIDTHS, opened, settled, sign_in, troubles, violations
from tests.registry_files import Register, read_file, row
from tests.source_histories import stage_histories

pytestmark = pytest.mark.browser

CUT_OFF = """boxes => [...document.querySelectorAll(boxes)]
    .filter(box => box.scrollWidth > box.clientWidth).map(box => box.getAttribute('aria-label'))"""
"""Tables of which a part is out of sight until somebody scrolls sideways."""
WORDS = "The board has my number; the practice is at 12 Lotus Road since 2011."


@pytest.fixture(scope="module")
def desk(serve: Serve) -> tuple[str, Flask]:
    """A site with Ada's listing, Mo, and something of everything that waits."""
    return serve(_fill)


def _fill(session: Session, folder: Path) -> None:
    register = Register(folder)
    ada, ben, _mo = (
        make_account(session),
        make_account(session, "ben"),
        make_account(session, "mo", role=Role.MODERATOR),
    )
    hers = make_listing(session, slug="ottoline", claimed_by=ada, insurance_asked_at=NOW, training_asked_at=NOW)
    free = make_listing(session, slug="cosimo", given="Cosimo", family="Bellweather", family_key="bellweather")
    for number, listing in ((10001, hers), (10002, free)):
        make_credential(session, listing, number=f"AC {number}", number_key=f"{number}")
    scope = CosmeticScope.EXCLUDED
    state_insurance(session, hers, issuer="Mutual", expires_on=NOW.date(), cosmetic_scope=scope, by=ada, at=NOW)
    state_training(session, hers, title="Mei Zen", issuer="A School", hours_total=40, by=ada, at=NOW)
    make_claim(session, hers, ben, number="AC 1", jurisdiction="US-CA", statement=WORDS, at=NOW)
    for kind in RequestKind:
        make_request(session, free, kind, text=WORDS, email="zoe@home.example", at=NOW)
    for given in ("Ottilie", "O."):
        twice = make_listing(session, given=given, family="Marchbanks-Featherstonehaugh", phone="+13235550142")
        make_credential(session, twice, number="AC 10009", number_key="10009")
    find_duplicates(session, at=NOW)
    stage_histories(session, now=NOW)
    session.commit()
    crowd = [row(f"AC {11000 + number}", last=f"Thorne{chr(97 + number)}") for number in range(12)]
    found = [row("AC 10001", Status="Expired"), row("AC 10002", first="Benedetta", last="Quarles")]
    read_file(session, register, [*crowd, *found], at=NOW)
    read_file(session, register, found, at=NOW)


def addresses(app: Flask) -> dict[str, list[str]]:
    """The pages to look at, by who looks."""
    with app.app_context():
        expired = db.session.scalars(select(Flag.id).where(Flag.kind == FlagKind.LICENSE_EXPIRED)).one()
        mismatch = db.session.scalars(select(Flag.id).where(Flag.kind == FlagKind.LICENSE_NAME_MISMATCH)).one()
        match = db.session.scalars(select(RecordMatch.id).order_by(RecordMatch.score)).first()
        pair = db.session.execute(select(ListingLikeness.low_id, ListingLikeness.high_id)).first()
        assert pair is not None
        run = db.session.scalars(select(RegistryRun.id).where(RegistryRun.state == RunState.HELD)).one()
        db.session.remove()
    own = "/account/listing/ottoline"
    return {
        "ada": [
            *("/account/", "/account/find?number=10002", "/account/find?name=nobody", "/account/leave"),
            "/account/notices",
            *("/account/change", "/account/change-email", "/account/tf-setup", "/account/mf-recovery-codes"),
            *(own, f"{own}/description", f"{own}/place", f"{own}/insurance", f"{own}/training", "/claim/cosimo"),
        ],
        "mo": [
            *("/moderation/", "/moderation/?kind=exclusion_possible", f"/moderation/flags/{expired}"),
            *(f"/moderation/flags/{mismatch}", "/moderation/claims", "/moderation/claims/1", "/moderation/requests"),
            *("/moderation/requests/2", "/moderation/matches", f"/moderation/matches/{match}", "/moderation/runs"),
            *("/moderation/duplicates", f"/moderation/duplicates/{pair[0]}/{pair[1]}"),
            *(f"/moderation/runs/{run}", "/moderation/audit?verify=1", "/moderation/registries"),
            *(f"/moderation/registries/{registry}" for registry in ("us_wa", "us_co", "us_nj", "us_nd")),
        ],
    }


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("who", ["ada", "mo"])
def test_no_page_behind_the_sign_in_has_a_violation_or_spills_over(
    chromium: Browser, desk: tuple[str, Flask], who: str, width: int, shots: Path | None
) -> None:
    site, app = desk
    found = []
    with opened(chromium, width) as context:
        page = context.new_page()
        sign_in(page, site, who)
        for path in addresses(app)[who]:
            settled(page, site + path)
            hidden = page.evaluate(CUT_OFF, ".table-box" if width == 1280 else ".table-box:has(table.beside)")
            found += [f"{path}: cut off: {each}" for each in hidden]
            found += troubles(page, re.sub("[^a-z0-9]+", "-", path), shots)
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_errors_are_named_and_take_the_focus(chromium: Browser, desk: tuple[str, Flask], width: int) -> None:
    site, _ = desk
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    sign_in(page, site, "ada")
    page.goto(f"{site}/account/listing/ottoline/insurance")
    page.get_by_label("Insurer").fill("Meridian Mutual")
    page.get_by_role("button", name="State this insurance").click()
    # The browser moves the focus when it has drawn the page, which may be after it has loaded.
    page.wait_for_function("document.activeElement.className.includes('error-summary')")
    assert violations(page) == []
    page.get_by_role("link", name=re.compile("last day of cover")).click()
    assert page.evaluate("document.activeElement.name") == "expires_on"
    assert page.get_by_label("Insurer").input_value() == "Meridian Mutual"
    context.close()


def test_the_first_claim_by_hand_without_script(chromium: Browser, desk: tuple[str, Flask]) -> None:
    site, app = desk
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/practitioners/cosimo")
    page.get_by_role("link", name=re.compile("claim", re.IGNORECASE)).first.click()
    page.get_by_role("link", name="Sign up").click()
    page.get_by_label("E-mail address").fill("cosimo@bell.example")
    page.get_by_label("Password").fill("needles and blue tea")
    page.get_by_role("button", name="Sign up").click()
    page.goto(site + _link_mailed_to(app, "cosimo@bell.example"))
    page.get_by_label("E-mail address").fill("cosimo@bell.example")
    page.get_by_label("Password").fill("needles and blue tea")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Find your listing").click()
    page.get_by_label("License number or NPI").fill("ac 10002")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=re.compile("^This is me")).click()
    page.get_by_label("How can we tell that this is you?").fill(WORDS)
    page.get_by_label(re.compile("I am the person named")).check()
    page.get_by_role("button", name="Claim this listing").click()
    assert "Waiting for a moderator" in page.inner_text("main")

    moderator = chromium.new_context(java_script_enabled=False).new_page()
    sign_in(moderator, site, "mo")
    moderator.get_by_role("link", name="Claims", exact=True).click()
    moderator.get_by_role("link", name="Cosimo Bellweather").click()
    moderator.get_by_label(re.compile("^Approve")).check()
    moderator.get_by_label("Reason").fill("Number and practice agree with the board's list.")
    moderator.get_by_role("button", name="Decide").click()
    assert "The claim is approved" in moderator.inner_text("main")

    page.goto(f"{site}/account/listing/cosimo/insurance")
    page.get_by_label("Insurer").fill("Meridian Mutual")
    page.get_by_label("Last day of cover").fill("2027-03-31")
    page.get_by_label(re.compile("^Excluded")).check()
    page.get_by_role("button", name="State this insurance").click()
    page.get_by_role("link", name="See it as patients do").click()
    assert "stated by the practitioner" in page.inner_text("main").lower()
    with app.app_context():
        listing = db.session.scalars(select(Listing).filter_by(slug="cosimo")).one()
        flags = db.session.scalars(select(Flag.kind).where(Flag.listing_id == listing.id, Flag.closed_at.is_(None)))
        assert FlagKind.INSURANCE_EXCLUDES_COSMETIC in set(flags)
        db.session.remove()
    context.close()


def _link_mailed_to(app: Flask, email: str) -> str:
    with app.app_context():
        text = db.session.scalars(select(Notice.text).where(Notice.to == email)).one()
        db.session.remove()
    found = re.search(r"http://127\.0\.0\.1:8000(/account/confirm/\S+)", text)
    assert found
    return found[1]
