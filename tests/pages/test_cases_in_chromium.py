"""A finding on its way through due process, in a real browser: the moderator's page and the notice, in every state."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.account import Account
from directory.models.due_process import CaseNotice
from directory.moderation import due_process
from directory.moderation.due_mails import seal
from directory.moderation.due_rounds import go_round
from directory.notifications import send_waiting
from directory.rules.vocabulary import Finding, FlagKind, FlagState, Role
from tests.conftest import NOW
from tests.evidence_makers import make_flag
from tests.makers import make_account, make_credential, make_listing
from tests.pages.conftest import Serve
from tests.pages.looks import opened, settled, sign_in, troubles

pytestmark = pytest.mark.browser

LABELS = {
    "before": "Before a notice",
    "returned": "Notice came back",
    "notified": "Told",
    "answered": "An answer waits",
    "decided": "Decided",
    "published": "Published",
    "appealed": "Under appeal",
    "ordered": "Under appeal",
    "closed": "Closed",
}
WHY = "The register shows it so since June, and nothing that was answered speaks against it."
WORDS = (
    "I renewed it in time; the board was late with its list. The receipt is at https://ottoline.example/receipt-2026."
)


@pytest.fixture(scope="module")
def desk(serve: Serve) -> tuple[str, dict[str, tuple[int, str]]]:
    """A site with one case in each state: (flag, token of its notice) by the word for the state."""
    cases: dict[str, tuple[int, str]] = {}
    site, _ = serve(lambda session, _folder: cases.update(_fill(session)))
    return site, cases


def _fill(session: Session) -> dict[str, tuple[int, str]]:
    mo, mia = (make_account(session, name, role=Role.MODERATOR) for name in ("mo", "mia"))
    ada = make_account(session)
    flags = {name: _flag(session, name, number, ada) for number, name in enumerate(LABELS)}
    _long_ago(session, flags, mo)
    _lately(session, flags, mo, mia)
    return {name: (number, _token(session, number)) for name, number in flags.items()}


def _flag(session: Session, name: str, number: int, ada: Account) -> int:
    """The flag of a listing of its own; some are Ada's."""
    owner = ada if name in ("answered", "published", "ordered") else None
    listing = make_listing(session, slug=name, email=f"{name}@lotus.example", claimed_by=owner)
    held = make_credential(session, listing, number=f"AC 1000{number}", number_key=f"1000{number}")
    kind = FlagKind.LICENSE_REVOKED if name == "ordered" else FlagKind.LICENSE_EXPIRED
    return make_flag(session, listing, held, kind, FlagState.TRIAGED, at=_days_ago(45)).id


def _long_ago(session: Session, flags: dict[str, int], mo: Account) -> None:
    """Told forty days ago; decided, where it says so, once the time to answer was over."""
    for name in ("decided", "published", "appealed"):
        due_process.notify(session, flags[name], by=mo, at=_days_ago(40))
    _mails(session, _days_ago(40))
    for name in ("published", "appealed"):
        due_process.decide(session, flags[name], Finding.PUBLISH, reasons=WHY, by=mo, at=_days_ago(20))
    _mails(session, _days_ago(20))


def _lately(session: Session, flags: dict[str, int], mo: Account, mia: Account) -> None:
    for name in ("notified", "answered", "closed"):
        due_process.notify(session, flags[name], by=mo, at=_days_ago(5))
    order = "https://board.example/orders/2026/a-very-long-name-of-a-public-order-of-revocation.pdf"
    due_process.propose_order(session, flags["ordered"], order_url=order, reasons=WHY, by=mo, at=_days_ago(5))
    due_process.confirm_order(session, flags["ordered"], by=mia, at=_days_ago(5))
    _mails(session, _days_ago(5))
    for name in ("answered", "closed"):
        due_process.reply(session, flags[name], WORDS, at=_days_ago(4))
    for name in ("appealed", "ordered"):
        due_process.appeal(session, flags[name], WORDS, at=_days_ago(4))
    _mails(session, _days_ago(4))
    due_process.handle_replies(session, flags["closed"], note=WHY, by=mo, at=_days_ago(3))
    due_process.decide(session, flags["closed"], Finding.NOTHING, reasons=WHY, by=mo, at=_days_ago(2))
    due_process.notify(session, flags["returned"], by=mo, at=_days_ago(2))
    _mails(session, _days_ago(2), accepted=False)
    due_process.decide(session, flags["decided"], Finding.PUBLISH, reasons=WHY, by=mo, at=_days_ago(1))
    session.commit()


def _mails(session: Session, at: datetime, *, accepted: bool = True) -> None:
    session.commit()
    send_waiting(session, now=at, send=lambda mail: accepted)
    for _ in range(2):
        go_round(session, now=at)


def _days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def _token(session: Session, flag_id: int) -> str:
    found = session.scalar(select(CaseNotice.id).where(CaseNotice.flag_id == flag_id).order_by(CaseNotice.id.desc()))
    return seal(found) if found is not None else ""


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_no_page_of_a_case_has_a_violation_or_spills_over(
    chromium: Browser, desk: tuple[str, dict[str, tuple[int, str]]], width: int, scheme: str, shots: Path | None
) -> None:
    site, cases = desk
    context = opened(chromium, width)
    page = context.new_page()
    sign_in(page, site, "mo")
    found, labels = [], {}
    for name, (flag_id, token) in cases.items():
        paths = {f"case-{name}": f"/moderation/flags/{flag_id}/case"} | (
            {f"notice-{name}": f"/notices/{token}"} if token else {}
        )
        for shot, path in paths.items():
            settled(page, site + path)
            labels[shot] = page.inner_text(".standing .tag")
            found += troubles(page, shot, shots, (scheme,))
    context.close()
    assert found == []
    assert labels == {shot: LABELS[shot.partition("-")[2]] for shot in labels}
    assert len(labels) == 2 * len(LABELS) - 1


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_owners_see_their_notices_and_open_one(
    chromium: Browser, desk: tuple[str, dict[str, tuple[int, str]]], width: int, scheme: str, shots: Path | None
) -> None:
    site, _ = desk
    context = opened(chromium, width)
    page = context.new_page()
    sign_in(page, site, "ada")
    settled(page, f"{site}/account/notices")
    assert troubles(page, "account-notices", shots, (scheme,)) == []
    assert sorted(page.locator(".sheet .tag").all_inner_texts()) == ["An answer waits", "Published", "Under appeal"]
    page.get_by_role("link", name=re.compile("^Read it all")).first.click()
    assert page.inner_text("h1").startswith("About the listing of")
    context.close()
