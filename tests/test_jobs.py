"""A bell may ring twice or be lost: the rows say what is to be done, and the sweep rings again."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import create_app, jobs
from directory.extensions import db
from directory.models.registry import RegistryRun
from directory.registries import due_runs, registries, registry_runs, run_claims, schedules
from directory.registries.registry_runs import Asked
from directory.rules.vocabulary import RunChannel, RunState
from scrapers.spec import RegistrySpec, load_spec
from tests.conftest import NOW
from tests.registry_files import Register, row, utc


def queued(session: Session, register: Register) -> int:
    asked = Asked(RunChannel.FILE, files=(str(register.file([row()])),), spec_path=str(register.spec_path))
    run_id = registry_runs.queue_run(session, register.spec, asked, at=NOW).id
    session.commit()
    return run_id


def state_of(session: Session, run_id: int) -> RunState:
    return session.get_one(RegistryRun, run_id, populate_existing=True).state


def test_a_bell_makes_a_worker_apply_the_run(session: Session, register: Register) -> None:
    run_id = queued(session, register)

    jobs.ring_run(run_id)

    assert state_of(session, run_id) is RunState.APPLIED


def test_a_bell_that_rings_twice_does_no_harm(session: Session, register: Register) -> None:
    run_id = queued(session, register)

    jobs.ring_run(run_id)
    jobs.ring_run(run_id)

    assert session.get_one(RegistryRun, run_id, populate_existing=True).attempt == 1


def test_the_sweep_rings_for_a_run_whose_bell_was_lost(session: Session, register: Register) -> None:
    run_id = queued(session, register)

    assert jobs.sweep(session, now=NOW) == [run_id]
    assert state_of(session, run_id) is RunState.APPLIED
    assert jobs.sweep(session, now=NOW) == []


@pytest.mark.parametrize("left_in", [RunState.RUNNING, RunState.STAGED])
def test_the_sweep_frees_what_a_dead_worker_left(session: Session, register: Register, left_in: RunState) -> None:
    run_id = queued(session, register)
    run_claims.claim_run(session, run_id, now=NOW)
    row_ = session.get_one(RegistryRun, run_id, populate_existing=True)
    row_.state, row_.accepted_at = left_in, NOW
    session.commit()

    assert jobs.sweep(session, now=NOW + timedelta(minutes=1)) == []  # this very process holds it, and is alive
    assert jobs.sweep(session, now=NOW + timedelta(minutes=4)) == [run_id]
    assert state_of(session, run_id) is RunState.APPLIED
    assert session.get_one(RegistryRun, run_id).attempt == 2


def test_the_status_says_what_waits(session: Session, register: Register) -> None:
    run_id = queued(session, register)

    found = jobs.status(session, now=NOW)

    assert found["runs"] == {"queued": 1}
    assert (found["waiting_runs"], found["left_runs"], found["bells"]) == ([run_id], [], 0)


# Schedules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "due"),
    [
        ("5 4 * * *", utc(2026, 11, 22, 4, 5)),
        ("0 12 * * *", utc(2026, 11, 22, 12, 0)),
        ("monthly, and weekly where the weekly file is taken", None),
        ("weekly", None),
        ("5 4 * *", None),
        ("whenever", None),
        ("", None),
    ],
)
def test_when_a_roster_is_due(schedule: str, due: object, tmp_path: Path) -> None:
    assert schedules.latest_due(Register(tmp_path, schedule=schedule).spec, NOW) == due


MOMENTS = [
    ("daily", "", utc(2026, 11, 22, 4, 0), utc(2026, 11, 22, 12, 0)),
    ("weekly", "", utc(2026, 11, 24, 4, 0), utc(2026, 11, 24, 12, 0)),
    ("monthly", "", utc(2026, 12, 12, 4, 0), utc(2026, 12, 12, 12, 0)),
    ("hourly", "", utc(2026, 11, 22, 0, 0), utc(2026, 11, 22, 1, 0)),
    ("daily", '"22:00-06:00", time_zone: America/New_York', utc(2026, 11, 22, 3, 0), utc(2026, 11, 22, 11, 0)),
    ("5 4 * * *", "", utc(2026, 11, 22, 4, 5), utc(2026, 11, 22, 4, 6)),
    ("17 9 12 * *", "", utc(2026, 12, 12, 9, 17), utc(2026, 12, 12, 9, 18)),
]


def scheduled(folder: Path, name: str, schedule: str, window: str = "") -> RegistrySpec:
    spec_path = Register(folder, id=name, schedule=schedule).spec_path
    if window:
        spec_path.write_text(f"{spec_path.read_text()}politeness: {{window: {window}}}\n", encoding="utf-8")
    return load_spec(spec_path)


@pytest.mark.parametrize(("schedule", "window", "earliest", "end"), MOMENTS)
def test_each_registry_has_its_own_moment_within_the_hours_and_cron_is_exact(
    schedule: str, window: str, earliest: datetime, end: datetime, tmp_path: Path
) -> None:
    specs = [scheduled(tmp_path, f"us_board_{number}", schedule, window) for number in range(20)]
    moments = [schedules.next_due(spec, utc(2026, 11, 21, 23, 59)) for spec in specs]
    assert all(moment is not None and earliest <= moment < end for moment in moments)
    assert len(set(moments)) > (12 if schedule.isalpha() else 0)
    for spec, moment in zip(specs, moments, strict=True):
        assert moment is not None
        assert schedules.latest_due(spec, moment) == moment
        assert schedules.latest_due(spec, moment + timedelta(minutes=59)) == moment


def test_a_registry_without_a_schedule_has_no_next_time(tmp_path: Path) -> None:
    assert schedules.next_due(scheduled(tmp_path, "us_a", ""), NOW) is None
    assert schedules.next_due(scheduled(tmp_path, "us_b", "whenever"), NOW) is None


@pytest.fixture
def scheduled_app(database: str, tmp_path: Path) -> Flask:
    """A site with one further registry that is due each day."""
    folder = tmp_path / "registries"
    folder.mkdir()
    assert Register(folder, id="us_ca_daily", schedule="daily").spec_path.exists()
    environ = {"ENV": "test", "DATABASE_URL": database, "SECRET_KEY": "t" * 40, "REGISTRIES_PATH": str(folder)}
    return create_app(environ, instance=tmp_path / "instance")


def test_an_enabled_registry_is_queued_once_when_it_is_due(scheduled_app: Flask) -> None:
    with scheduled_app.app_context():
        session = db.session()
        spec = registries.find_registry("us_ca_daily")
        assert due_runs.queue_due_runs(session, now=NOW) == []

        registries.enable(session, spec, read_by="oz@directory.example", note="Allows programs.", at=NOW)
        session.commit()
        queued_ids = due_runs.queue_due_runs(session, now=NOW)
        assert len(queued_ids) == 1
        run = session.get_one(RegistryRun, queued_ids[0])
        assert (run.channel, run.scheduled_for) == (RunChannel.ROSTER, schedules.latest_due(spec, NOW))

        run.state, run.finished_at = RunState.FAILED, NOW
        session.commit()
        assert due_runs.queue_due_runs(session, now=NOW + timedelta(hours=3)) == []
        assert len(due_runs.queue_due_runs(session, now=NOW + timedelta(days=1))) == 1
        assert jobs.status(session, now=NOW)["rosters_due"] == {
            "us_ca_daily": schedules.next_due(spec, NOW).isoformat()
        }  # type: ignore[union-attr]
        assert len(session.scalars(select(RegistryRun)).all()) == 2
        db.session.remove()
        db.engine.dispose()


def test_a_bad_description_does_not_take_the_others_along(scheduled_app: Flask, tmp_path: Path) -> None:
    (tmp_path / "registries" / "bad.yaml").write_text("id: [", encoding="utf-8")
    with scheduled_app.app_context():
        known = registries.known_registries()
        assert "us_ca_daily" in known.specs
        assert any("bad.yaml" in problem for problem in known.problems)


def test_the_status_is_told_in_words_and_as_json(app: Flask) -> None:
    runner = app.test_cli_runner()
    told = runner.invoke(args=["jobs", "status"]).output.splitlines()
    assert {"left runs: none", "rosters due: none"} <= set(told)
    assert json.loads(runner.invoke(args=["jobs", "status", "--json"]).output)["lookups"] == {}
