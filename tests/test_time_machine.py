"""Any listing's page can be rebuilt for any moment, as it was served then: to the byte."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from directory import clock
from directory.evidence.evidence import evidence_page, listing_page
from directory.listings import leaving, listings
from directory.listings.listing_changes import settle
from directory.listings.listing_merges import merge_listings
from directory.listings.listing_past import kept_since, past_rows
from directory.listings.listing_versions import note_versions
from directory.models.listing import Listing
from directory.models.listing_version import ListingContent, ListingVersion
from directory.rules.vocabulary import Outcome, Role
from directory.views.past_pages import evidence_then, listing_then, main_content
from tests.conftest import NOW
from tests.evidence_makers import make_check
from tests.listing_histories import Life
from tests.makers import make_account, make_credential, make_listing
from tests.views.people import Visitor, signed_in

STEPS = 45
DAY = timedelta(days=1)
Served = dict[tuple[str, datetime], str]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    return lambda moment: monkeypatch.setattr(clock, "utc_now", lambda: moment)


def serve(stranger: Visitor, life: Life, set_clock: Callable[[datetime], None], served: Served) -> None:
    """Asks for every page of the world as it is, a moment after something happened, and keeps what was answered."""
    moment = life.at + timedelta(seconds=life.chosen.choice([1, 70]))
    set_clock(moment)
    for slug in [each.slug for each in life.listings]:
        for path in (f"/practitioners/{slug}", f"/practitioners/{slug}/evidence"):
            answer = stranger.client.get(path)
            body = answer.get_data(as_text=True)
            served[path, moment] = main_content(body) if answer.status_code == 200 else ""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pages_of_the_past_are_rebuilt_to_the_byte(
    app: Flask, session: Session, tmp_path: Path, set_clock: Callable[[datetime], None], seed: int
) -> None:
    life, stranger, served = Life(session, tmp_path, seed=seed, at=NOW - 900 * DAY), signed_in(app, None), Served()
    moments = set(life.chosen.sample(range(STEPS), 9))
    happened = set()
    for step in range(STEPS):
        happened.add(life.step())
        if step in moments:
            serve(stranger, life, set_clock, served)
    set_clock(life.at + 400 * DAY)
    assert len(happened) >= 7, "the history is too quiet to show anything"
    assert len(set(served.values())) > 20
    for (path, moment), was in served.items():
        rebuild = evidence_then if path.endswith("/evidence") else listing_then
        assert (rebuild(path.split("/")[2], moment) or "") == was, f"{path} at {moment}"


def test_what_a_listing_is_made_of_is_kept_whatever_happens_to_it(session: Session, tmp_path: Path) -> None:
    """Noting a version once more finds nothing new: each verb has kept what it changed."""
    life = Life(session, tmp_path, seed=4, at=NOW - 900 * DAY)
    for _ in range(STEPS):
        happened = life.step()
        assert note_versions(session, [each.id for each in life.listings], at=life.at) == 0, happened


def test_a_version_is_a_few_numbers_while_only_checks_are_added(session: Session) -> None:
    listing = make_listing(session)
    credential = make_credential(session, listing)
    for days in (30, 20, 10):
        make_check(session, credential, days_ago=days)
        settle(session, [listing.id], at=NOW - days * DAY)
        settle(session, [listing.id], at=NOW - days * DAY)
    assert len(session.scalars(select(ListingVersion)).all()) == 3
    assert len(session.scalars(select(ListingContent)).all()) == 1


def test_before_the_first_version_nothing_is_claimed_to_be_known(session: Session) -> None:
    listing = make_listing(session, at=NOW - 90 * DAY)
    settle(session, [listing.id], at=NOW - DAY)
    assert evidence_page(session, listing.slug, now=NOW, as_of=NOW - 2 * DAY) is None
    assert kept_since(session, listing.slug) == NOW - DAY
    assert kept_since(session, "nobody") is None


def test_a_version_that_was_begun_earlier_and_written_later_comes_later(session: Session) -> None:
    listing = make_listing(session, given="Ada")
    note_versions(session, [listing.id], at=NOW)
    listing.given = "Adelheid"
    note_versions(session, [listing.id], at=NOW - timedelta(seconds=5))
    page = listing_page(session, listing.slug, now=NOW, as_of=NOW)
    assert page is not None
    assert page.name.startswith("Adelheid")
    assert listing_page(session, listing.slug, now=NOW, as_of=NOW - timedelta(seconds=5)) is None


def test_an_unclaimed_listing_keeps_nothing_that_only_an_owner_may_show(session: Session) -> None:
    private = {"phone": "+12135550142", "email": "o@home.example", "about": "Imported prose", "npi": "1234567893"}
    listing = make_listing(session, **private)
    settle(session, [listing.id], at=NOW)
    kept = session.scalars(select(ListingContent)).one()
    assert kept.own_words is None
    for word in (*private.values(), "90012", "34.0614"):
        assert word not in str(kept.content)


def test_an_owner_who_leaves_takes_their_words_along_and_the_evidence_stays(session: Session) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada, at=NOW - 9 * DAY)
    make_check(session, make_credential(session, listing, stated_at=NOW - 9 * DAY), at=NOW - 9 * DAY)
    listings.edit_listing(session, listing, {"about": "Twenty years of needles."}, by=ada, at=NOW - 8 * DAY)
    before = listing_page(session, listing.slug, now=NOW, as_of=NOW - 7 * DAY)
    assert before is not None
    assert before.about == "Twenty years of needles."
    leaving.leave(session, ada, remove_listings=False, at=NOW)
    session.commit()
    assert "needles" not in str(session.execute(text("SELECT content, own_words FROM listing_content")).all())
    page = listing_page(session, listing.slug, now=NOW, as_of=NOW - 7 * DAY)
    evidence = evidence_page(session, listing.slug, now=NOW, as_of=NOW - 7 * DAY)
    assert page is not None
    assert evidence is not None
    assert (page.about, page.claimed, page.lines) == ("", True, before.lines)
    assert (evidence.words_forgotten, evidence.facts[0].line) == (True, before.lines[0])


def test_the_same_words_said_again_after_leaving_are_kept_again(session: Session) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada, at=NOW, about="Twenty years.")
    settle(session, [listing.id], at=NOW)
    session.execute(update(ListingContent).values(own_words=None))
    listing.about = "Other words."
    settle(session, [listing.id], at=NOW + DAY)
    listing.about = "Twenty years."
    settle(session, [listing.id], at=NOW + 2 * DAY)
    page = listing_page(session, listing.slug, now=NOW, as_of=NOW + 3 * DAY)
    assert page is not None
    assert page.about == "Twenty years."


def test_two_listings_that_became_one_are_two_in_the_past(session: Session) -> None:
    mo = make_account(session, "mo", role=Role.MODERATOR)
    pair = [make_listing(session, at=NOW - 9 * DAY) for _ in range(2)]
    for listing, state in zip(pair, (Outcome.CONFIRMED, Outcome.EXPIRED), strict=True):
        make_check(session, make_credential(session, listing, stated_at=NOW - 9 * DAY), state, at=NOW - 8 * DAY)
    settle(session, [each.id for each in pair], at=NOW - 8 * DAY)
    before = [listing_page(session, each.slug, now=NOW - 7 * DAY) for each in pair]
    merge_listings(session, pair[0].id, pair[1].id, reason="one person", by=mo, at=NOW)
    session.commit()
    assert [listing_page(session, each.slug, now=NOW, as_of=NOW - 7 * DAY) for each in pair] == before
    kept, merged = (listing_page(session, each.slug, now=NOW, as_of=NOW + DAY) for each in pair)
    assert merged is None
    assert kept is not None
    assert [line.fact for line in kept.lines].count("permission") == 2


def test_everything_goes_with_a_listing_that_is_removed_for_good(session: Session) -> None:
    listing = make_listing(session)
    settle(session, [listing.id], at=NOW)
    slug = listing.slug
    listings.remove_listing(session, listing, by="operator", reason="asked", at=NOW + DAY)
    session.commit()
    assert session.scalars(select(ListingVersion)).all() == []
    assert session.scalars(select(ListingContent)).all() == []
    assert past_rows(session, slug, NOW + 2 * DAY) is None


@pytest.mark.parametrize(
    "change",
    [
        update(ListingVersion).values(at=NOW - DAY),
        delete(ListingVersion),
        delete(ListingContent),
        update(ListingContent).values(digest="0" * 64),
        update(ListingContent).values(own_words={"listing": {}, "places": []}),
        delete(Listing),
    ],
)
def test_the_database_refuses_to_change_what_was_kept(session: Session, change: object) -> None:
    settle(session, [make_listing(session).id], at=NOW)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(change)  # type: ignore[call-overload]
    session.rollback()
