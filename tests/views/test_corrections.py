"""Correcting and removing a listing without an account; and what keeps machines out without puzzles."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import create_app
from directory.extensions import db
from directory.models.account import Account
from directory.models.claim import ListingRequest, Suppression
from directory.models.listing import Listing
from directory.models.notice import Notice
from directory.moderation.corrections import RequestRefused, decide_request, make_request
from directory.rules.vocabulary import ListingState, RequestKind, RequestState, Role
from tests.browser import Page
from tests.conftest import NOW
from tests.makers import make_account, make_listing
from tests.views.people import Visitor, fill, signed_in

WORDS = "The practice moved to Pasadena in March; see the board's page."


@pytest.fixture
def listing(session: Session) -> Listing:
    listing = make_listing(session)
    session.commit()
    return listing


def send(app: Flask, monkeypatch: pytest.MonkeyPatch, path: str, *, seconds: float = 30, status: int = 200,
         **fields: Any) -> Page:  # fmt: skip
    """Opens the form, takes `seconds` over it, and sends it."""
    visitor = Visitor(app)
    page = visitor.get(path)
    hidden = {str(tag["name"]): str(tag["value"]) for tag in page.html.select("main input[type=hidden]")}
    monkeypatch.setattr("directory.clock.utc_now", lambda: NOW + timedelta(seconds=seconds))
    return visitor.post(path, {**hidden, "text": WORDS, "email": "", "nickname": "", **fields}, status=status)


def requests(session: Session) -> list[ListingRequest]:
    session.rollback()
    return list(session.scalars(select(ListingRequest).order_by(ListingRequest.id)))


@pytest.mark.parametrize(("verb", "kind"), [("report", RequestKind.CORRECTION), ("remove", RequestKind.REMOVAL)])
def test_anybody_asks_and_gets_an_answer(
    app: Flask, session: Session, listing: Listing, monkeypatch: pytest.MonkeyPatch, verb: str, kind: RequestKind
) -> None:
    page = send(app, monkeypatch, f"/practitioners/{listing.slug}/{verb}", email="zoe@home.example")
    assert "Thank you" in page.text
    asked = requests(session)[0]
    assert (asked.kind, asked.text, asked.email, asked.state) == (kind, WORDS, "zoe@home.example", RequestState.OPEN)
    assert session.scalars(select(Notice.to)).all() == ["zoe@home.example"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": "wrong"}, "between 10 and 4,000"),
        ({"email": "zoe at home"}, "one e-mail address"),
        ({"seconds": 1}, "That was very quick"),
        ({"seconds": 13 * 3600}, "open for very long"),
        ({"opened": "forged"}, "open for very long"),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_rest_kept(
    app: Flask,
    session: Session,
    listing: Listing,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, Any],
    words: str,
) -> None:
    page = send(app, monkeypatch, f"/practitioners/{listing.slug}/report", status=422, **fields)
    assert words in page.one(".error-summary").get_text()
    assert page.one("textarea").get_text().strip() == fields.get("text", WORDS)
    assert requests(session) == []


def test_whoever_fills_in_the_box_nobody_sees_is_thanked_and_not_heard(
    app: Flask, session: Session, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = send(app, monkeypatch, f"/practitioners/{listing.slug}/report", nickname="http://spam.example")
    assert "Thank you" in page.text
    assert requests(session) == []


def test_sending_twice_is_asking_once(
    app: Flask, session: Session, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        send(app, monkeypatch, f"/practitioners/{listing.slug}/report")
        monkeypatch.setattr("directory.clock.utc_now", lambda: NOW)
    assert len(requests(session)) == 1


def test_a_quarrel_over_one_listing_has_an_end(session: Session, listing: Listing) -> None:
    for number in range(20):
        make_request(session, listing, RequestKind.CORRECTION, text=f"{WORDS} {number}", email="", at=NOW)
    with pytest.raises(RequestRefused, match="waiting already"):
        make_request(session, listing, RequestKind.CORRECTION, text="One more.", email="", at=NOW)


def test_pages_of_nobody_are_not_there(app: Flask, session: Session) -> None:
    hidden = make_listing(session, state=ListingState.HIDDEN)
    session.commit()
    for verb in ("report", "remove", "thanks"):
        Visitor(app).get(f"/practitioners/nobody/{verb}", status=404)
        Visitor(app).get(f"/practitioners/{hidden.slug}/{verb}", status=404)


# Decided -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mo(session: Session) -> Account:
    mo = make_account(session, "mo", role=Role.MODERATOR)
    session.commit()
    return mo


def test_a_removal_that_is_granted_removes_for_good_and_is_answered(
    app: Flask, session: Session, listing: Listing, mo: Account
) -> None:
    asked = make_request(session, listing, RequestKind.REMOVAL, text=WORDS, email="zoe@home.example", at=NOW)
    session.commit()
    desk = signed_in(app, mo)
    assert f"/moderation/requests/{asked.id}" in desk.get("/moderation/requests").links()
    slug = listing.slug
    fill(desk, f"/moderation/requests/{asked.id}", {"decision": "done", "reason": "Asked back at the practice."})
    session.rollback()
    assert session.get_one(Listing, listing.id).state is ListingState.REMOVED
    assert session.scalars(select(Suppression)).first() is not None
    Visitor(app).get(f"/practitioners/{slug}", status=404)
    answer = session.scalars(select(Notice.text).order_by(Notice.id.desc())).first()
    assert answer is not None and "is taken down" in answer and "Asked back at the practice." in answer
    page = desk.get(f"/moderation/requests/{asked.id}")
    assert "somebody who left" in page.text and not page.html.select("main form")


def test_a_request_is_decided_once(session: Session, listing: Listing, mo: Account) -> None:
    asked = make_request(session, listing, RequestKind.CORRECTION, text=WORDS, email="", at=NOW)
    decide_request(session, asked, RequestState.DECLINED, reason="The board says otherwise.", by=mo, at=NOW)
    with pytest.raises(RequestRefused, match="in the meantime"):
        decide_request(session, asked, RequestState.DONE, reason="Done after all.", by=mo, at=NOW)


def sent_by_one_place(database: str, folder: Path, texts: list[str]) -> list[int]:
    """The answers to one form sent with each of `texts`, where limits hold."""
    settings = {"ENV": "development", "DATABASE_URL": database, "SECRET_KEY": "t" * 40}
    app = create_app(settings, instance=folder)
    with app.app_context():
        slug = make_listing(db.session()).slug
        db.session.commit()
        db.session.remove()
    visitor, path = Visitor(app), f"/practitioners/{slug}/report"
    page = visitor.get(path)
    hidden = {str(tag["name"]): str(tag["value"]) for tag in page.html.select("main input[type=hidden]")}
    statuses = [visitor.client.post(path, data={**hidden, "text": text}).status_code for text in texts]
    with app.app_context():
        db.engine.dispose()
    return statuses


def test_a_machine_that_sends_many_is_slowed(database: str, tmp_path: Path) -> None:
    assert sent_by_one_place(database, tmp_path, ["x"] * 31) == [422] * 30 + [429]


def test_mistakes_that_are_put_right_do_not_use_up_what_one_may_send(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = (NOW + timedelta(minutes=number) for number in itertools.count())
    monkeypatch.setattr("directory.clock.utc_now", lambda: next(times))
    statuses = sent_by_one_place(database, tmp_path, [*["x"] * 6, *[f"{WORDS} {number}" for number in range(6)]])
    assert statuses == [422] * 6 + [302] * 5 + [429]
