"""The list of registry runs: what waits for a word and whole lists are never buried under lookups of one number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.models.account import Account
from directory.models.registry import RegistryRun
from directory.rules.vocabulary import Role, RunChannel, RunState
from tests.browser import statements
from tests.makers import NOW, make_account
from tests.source_histories import make_run
from tests.views.people import Visitor, signed_in


@pytest.fixture
def desk(app: Flask, session: Session) -> Visitor:
    mo: Account = make_account(session, "mo", role=Role.MODERATOR)
    session.commit()
    return signed_in(app, mo)


def a_night(session: Session, *, lookups: int) -> RegistryRun:
    """A whole list, one that is held, and after them as many lookups of one number."""
    make_run(session, "us_wa", at=NOW, title="us_wa")
    held = make_run(session, "us_co", at=NOW, title="us_co")
    held.state = RunState.HELD
    for minute in range(lookups):
        run = make_run(session, "us_nj", at=NOW + timedelta(minutes=minute), channel=RunChannel.LOOKUP, title="us_nj")
        run.asked = {"lookup": f"25MZ{minute:05}"}
    session.commit()
    return held


def shown(desk: Visitor, query: str = "") -> list[str]:
    """The registries of the runs, in order, by their titles."""
    page = desk.get(f"/moderation/runs{query}").html
    return [next(each.stripped_strings) for each in page.select("main .row-title a")]


def test_lookups_of_one_number_do_not_bury_whole_lists(session: Session, desk: Visitor) -> None:
    a_night(session, lookups=60)
    assert shown(desk) == ["us_co", "us_wa"]
    assert shown(desk, "?kind=lookup") == ["us_co", *["us_nj"] * 50]
    assert shown(desk, "?kind=lookup&page=2") == ["us_nj"] * 10
    assert shown(desk, "?kind=all&registry=us_wa") == ["us_wa"]
    assert shown(desk, "?kind=all&state=failed&registry=us_nj") == []
    assert "25MZ00059" in desk.get("/moderation/runs?kind=lookup").text


def test_further_pages_keep_the_filter(session: Session, desk: Visitor) -> None:
    a_night(session, lookups=60)
    page = desk.get("/moderation/runs?kind=lookup&registry=us_nj")
    assert "/moderation/runs?kind=lookup&registry=us_nj&page=2" in page.links()


def test_the_list_tells_the_cause_and_not_the_address(session: Session, desk: Visitor) -> None:
    reason = f"us_az, https://board.example/{'a' * 150}: a <challenge> stands in the way"
    make_run(session, "us_az", at=NOW, outcome="blocked", reason=reason)
    session.commit()
    [cell] = desk.get("/moderation/runs").html.select("main .found")
    assert cell.get_text() == "a <challenge> stands in the way"


def test_the_number_of_queries_does_not_grow_with_the_runs(session: Session, desk: Visitor) -> None:
    counts = []
    for lookups in (1, 60):
        a_night(session, lookups=lookups)
        with statements(db.engine) as ran:
            desk.get("/moderation/runs?kind=all")
        counts.append(len(ran))
    assert counts[0] == counts[1]


def test_a_run_says_in_plain_words_what_looked_wrong(session: Session, desk: Visitor) -> None:
    held = a_night(session, lookups=0)
    difference = {"had": 40, "has": 40, "new": 0, "changed": 31, "other_standing": 0, "other_holder": 30, "end_lost": 9}
    held.report = held.report | {
        "difference": difference,
        "row_errors": [{"file": "list.csv", "line": 7, "reason": "no number"}],
    }
    session.commit()
    told = desk.get(f"/moderation/runs/{held.id}").text
    assert "Bearing another name than before 30" in told and "Without the last day they had 9" in told
    assert "Line 7: no number" in told
