"""Turns at a host between processes and machines, what is remembered of it, and the ledger of what was asked.

Turns are tried with real processes and short real pauses: nothing else shows that a killed one gives its turn back.
"""

from __future__ import annotations

import multiprocessing
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.models.asking import AskingDay, AskingRefusal, RobotsAnswer
from directory.models.audit import AuditLine
from directory.registries import registries
from directory.registries.asking import AskingLine, asking_lines
from directory.registries.asking_ledger import AskingLedger
from directory.registries.host_book import DatabaseHosts
from directory.registries.host_waking import NotResting, wake_host
from directory.rules.vocabulary import Role
from scrapers.hosts import HostState, RobotsFile, host_key
from scrapers.ledger import Kind
from scrapers.pace import Pace
from tests.makers import make_account
from tests.turn_takers import book, die_in_turn, take_turns

PAUSE = 0.05
SPAWN = multiprocessing.get_context("spawn")


def machines(database: str, tmp_path: Path) -> list[tuple[str, str]]:
    """Where two workers keep their turns: two machines that share a PostgreSQL, or one machine."""
    if database.startswith("postgresql"):
        address = database.replace("postgresql://", "postgresql+psycopg://", 1)
        return [(address, str(tmp_path / "first")), (address, str(tmp_path / "second"))]
    return [("", str(tmp_path / "one"))] * 2


