"""Several workers: each host at its pace, one run of a registry at a time, nothing lost or asked twice by a kill."""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bench.boards import Host
from bench.manners import HOSTS, Trial, run_trial
from directory import create_app
from directory.models.registry import RegistryRun
from directory.registries import registry_runs, run_turns
from directory.registries.run_turns import next_run
from directory.rules.vocabulary import RunChannel, RunState
from directory.run_workers import RunWorkers
from scrapers.fetch import Fetcher
from scrapers.spec import RegistrySpec
from tests.conftest import NOW

DELAY = 0.1
FORK = multiprocessing.get_context("fork")  # everything is imported already: a start takes no second


def hurried(spec: RegistrySpec, **given: Any) -> Fetcher:
    """A fetcher with a pause that no description may state: invented boards on loopback have time."""
    return Fetcher(replace(spec, politeness=replace(spec.politeness, delay_seconds=DELAY)), **given)


def work(trial: Trial) -> None:
    """What `jobs work` does for runs, in a process of its own, until it is killed."""
    tempfile.tempdir = str(trial.folder)
    registry_runs.Fetcher = hurried  # type: ignore[attr-defined]
    RunWorkers(create_app(trial.environ, instance=trial.folder / "instance"), most=8).start()
    threading.Event().wait()


@contextmanager
def two_workers(trial: Trial) -> Iterator[list[Any]]:
    workers = [FORK.Process(target=work, args=(trial,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        yield workers
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def test_two_workers_of_which_one_is_killed_ask_each_page_once_and_no_host_too_soon(
    database: str, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        hosts = [stack.enter_context(Host()) for _ in range(HOSTS)]
        trial = Trial(hosts, tmp_path, database, pages=48)
        trial.prepare()
        workers = stack.enter_context(two_workers(trial))
        run_trial(trial, workers, kill=True, delay=DELAY)


# Whose turn it is ----------------------------------------------------------------------------------------------------


def run(session: Session, registry: str, host: str = "", state: RunState = RunState.QUEUED, worker: str = "") -> int:
    row = RegistryRun(
        registry_id=registry, channel=RunChannel.ROSTER, state=state, host=host, worker=worker, queued_at=NOW
    )
    session.add(row)
    session.commit()
    return row.id


def test_hosts_that_nobody_asks_come_first(session: Session) -> None:
    run(session, "us_a1", "a.example", RunState.RUNNING, "elsewhere|1|1")
    also_a, b = run(session, "us_a2", "a.example"), run(session, "us_b", "b.example")
    assert next_run(session) == b
    assert next_run(session, taken={b}) == also_a


def test_no_more_than_two_runs_share_a_host_and_files_have_none(session: Session) -> None:
    for number in range(run_turns.AT_ONE_HOST):
        run(session, f"us_a{number}", "a.example", RunState.RUNNING, "elsewhere|1|1")
    run(session, "us_a9", "a.example")
    assert next_run(session) is None
    file = run(session, "us_file")
    assert next_run(session) == file


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.STAGED])
def test_a_registry_has_one_run_at_a_time(session: Session, state: RunState) -> None:
    run(session, "us_a", "a.example", state, "elsewhere|1|1")
    run(session, "us_a", "a.example")
    assert next_run(session) is None


def test_what_is_read_already_is_applied_before_anything_is_asked(session: Session) -> None:
    run(session, "us_b", "b.example")
    run(session, "us_a", "a.example")
    accepted = run(session, "us_a", "a.example", RunState.STAGED)
    assert next_run(session) == accepted
    assert run_turns.waiting_runs(session) == run_turns.unfinished_runs(session)
