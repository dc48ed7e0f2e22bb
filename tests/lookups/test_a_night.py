"""A night of lookups: its budget, its hours, and when nobody is asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import jobs
from directory.models.registry import RegistryRun
from directory.registries import due_runs
from directory.registries.host_book import DatabaseHosts
from directory.registries.lookup_nights import AT_ONCE, nights
from directory.rules.vocabulary import (
    RunChannel,
    RunState,
)
from scrapers.hosts import HostState
from scrapers.pace import Pace
from tests.lookups.boards import BY_NUMBER, MORNING, NIGHT, all_over, asked, board, numbers_due, stated


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"enabled": False}, "its terms were not read"),
        ({"authority": "self_reported"}, "it confirms nothing"),
        ({"channels": '{roster: {start: "https://board.example/all.csv"}, ' + BY_NUMBER[1:]}, "its list is read"),
        ({"channels": '{lookup: {by_name: "https://board.example/find?name={family}"}}'}, "it takes no number"),
        ({"politeness": "{lookups_per_day: 0}"}, "its description says none"),
    ],
)
def test_who_is_not_asked_by_schedule(session: Session, folder: Path, given: dict[str, Any], why: str) -> None:
    board(session, folder, **given)
    stated(session)
    assert due_runs.queue_due_lookups(session, now=MORNING) == [], why


def test_a_file_of_everybody_in_use_makes_lookups_needless(session: Session, folder: Path) -> None:
    board(session, folder)
    stated(session)
    whole = RegistryRun(
        registry_id="us_ca_asked",
        channel=RunChannel.FILE,
        state=RunState.APPLIED,
        is_whole=True,
        queued_at=NIGHT,
        retrieved_at=NIGHT - timedelta(days=44),
    )
    session.add(whole)
    session.commit()
    assert nights(session, now=NIGHT) == []
    whole.retrieved_at = NIGHT - timedelta(days=46)
    session.commit()
    assert [night.spec.id for night in nights(session, now=NIGHT)] == ["us_ca_asked"]


def test_the_budget_is_spread_over_the_hours(session: Session, folder: Path) -> None:
    board(session, folder)
    night = nights(session, now=NIGHT)[0]
    assert len(set(night.moments)) == night.left == 200
    assert night.moments[0] - NIGHT < timedelta(minutes=3)
    assert timedelta(hours=7, minutes=50) < night.moments[-1] - night.moments[0] < timedelta(hours=8)


@pytest.mark.parametrize(
    ("politeness", "others", "budget"),
    [
        ("{delay_seconds: 60}", 0, 120),  # eight hours of minutes, four requests a lookup
        ("{delay_seconds: 60}", 1, 60),  # two boards share their host
        ('{delay_seconds: 60, window: "22:00-23:00", time_zone: UTC}', 0, 15),
        ("{lookups_per_day: 1000}", 0, 1000),
    ],
)
def test_a_night_is_not_overbooked(session: Session, folder: Path, politeness: str, others: int, budget: int) -> None:
    for number in range(others + 1):
        board(session, folder, f"us_ca_asked_{number}", politeness=politeness)
    assert {len(night.moments) for night in nights(session, now=NIGHT)} == {budget}


def test_a_known_number_is_asked_once_a_night_and_only_where_others_are(session: Session, folder: Path) -> None:
    board(session, folder, channels=f"{BY_NUMBER}\ncanaries: [AC 1, AC 2]")
    due_runs.queue_due_lookups(session, now=NIGHT)
    assert asked(session) == []
    stated(session, 10001)
    for minutes in range(0, 60, 5):
        due_runs.queue_due_lookups(session, now=NIGHT + timedelta(minutes=minutes))
    assert sorted(number for _, number in asked(session)) == ["AC 1", "AC 10001"]
    all_over(session)
    stated(session, 10002)
    for minutes in range(0, 60, 5):
        due_runs.queue_due_lookups(session, now=NIGHT + timedelta(days=1, minutes=minutes))
    assert "AC 2" in [number for _, number in asked(session)]


def test_a_night_goes_through_its_numbers_once(session: Session, folder: Path) -> None:
    board(session, folder, politeness="{lookups_per_day: 480}")
    for number in range(10):
        stated(session, 10001 + number)
    now = NIGHT
    while now < NIGHT + timedelta(minutes=30):
        due_runs.queue_due_lookups(session, now=now)
        due_runs.queue_due_lookups(session, now=now)  # another scheduler, or the same one again
        all_over(session)
        now += timedelta(minutes=1)
    assert sorted(number for _, number in asked(session)) == [f"AC {10001 + number}" for number in range(10)]
    runs = session.scalars(select(RegistryRun)).all()
    assert len({run.scheduled_for for run in runs}) == 10
    assert {run.channel for run in runs} == {RunChannel.LOOKUP}
    assert numbers_due(session, NIGHT + timedelta(days=1)) == []


def test_a_pause_of_the_workers_is_not_made_up_for_in_a_burst(session: Session, folder: Path) -> None:
    board(session, folder)
    for number in range(10):
        stated(session, 10001 + number)
    assert len(due_runs.queue_due_lookups(session, now=MORNING)) == AT_ONCE
    assert due_runs.queue_due_lookups(session, now=MORNING) == []  # those first
    assert due_runs.queue_due_lookups(session, now=MORNING + timedelta(minutes=2)) == []  # the night is over


@pytest.mark.parametrize("outcome", ["blocked", "down", "changed"])
def test_a_board_that_is_away_is_asked_for_one_number_a_night(session: Session, folder: Path, outcome: str) -> None:
    board(session, folder)
    for number in range(10):
        stated(session, 10001 + number)
    late = NIGHT + timedelta(hours=6)
    assert due_runs.queue_due_lookups(session, now=late)
    all_over(session)
    answered = asked(session)[-1][1]
    assert due_runs.queue_due_lookups(session, now=late + timedelta(minutes=5))
    all_over(session, RunState.FAILED, outcome=outcome)
    before = len(asked(session))

    assert due_runs.queue_due_lookups(session, now=late + timedelta(minutes=30)) == []
    later = [NIGHT + timedelta(days=1, minutes=10 * number) for number in range(40)]
    queued = [run_id for now in later for run_id in due_runs.queue_due_lookups(session, now=now)]
    assert len(queued) == 1
    assert session.get_one(RegistryRun, queued[0]).asked["lookup"] == answered

    all_over(session)
    assert due_runs.queue_due_lookups(session, now=later[-1])  # it answers again
    assert len(asked(session)) > before + 1


def test_a_host_that_is_left_alone_is_asked_for_nothing_and_its_list_comes_later(
    session: Session, folder: Path
) -> None:
    board(session, folder)
    roster = '{roster: {start: "https://board.example/all.csv"}}\nschedule: "0 5 * * *"'
    board(session, folder, "us_ca_listed", channels=roster)
    stated(session)
    late = NIGHT + timedelta(hours=2)
    book = DatabaseHosts(session.get_bind(), Pace(folder / "pace"))  # type: ignore[arg-type]
    book.keep_state("board.example", HostState(closed_until=late.timestamp() + 60, closed_because="It complained."))
    assert due_runs.queue_due_runs(session, now=late) == []
    due_runs.queue_due_runs(session, now=late + timedelta(minutes=2))
    assert asked(session) == [("us_ca_listed", ""), ("us_ca_asked", "AC 10001")]


def test_a_number_that_cannot_be_read_does_not_keep_the_others_waiting(session: Session, folder: Path) -> None:
    board(session, folder)
    stated(session, 10001)
    queued = due_runs.queue_due_lookups(session, now=NIGHT + timedelta(hours=1))
    all_over(session, RunState.REJECTED, outcome="suspect")
    assert len(queued) == 1
    assert numbers_due(session, NIGHT + timedelta(hours=23)) == []
    assert numbers_due(session, NIGHT + timedelta(hours=25)) == ["10001"]


def test_the_status_tells_what_waits_and_what_the_budget_leaves(session: Session, folder: Path) -> None:
    board(session, folder)
    for number in range(5):
        stated(session, 10001 + number)
    due_runs.queue_due_lookups(session, now=NIGHT + timedelta(hours=1))
    found = jobs.status(session, now=NIGHT + timedelta(hours=1))["lookups"]["us_ca_asked"]
    assert (found["due"], found["queued"], found["budget"], found["left"]) == (2, 3, 200, 197)
    assert datetime.fromisoformat(found["next"]) > NIGHT + timedelta(hours=1)
    assert found["away_because"] == ""