def test_two_workers_never_undercut_the_pause_at_a_host(database: str, tmp_path: Path) -> None:
    log = str(tmp_path / "log")
    workers = [
        SPAWN.Process(target=take_turns, args=(address, folder, log, PAUSE, 8))
        for address, folder in machines(database, tmp_path)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    turns = sorted([float(word) for word in line.split()] for line in Path(log).read_text().splitlines())
    assert len(turns) == 16
    assert min(after[0] - before[1] for before, after in pairwise(turns)) >= PAUSE - 0.001


def test_a_killed_worker_gives_its_turn_back_at_once_and_the_pause_is_kept(database: str, tmp_path: Path) -> None:
    (address, folder), (other_address, other_folder) = machines(database, tmp_path)
    log = str(tmp_path / "log")
    worker = SPAWN.Process(target=die_in_turn, args=(address, folder, log, PAUSE))
    worker.start()
    worker.join(60)
    assert worker.exitcode == -9
    slept: list[float] = []
    hosts = book(other_address, other_folder, slept.append)
    with hosts.turn("board.example", 7.0):  # would wait ten minutes for a turn that nobody gives back
        assert slept == [7.0]  # when its request ended nobody knows, so the pause begins now


def test_a_turn_of_another_machine_is_waited_for_as_long_as_its_pause(database: str, tmp_path: Path) -> None:
    if not database.startswith("postgresql"):
        pytest.skip("SQLite has one machine")
    (address, folder), (_, other_folder) = machines(database, tmp_path)
    with book(address, folder).turn("board.example", 9.0):
        pass
    slept: list[float] = []
    other = book(address, other_folder, slept.append)
    with other.turn("board.example", 9.0), other.turn("other.example", 9.0):
        assert len(slept) == 1
        assert 8.0 < slept[0] <= 9.0


def test_what_a_host_did_is_known_to_all(session: Session, tmp_path: Path) -> None:
    hosts = DatabaseHosts(db.engine, Pace(tmp_path))
    assert hosts.state("board.example") == HostState()
    state = HostState(6, 2, 1_800_000_000.0, "it answered 500", 7.0, 1_800_000_100.0)
    for each in (HostState(failures=1), state):
        hosts.keep_state("board.example", each)
    assert DatabaseHosts(db.engine, Pace(tmp_path)).state("board.example") == state
    with hosts.turn("board.example", 0):
        hosts.keep_state("board.example", HostState())
    assert hosts.state("board.example") == HostState()


def test_each_different_answer_for_robots_txt_is_kept(session: Session, tmp_path: Path) -> None:
    hosts, origin = DatabaseHosts(db.engine, Pace(tmp_path)), "https://board.example:443"
    assert hosts.robots(origin) is None
    for at, rules in enumerate(["Disallow: /a", "Disallow: /a", "Disallow: /b\0", "Disallow: /a"]):
        hosts.keep_robots(origin, RobotsFile(200, rules, 1_800_000_000.0 + at), delay=5.0)
    rows = session.scalars(select(RobotsAnswer).order_by(RobotsAnswer.id)).all()
    assert [(row.text, row.delay_seconds) for row in rows] == [
        ("Disallow: /a", 5.0),
        ("Disallow: /b", 5.0),
        ("Disallow: /a", 5.0),
    ]
    assert (rows[0].last_at - rows[0].first_at).total_seconds() == 1
    assert hosts.robots(origin) == RobotsFile(200, "Disallow: /a", 1_800_000_003.0)


# The ledger ----------------------------------------------------------------------------------------------------------

HOST, URL = "board.example", "https://board.example/list.csv"


def note(ledger: AskingLedger, at: datetime, *kinds: Kind, reason: str = "") -> None:
    for kind in kinds:
        ledger.note(kind, host=HOST, at=at, url=URL, reason=reason)


def test_counts_are_added_up_by_day_by_whoever_writes_them(session: Session, now: datetime) -> None:
    for hours in (0, 1, 13):  # the last one is tomorrow's
        ledger = AskingLedger(db.engine, "us_md")
        note(ledger, now + timedelta(hours=hours), Kind.REQUEST, Kind.ANSWER, Kind.REQUEST, Kind.COMPLAINT)
        ledger.add_bytes(3_000_000_000, host=HOST, at=now + timedelta(hours=hours))
        ledger.flush()
        ledger.flush()
    rows = session.scalars(select(AskingDay).order_by(AskingDay.day)).all()
    assert [(row.day, row.requests, row.answers, row.complaints, row.bytes) for row in rows] == [
        (now.date(), 4, 2, 2, 6_000_000_000),
        (now.date() + timedelta(days=1), 2, 1, 1, 3_000_000_000),
    ]
    assert (rows[0].first_at, rows[0].last_sent_at) == (now, now + timedelta(hours=1))


def test_a_refusal_is_written_before_the_run_goes_on_and_counts_every_few_seconds(
    session: Session, now: datetime
) -> None:
    ledger = AskingLedger(db.engine, "us_md")
    note(ledger, now, Kind.REQUEST)
    assert session.scalars(select(AskingDay)).all() == []
    session.rollback()
    note(ledger, now + timedelta(seconds=6), Kind.ANSWER)
    assert session.scalars(select(AskingDay.requests)).all() == [1]
    session.rollback()
    note(ledger, now + timedelta(seconds=7), Kind.REFUSAL, reason="answers 403")
    assert [(row.reason, row.url) for row in session.scalars(select(AskingRefusal))] == [("answers 403", URL)]


def test_a_line_says_what_was_asked_refused_and_withheld_in_thirty_days(session: Session, now: datetime) -> None:
    ledger = AskingLedger(db.engine, "us_md")
    note(ledger, now - timedelta(days=40), Kind.REQUEST, Kind.REFUSAL, reason="answers 401")
    note(ledger, now - timedelta(days=2), Kind.REQUEST, Kind.ANSWER, Kind.REQUEST, Kind.REFUSAL, reason="answers 403")
    note(ledger, now, Kind.WITHHELD, reason="is left alone")
    line = asking_lines(session, now=now)["us_md"]
    assert (line.requests_30d, line.refused_30d, line.withheld_30d) == (2, 1, 1)
    assert line.last_asked_at == now - timedelta(days=2)
    assert (line.last_refused_at, line.last_refusal) == (now, f"is left alone ({URL})")


def test_a_registry_that_was_never_asked_has_an_empty_line(session: Session, now: datetime) -> None:
    spec = registries.find_registry("us_md")
    assert asking_lines(session, now=now)["us_md"] == AskingLine(pause_seconds=spec.politeness.delay_seconds)


def test_a_line_says_how_the_host_is_treated_and_what_robots_txt_said(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    hosts = DatabaseHosts(db.engine, Pace(tmp_path))
    soon = now + timedelta(minutes=15)
    for origin in registries.find_registry("us_md").allowed_hosts:
        hosts.keep_state(host_key(origin), HostState(5, 1, soon.timestamp(), "it answered 500", 11.0, soon.timestamp()))
        hosts.keep_robots(origin, RobotsFile(200, "x", now.timestamp()), delay=4.0)
    line = asking_lines(session, now=now)["us_md"]
    assert (line.closed_until, line.closed_because, line.pause_seconds) == (soon, "it answered 500", 11.0)
    assert line.robots == "robots.txt, read on 22 November 2026, which asks for a pause of 4 s, is followed."
    over = asking_lines(session, now=soon + timedelta(seconds=1))["us_md"]
    assert (over.closed_until, over.closed_because) == (None, "")


def test_a_person_ends_the_rest_of_a_host_and_is_on_record(session: Session, now: datetime, tmp_path: Path) -> None:
    hosts, oz = DatabaseHosts(db.engine, Pace(tmp_path)), make_account(session, "oz", role=Role.OPERATOR)
    session.commit()
    later = now + timedelta(hours=20)
    hosts.keep_state("board.example", HostState(6, 3, later.timestamp(), "a captcha", 11.0, later.timestamp()))
    with pytest.raises(NotResting, match=r"other\.example is not left alone at present\. These are: board\.example"):
        wake_host(session, "other.example", by=oz, note="They agreed.", at=now)
    wake_host(session, "board.example", by=oz, note="They agreed by mail.", at=now)
    session.commit()
    assert hosts.state("board.example") == HostState(delay=11.0, delay_until=later.timestamp())
    line = session.scalars(select(AuditLine).where(AuditLine.action == "host woken")).one()
    assert (line.actor, line.subject, line.reason) == (oz.email, "host:board.example", "They agreed by mail.")
    with pytest.raises(NotResting, match=r"None is\."):
        wake_host(session, "board.example", by=oz, note="Again.", at=now)


# Terms ---------------------------------------------------------------------------------------------------------------


def test_terms_are_to_be_read_again_after_a_year_and_enabling_again_resets_it(session: Session, now: datetime) -> None:
    spec, day = registries.find_registry("us_md"), timedelta(days=1)
    read_at = now - 365 * day
    registries.enable(session, spec, read_by="oz@directory.example", note="Public file.", at=read_at)
    assert registries.terms_missing(session, spec, today=(now - day).date()) == ""
    told = registries.terms_missing(session, spec, today=now.date())
    assert f"its terms of {read_at:%Y-%m-%d} are to be read again since {now:%Y-%m-%d}" in told
    assert asking_lines(session, now=now)["us_md"].terms_due_on == now.date()
    reading = registries.enable(session, spec, read_by="oz@directory.example", note="Still public.", at=now)
    assert registries.terms_missing(session, spec, today=now.date()) == ""
    assert reading.terms_url == spec.terms.url
    assert asking_lines(session, now=now)["us_md"].terms_read_on == date(2026, 11, 22)


def test_a_book_never_waits_for_its_own_run(app: Flask, tmp_path: Path) -> None:
    """The connection that holds a turn is not the one that writes the run."""
    with app.app_context():
        hosts = DatabaseHosts(db.engine, Pace(tmp_path))
        with hosts.turn("board.example", 0):
            db.session.execute(text("SELECT 1"))
            db.session.commit()
            hosts.keep_state("board.example", HostState(failures=1))
            note(AskingLedger(db.engine, "us_md"), datetime(2026, 11, 22, tzinfo=UTC), Kind.REFUSAL, reason="x")
        assert hosts.state("board.example").failures == 1
