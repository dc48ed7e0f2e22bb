"""What happens to words of owners and lists that promise too much: kept, explained, and not published."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.listings.describing import describe_listing
from directory.listings.held_words import held_words
from directory.listings.leaving import let_go
from directory.listings.listing_import import import_listings
from directory.listings.listings import EditRefused, edit_listing, remove_listing
from directory.models.account import Account
from directory.models.claim import ListingRequest
from directory.models.listing import Listing, Location
from directory.rules.claims import find_claims
from directory.rules.vocabulary import RequestState, Role
from tests.browser import Page
from tests.makers import make_account, make_listing
from tests.views.people import Visitor, fill, signed_in

PROMISE = "Quiet rooms. The results are permanent."
FIELDS = {"price_currency": "USD", "consultation": "not_stated", "new_patients": ""}
STATIC = ("/", "/safety", "/questions", "/how-we-check", "/corrections")


@pytest.fixture
def owned(session: Session) -> tuple[Account, Account, Listing]:
    ada, mo = make_account(session), make_account(session, "mo", role=Role.MODERATOR)
    listing = make_listing(session, claimed_by=ada)
    listing.about = "As before."
    session.commit()
    return ada, mo, listing


def describe(app: Flask, ada: Account, listing: Listing, about: str) -> Page:
    path = f"/account/listing/{listing.slug}/description"
    return fill(signed_in(app, ada), path, {**FIELDS, "about": about, "price_session": "95"})


def public(app: Flask, listing: Listing) -> str:
    return Visitor(app).get(f"/practitioners/{listing.slug}").text


def test_a_promise_waits_with_its_reason_while_all_else_is_saved(
    app: Flask, session: Session, owned: tuple[Account, Account, Listing]
) -> None:
    ada, _, listing = owned
    page = describe(app, ada, listing, PROMISE)
    assert page.html.select_one("textarea[name=about]").get_text().strip() == PROMISE
    advice = page.html.select_one("#wording-advice").get_text(" ")
    assert "permanent" in advice and "12 weeks" in advice and "You might write" in advice
    assert page.html.select_one("textarea[name=about]")["aria-describedby"] == "wording-advice"
    shown = public(app, listing)
    assert "As before." in shown and "permanent" not in shown and "$95" in shown

    describe(app, ada, listing, "Quiet rooms.")
    assert "Quiet rooms." in public(app, listing)
    assert held_words(session, listing.id) is None
    assert [each.text for each in session.scalars(select(ListingRequest))] == [""], "old words are not kept"


def test_the_same_words_wait_once_and_new_ones_are_never_passed_unread(
    app: Flask, session: Session, owned: tuple[Account, Account, Listing]
) -> None:
    ada, mo, listing = owned
    describe(app, ada, listing, PROMISE)
    describe(app, ada, listing, PROMISE)
    first = session.scalars(select(ListingRequest)).one()
    desk, path = signed_in(app, mo), f"/moderation/requests/{first.id}"
    assert "that wait" in desk.get(path).text
    opened = desk.get(path)
    describe(app, ada, listing, "It cures rosacea.")
    token = str(opened.html.select("input[name=csrf_token]")[-1]["value"])
    answer = desk.client.post(path, data={"csrf_token": token, "decision": "done", "reason": "A name of a song."})
    assert answer.status_code == 409
    assert "permanent" not in public(app, listing) and "rosacea" not in public(app, listing)


@pytest.mark.parametrize(("decision", "state"), [("done", RequestState.DONE), ("declined", RequestState.DECLINED)])
def test_a_moderator_may_let_words_pass(
    app: Flask, session: Session, owned: tuple[Account, Account, Listing], decision: str, state: RequestState
) -> None:
    ada, mo, listing = owned
    describe(app, ada, listing, PROMISE)
    desk = signed_in(app, mo)
    path = next(link for link in desk.get("/moderation/requests").links() if re.search(r"/requests/\d+$", link))
    fill(desk, path, {"decision": decision, "reason": "It is the name of a song."})
    session.rollback()
    assert session.scalars(select(ListingRequest)).one().state is state
    assert ("permanent" in public(app, listing)) is (state is RequestState.DONE)
    if state is RequestState.DONE:  # and saving the form again does not take them back
        describe(app, ada, listing, PROMISE)
        assert "permanent" in public(app, listing)


def test_nobody_else_can_publish_by_a_correction(
    app: Flask, session: Session, owned: tuple[Account, Account, Listing]
) -> None:
    ada, mo, listing = owned
    session.add(ListingRequest(listing_id=listing.id, kind="correction", text=PROMISE, email=ada.email, made_at=NOW))
    session.commit()
    request = session.scalars(select(ListingRequest)).one()
    fill(signed_in(app, mo), f"/moderation/requests/{request.id}", {"decision": "done", "reason": "Looked at, thanks."})
    assert "As before." in public(app, listing)


NOW = datetime.fromisoformat("2026-11-22T12:00:00+00:00")


def test_no_other_way_publishes_a_promise(session: Session, owned: tuple[Account, Account, Listing]) -> None:
    ada, _, listing = owned
    with pytest.raises(EditRefused, match="permanent"):
        edit_listing(session, listing, {"about": PROMISE}, by=ada, at=NOW)


@pytest.mark.parametrize("leaves", [True, False])
def test_who_leaves_takes_the_waiting_words_along(
    session: Session, owned: tuple[Account, Account, Listing], leaves: bool
) -> None:
    ada, _, listing = owned
    assert describe_listing(session, listing, {"about": PROMISE}, by=ada, at=NOW)
    if leaves:
        let_go(session, listing, by=ada, at=NOW)
    else:
        remove_listing(session, listing, by=ada, reason="Asked for.", at=NOW)
    session.expire_all()
    assert [(each.text, each.state) for each in session.scalars(select(ListingRequest))] == [
        ("", RequestState.DECLINED)
    ]


@pytest.mark.parametrize(
    ("page", "fields", "says"),
    [
        ("place", {"practice_name": "Permanent Results Rooms", "city": "Bath", "country": "UK"}, "12 weeks"),
        ("training", {"title": "Cures Rosacea", "issuer": "A School", "hours_total": "9", "year": "2020"}, "dermatol"),
    ],
)
def test_a_name_that_promises_an_effect_is_asked_for_again(
    app: Flask, owned: tuple[Account, Account, Listing], page: str, fields: dict[str, str], says: str
) -> None:
    ada, _, listing = owned
    answer = fill(signed_in(app, ada), f"/account/listing/{listing.slug}/{page}", fields, status=422)
    assert "Please leave out" in answer.text
    for name in ("practice_name", "title"):
        if name in fields:
            assert answer.html.select_one(f"input[name={name}]")["value"] == fields[name]


def test_an_imported_name_that_promises_is_left_out_and_reported(session: Session) -> None:
    rows = "name,city,region,practice_name,training\nMei Lindqvist,Reno,NV,Erases Wrinkles Clinic,Cures Acne 40 hours\n"
    report = import_listings(
        session, io.BytesIO(rows.encode()), at=NOW, commit=session.flush, progress=lambda count: None
    )
    assert report.created == 1 and not report.rejected
    assert {(each["line"], each["field"]) for each in report.warnings} == {(2, "practice_name"), (2, "training")}
    assert session.scalars(select(Location)).one().practice_name == ""


@pytest.mark.parametrize("path", STATIC)
def test_our_own_pages_promise_nothing(app: Flask, path: str) -> None:
    """What is said in quotation marks or in a column of things often said is shown to be answered, not said by us."""
    main = Visitor(app).get(path).html.select_one("main")
    for quoted in main.select("q, blockquote, cite, .sources, ol"):
        quoted.decompose()
    blocks = [
        re.sub(r"“[^”]*”", " ", each.get_text(" ", strip=True)) for each in main.select("p, li, td, dd, h1, h2, h3")
    ]
    found = [(each.rule, each.words, block) for block in blocks for each in find_claims(block)]
    assert found == [], "\n".join(map(repr, found))


@pytest.mark.parametrize(("decision", "stays"), [("done", True), ("declined", False)])
def test_words_from_before_a_rule_are_put_before_a_moderator_who_decides(
    app: Flask, session: Session, owned: tuple[Account, Account, Listing], decision: str, stays: bool
) -> None:
    _, mo, listing = owned
    listing.about = PROMISE
    session.commit()
    run = app.test_cli_runner().invoke
    for _ in range(2):
        told = run(args=["claims", "lint", "--listings", "--ask"])
        assert told.exit_code == 1 and listing.slug in told.stdout
    (request,) = session.scalars(select(ListingRequest))
    assert "permanent" in public(app, listing)
    path = f"/moderation/requests/{request.id}"
    assert "Patients see these words now" in signed_in(app, mo).get(path).text
    fill(signed_in(app, mo), path, {"decision": decision, "reason": "Read in its context."})
    session.expire_all()
    assert session.get_one(Listing, listing.id).about == (PROMISE if stays else "")
    assert run(args=["claims", "lint", "--listings", "--ask"]).stdout.strip() == "0 found"
    assert session.scalars(select(ListingRequest)).one().state == decision


def test_a_neutral_wording_is_taken_over_by_one_press_and_nothing_is_saved(
    app: Flask, session: Session, owned: tuple[Account, Account, Listing]
) -> None:
    ada, _, listing = owned
    page = describe(app, ada, listing, f"{PROMISE} Call me.")
    (press,) = page.html.select("#wording-advice button[name=instead]")
    path = f"/account/listing/{listing.slug}/description"
    told = {**FIELDS, "about": f"{PROMISE} Call me.", "price_session": "abc", "instead": press["value"]}
    page = fill(signed_in(app, ada), path, told)
    about = page.html.select_one("textarea[name=about]").get_text().strip()
    assert about.startswith("Quiet rooms. How long an effect lasts is not known") and about.endswith(" Call me.")
    assert page.status == 200 and find_claims(about) == [] and page.html.select_one("#wording-advice") is None
    assert page.html.select_one("input[name=price_session]")["value"] == "abc"
    assert session.scalars(select(Listing)).one().about == "As before."


def test_the_command_tells_and_its_exit_code_says_whether_a_text_would_wait(
    app: Flask, session: Session, owned: tuple[Account, Account, Listing], tmp_path: Path
) -> None:
    ada, _, listing = owned
    describe_listing(session, listing, {"about": PROMISE}, by=ada, at=NOW)
    session.commit()
    (good, bad) = (tmp_path / "good.txt", tmp_path / "bad.txt")
    good.write_text("Results are not permanent.")
    bad.write_text(PROMISE)
    run = app.test_cli_runner().invoke
    assert run(args=["claims", "lint", str(good)]).exit_code == 0
    told = run(args=["claims", "lint", str(bad), "--json"])
    assert told.exit_code == 1 and json.loads(told.stdout)[0]["rule"] == "permanence"
    waiting = run(args=["claims", "lint", "--listing", listing.slug, "--json"])
    assert {each["field"] for each in json.loads(waiting.stdout)} == {"waiting"}
    assert run(args=["claims", "lint"]).exit_code == 2
