"""Where no list of everybody can be read, single licenses are looked up at night: within a budget, none twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug import Request as Asked
from werkzeug import Response

from directory import create_app, jobs
from directory.extensions import db
from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.flag import Flag
from directory.models.registry import RegistryRun
from directory.registries import due_runs, registries, registry_runs, run_endings
from directory.registries.health_changes import latest_change
from directory.registries.host_book import DatabaseHosts
from directory.registries.known_numbers import known_numbers
from directory.registries.lookup_nights import AT_ONCE, nights
from directory.registries.lookups_due import due_lookups
from directory.rules.vocabulary import (
    FlagKind,
    Grade,
    ListingState,
    Outcome,
    RunChannel,
    RunState,
    Severity,
    SourceHealth,
)
from scrapers.fetch import Fetcher
from scrapers.hosts import HostState
from scrapers.pace import Pace
from scrapers.record import CredentialKind, Method
from scrapers.spec import RegistrySpec
from tests.makers import make_credential, make_listing

NIGHT = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 22, 11, 59, tzinfo=UTC)
SPEC = """
id: {id}
title: "Invented board asked by number"
issues: {{kind: {kind}, profession: acupuncturist}}
jurisdiction: US-CA
authority: {authority}
home: "https://board.example/"
platform: delimited
completeness: all_statuses
politeness: {politeness}
channels: {channels}
columns: {{number: Number, holder.given: First, holder.family: Last}}
standing: {{from: Status, words: {{active: [Active]}}}}
"""
BY_NUMBER = '{lookup: {by_number: "https://board.example/find?number={number}"}}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "registries").mkdir()
    return tmp_path / "registries"


@pytest.fixture
def session(database: str, folder: Path, tmp_path: Path) -> Iterator[Session]:
    """A session of a site that knows the boards of `folder`."""
    environ = {"ENV": "test", "DATABASE_URL": database, "SECRET_KEY": "t" * 40, "REGISTRIES_PATH": str(folder)}
    with create_app(environ | {"REHEARSAL": "1"}, instance=tmp_path / "instance").app_context():
        yield db.session()
        db.session.remove()
        db.engine.dispose()


def board(session: Session, folder: Path, name: str = "us_ca_asked", *, enabled: bool = True, **given: Any) -> None:
    """An invented board on disk that is asked by number, and may be."""
    usual = {"kind": "license", "authority": "issuer", "politeness": "{}", "channels": BY_NUMBER}
    (folder / f"{name}.yaml").write_text(SPEC.format(id=name, **usual | given), encoding="utf-8")
    if enabled:
        spec = registries.find_registry(name)
        registries.enable(session, spec, read_by="oz@directory.example", note="Allows programs.", at=NIGHT)
        session.commit()


def stated(session: Session, number: int = 10001, *, state: ListingState = ListingState.PUBLISHED, **given: Any) -> Any:
    listing = make_listing(session, state=state)
    credential = make_credential(session, listing, number=f"AC {number}", number_key=str(number), **given)
    session.commit()
    return credential


def told(session: Session, credential: Credential, *, days: float, outcome: Outcome, **given: Any) -> None:
    """A check of it, from evidence that was read so many days before the night."""
    at = NIGHT - timedelta(days=days)
    evidence = Evidence(
        source="us_ca", source_title="Board", method=Method.WEB_CAPTURE, grade=Grade.A, retrieved_at=at, recorded_at=at
    )
    session.add(evidence)
    session.flush()
    session.add(
        CredentialCheck(
            credential_id=credential.id,
            registry_id="us_ca",
            outcome=outcome,
            reason="Seen.",
            evidence_id=evidence.id,
            at=at,
            **given,
        )
    )
    session.commit()


def asked(session: Session) -> list[tuple[str, str]]:
    """What was queued: the registry and the number, in the order of the moments."""
    rows = session.scalars(select(RegistryRun).order_by(RegistryRun.scheduled_for, RegistryRun.id))
    return [(run.registry_id, run.asked["lookup"]) for run in rows]


def all_over(session: Session, state: RunState = RunState.APPLIED, *, outcome: str = "complete") -> None:
    """Ends every run that waits."""
    for run in session.scalars(select(RegistryRun).where(RegistryRun.state == RunState.QUEUED)).all():
        run.state, run.outcome, run.finished_at = state, outcome, run.queued_at
        run.report = {"records": 1, "reason": ""}
        run_endings.note_health(session, run, at=run.queued_at)
    session.commit()


def numbers_due(session: Session, now: datetime = NIGHT) -> list[str]:
    return [each.key for each in due_lookups(session, registries.find_registry("us_ca_asked"), now=now)]


# What is due ---------------------------------------------------------------------------------------------------------


def test_the_most_urgent_number_comes_first(session: Session, folder: Path) -> None:
    board(session, folder)
    for number, days in ((10002, 40), (10003, 300), (10004, 8), (10005, 29)):
        told(session, stated(session, number), days=days, outcome=Outcome.CONFIRMED)
    told(session, ending := stated(session, 10006), days=8, outcome=Outcome.CONFIRMED, expires_on=date(2026, 11, 25))
    stated(session, 10001)
    assert ending.expires_on is None  # it is the registry's own end date that counts
    assert numbers_due(session) == ["10001", "10003", "10006", "10002"]


def test_a_flag_a_change_and_a_first_miss_bring_a_number_sooner(session: Session, folder: Path) -> None:
    board(session, folder)
    steady, flagged, changed, missed = (stated(session, 10001 + number) for number in range(4))
    for credential in (steady, flagged, changed):
        told(session, credential, days=8, outcome=Outcome.CONFIRMED)
    told(session, changed, days=7.5, outcome=Outcome.SUSPENDED)
    told(session, missed, days=2, outcome=Outcome.NOT_FOUND, misses=1)
    subject = {"listing_id": flagged.listing_id, "subject": f"credential:{flagged.id}"}
    session.add(
        Flag(
            kind=FlagKind.LICENSE_FORMAT,
            severity=Severity.LOW,
            reason="Odd.",
            fingerprint="f",
            opened_at=NIGHT,
            **subject,
        )
    )
    session.commit()
    assert set(numbers_due(session)) == {"10002", "10003", "10004"}


@pytest.mark.parametrize(
    "given",
    [
        {"jurisdiction": "US-WA"},
        {"profession": "physician"},
        {"kind": CredentialKind.BOARD_CERTIFICATION},
        {"withdrawn_at": NIGHT},
        {"state": ListingState.REMOVED},
    ],
)
def test_what_the_board_cannot_know_is_not_asked(session: Session, folder: Path, given: dict[str, Any]) -> None:
    board(session, folder)
    stated(session, **given)
    assert numbers_due(session) == []


def test_a_number_that_cannot_be_one_of_the_boards_is_not_asked(session: Session, folder: Path) -> None:
    board(session, folder)
    stated(session, 10001)
    credential = stated(session, 10002)
    credential.number, credential.number_key = "AC 123456789", "123456789"  # California's have one to six digits
    session.commit()
    assert numbers_due(session) == ["10001"]


def test_a_number_that_two_listings_state_is_asked_once(session: Session, folder: Path) -> None:
    board(session, folder)
    stated(session, 10001)
    stated(session, 10001)
    assert numbers_due(session) == ["10001"]


# The night -----------------------------------------------------------------------------------------------------------


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


# A night from end to end ---------------------------------------------------------------------------------------------


def unhurried(spec: RegistrySpec, **given: Any) -> Fetcher:
    """A fetcher without pauses: an invented board on loopback has time."""
    return Fetcher(replace(spec, politeness=replace(spec.politeness, delay_seconds=0)), **given)


def checks(session: Session) -> dict[str, Outcome]:
    rows = session.execute(
        select(Credential.number, CredentialCheck.outcome)
        .join(CredentialCheck, CredentialCheck.credential_id == Credential.id)
        .order_by(CredentialCheck.id)
    )
    return {row.number: row.outcome for row in rows}


def test_a_board_that_closes_in_the_middle_keeps_what_it_answered_and_its_silence_speaks_of_one_number(
    session: Session, folder: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"AC 10001": "AC 10001,Ottoline,Vasquez-Thorne,Active\n", "AC 10002": ""}

    def answer(asked: Asked) -> Response:
        found = answers.get(asked.args["number"])
        return Response("no", status=403) if found is None else Response(f"Number,First,Last,Status\n{found}")

    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/find").respond_with_handler(answer)
    monkeypatch.setattr(registry_runs, "Fetcher", unhurried)
    board(session, folder, channels=BY_NUMBER.replace("https://board.example/", httpserver.url_for("/")))
    for number in range(4):
        stated(session, 10001 + number)

    for hours in (1, 2, 3, 4):
        for run_id in due_runs.queue_due_lookups(session, now=NIGHT + timedelta(hours=hours)):
            registry_runs.work_on(session, run_id, clock=lambda: NIGHT)

    assert checks(session) == {"AC 10001": Outcome.CONFIRMED, "AC 10002": Outcome.NOT_FOUND}
    asked_for = [request.args["number"] for request, _ in httpserver.log if request.path == "/find"]
    assert asked_for == ["AC 10001", "AC 10002", "AC 10003"]  # the fourth is not asked of a board that is closed
    assert [run.state for run in session.scalars(select(RegistryRun).order_by(RegistryRun.id))] == [
        *[RunState.APPLIED] * 2,
        RunState.FAILED,
    ]


def test_without_canaries_of_its_own_a_board_must_find_again_whom_it_found_of_late(
    session: Session, folder: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {f"AC {number}": f"AC {number},Ottoline,Vasquez-Thorne,Active\n" for number in (10001, 10002, 10003)}
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/find").respond_with_handler(
        lambda asked: Response(f"Number,First,Last,Status\n{answers.get(asked.args['number'], '')}")
    )
    monkeypatch.setattr(registry_runs, "Fetcher", unhurried)
    board(session, folder, channels=BY_NUMBER.replace("https://board.example/", httpserver.url_for("/")))
    spec = registries.find_registry("us_ca_asked")

    def one_night(at: datetime, *numbers: int) -> list[RegistryRun]:
        for number in numbers:
            stated(session, number)
        for run_id in due_runs.queue_due_lookups(session, now=at):
            registry_runs.work_on(session, run_id, clock=lambda: at)
        return list(session.scalars(select(RegistryRun).where(RegistryRun.queued_at >= at).order_by(RegistryRun.id)))

    one_night(NIGHT + timedelta(hours=1), 10001)
    assert known_numbers(session, spec, now=NIGHT + timedelta(hours=2)) == ()  # one alone may really go
    one_night(NIGHT + timedelta(hours=2), 10002)
    assert known_numbers(session, spec, now=NIGHT + timedelta(days=1)) == ("AC 10002", "AC 10001")

    found, here = dict(answers), "us_ca_asked"
    answers.clear()  # it finds nobody any more, politely
    probe, *_ = one_night(NIGHT + timedelta(days=2, hours=1), 10003)
    assert (probe.asked["must_find"], probe.state) == (True, RunState.REJECTED)
    assert probe.report["canaries_missing"] == [probe.asked["lookup"]]
    assert checks(session)[probe.asked["lookup"]] is Outcome.CONFIRMED
    assert latest_change(session, here).health is SourceHealth.CHANGED_LAYOUT  # type: ignore[union-attr]

    answers.update(found)
    one_night(NIGHT + timedelta(days=3, hours=1))
    assert latest_change(session, here).health is SourceHealth.OK  # type: ignore[union-attr]
    assert known_numbers(session, spec, now=NIGHT + timedelta(days=40)) == ()
