"""What runs leave behind of their asking: counts, refusals, and a reason where nothing was asked."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.asking import AskingDay, AskingRefusal, RegistryHost, RobotsAnswer
from directory.models.registry import RegistryRun
from directory.registries import registries, registry_runs, source_health
from directory.registries.registry_runs import Asked
from directory.rules.vocabulary import RunChannel, RunState
from scrapers.ledger import Kind
from scrapers.pace import Pace
from scrapers.spec import load_spec
from tests.registry_files import Register, row

HEADER = "Number,First,Last,Status,Expires,City,State,Zip,NPI"


@pytest.fixture
def rehearsing(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback may be asked, and nobody waits."""
    monkeypatch.setitem(app.config, "REHEARSAL", True)
    monkeypatch.setitem(app.config, "CONTACT_EMAIL", "oz@directory.example")
    monkeypatch.setattr(registry_runs, "Pace", lambda: Pace(tmp_path / "pace", sleep=lambda seconds: None))


def run_over_http(session: Session, register: Register, server: HTTPServer, at: datetime) -> RegistryRun:
    spec = register.spec.with_base_url(server.url_for("/").rstrip("/"))
    asked = Asked(RunChannel.ROSTER, base_url=server.url_for("/").rstrip("/"), spec_path=str(register.spec_path))
    run = registry_runs.queue_run(session, spec, asked, at=at)
    session.commit()
    registry_runs.work_on(session, run.id, clock=lambda: at)
    return session.get_one(RegistryRun, run.id, populate_existing=True)


@pytest.mark.usefixtures("rehearsing")
def test_a_run_leaves_what_it_asked_and_a_second_one_asks_only_whether_it_changed(
    session: Session, register: Register, httpserver: HTTPServer, now: datetime
) -> None:
    body = register.file([row()]).read_bytes()
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nAllow: /\n")
    httpserver.expect_request("/all.csv", headers={"If-None-Match": '"1"'}).respond_with_data("", status=304)
    httpserver.expect_request("/all.csv").respond_with_data(body, headers={"ETag": '"1"'})
    first = run_over_http(session, register, httpserver, now)
    second = run_over_http(session, register, httpserver, now + timedelta(days=1))
    assert (first.outcome, second.outcome) == ("complete", "complete")
    assert (first.report["unchanged"], second.report["unchanged"], second.report["withheld"]) == (0, 1, "")
    assert second.report["captures"] == first.report["captures"]
    days = session.scalars(select(AskingDay).order_by(AskingDay.day)).all()
    counts = [(day.requests, day.answers, day.unchanged, day.complaints, day.withheld, day.bytes) for day in days]
    assert counts == [(2, 2, 0, 0, 0, len(body)), (2, 2, 1, 0, 0, 0)]
    assert {day.host for day in days} == {f"localhost:{httpserver.port}"}
    assert [answer.text for answer in session.scalars(select(RobotsAnswer))] == ["User-agent: *\nAllow: /\n"]


@pytest.mark.usefixtures("rehearsing")
def test_what_robots_txt_forbids_is_kept_with_its_address(
    session: Session, register: Register, httpserver: HTTPServer, now: datetime
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /\n")
    run = run_over_http(session, register, httpserver, now)
    assert (run.state, run.outcome) == (RunState.FAILED, "blocked")
    (refusal,) = session.scalars(select(AskingRefusal)).all()
    assert (refusal.kind, refusal.reason) == (Kind.WITHHELD, "robots.txt does not allow this address")
    assert refusal.url == httpserver.url_for("/all.csv")
    assert session.scalars(select(RegistryHost.failures)).all() in ([], [0])


@pytest.mark.usefixtures("rehearsing")
def test_a_run_outside_its_hours_says_when_they_begin_and_nothing_of_the_source(
    session: Session, register: Register, httpserver: HTTPServer, now: datetime
) -> None:
    nightly = 'politeness: {window: "22:00-06:00", time_zone: America/New_York}\n'
    register.spec_path.write_text(register.spec_path.read_text() + nightly)
    run = run_over_http(session, register, httpserver, now)  # seven in the morning there
    assert (run.state, run.outcome, run.report["withheld"]) == (RunState.FAILED, "down", "hours")
    assert run.report["not_before_seconds"] == 15 * 3600
    assert "22:00-06:00 America/New_York" in run.reason
    assert httpserver.log == []
    assert source_health.source_facts(session, now, only=register.id) == {}


def test_a_run_that_was_queued_before_its_terms_lapsed_asks_nobody(
    session: Session, register: Register, now: datetime
) -> None:
    later = now + timedelta(days=366)
    registries.enable(session, register.spec, read_by="oz@directory.example", note="Public.", at=now)
    asked = Asked(RunChannel.ROSTER, spec_path=str(register.spec_path))
    run = registry_runs.queue_run(session, register.spec, asked, at=now)
    session.commit()
    assert registry_runs.work_on(session, run.id, clock=lambda: later) is RunState.FAILED
    run = session.get_one(RegistryRun, run.id, populate_existing=True)
    assert run.outcome == "blocked"
    assert "are to be read again since 2027-11-22" in run.reason
    assert [(day.requests, day.withheld) for day in session.scalars(select(AskingDay))] == [(0, 1)]


def test_operators_are_told_which_terms_are_to_be_read_again(app: Flask, session: Session) -> None:
    long_ago = datetime.fromisoformat("2020-01-01T12:00:00+00:00")
    spec = registries.find_registry("us_md")
    registries.enable(session, spec, read_by="oz@directory.example", note="Public.", at=long_ago)
    session.commit()
    cli = app.test_cli_runner()
    told = "terms to be read again since 2020-12-31"
    assert told in next(line for line in cli.invoke(args=["registries", "list"]).stdout.splitlines() if "us_md" in line)
    shown = json.loads(cli.invoke(args=["registries", "show", "us_md", "--json"]).stdout)
    assert (shown["paused"], shown["asking"]["terms_due_on"]) == (told, "2020-12-31")
    refused = cli.invoke(args=["registries", "run", "us_md", "--json"])
    assert refused.exit_code == 3
    assert "to be read again" in json.loads(refused.stdout)["reason"]
    assert json.loads(cli.invoke(args=["registries", "show", "us_md", "--json"]).stdout)["asking"]["withheld_30d"] == 1


def test_a_description_may_ask_for_its_terms_to_be_read_more_often(tmp_path: Path, register: Register) -> None:
    path = tmp_path / "often.yaml"
    path.write_text(register.spec_path.read_text() + "\nterms: {reread_days: 90}\n")
    spec = load_spec(path)
    read_on = datetime.fromisoformat("2026-11-22").date()
    assert registries.terms_due_on(spec, read_on) == read_on + timedelta(days=90)
