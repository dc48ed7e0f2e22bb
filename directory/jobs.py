"""Work in the background. The queue is only a bell: each task claims a row that says what is to be done.

So a bell may ring twice, or be lost with a worker that was killed: the sweep rings again for rows that were left.
Views and commands ring after they commit. Runs have threads of their own (`run_workers`): mails and what comes round
never wait behind a list that takes hours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from huey import RedisHuey, SqliteHuey, crontab
from huey.api import Huey
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory import notifications
from directory.clock import utc_now
from directory.evidence import capture_keeping
from directory.extensions import db
from directory.listings import published_words
from directory.listings.merged_listings import wait_for_merges
from directory.models.notice import Notice
from directory.models.registry import RegistryRun
from directory.moderation import due_rounds, page_checks
from directory.registries import checks, due_runs, journals, registry_runs, run_claims, run_turns
from directory.registries.likely_duplicates import find_duplicates
from directory.registries.name_counts import counted_once

log = logging.getLogger(__name__)

RUN = "work_on_run"

WORKERS = "run_workers"  # where `jobs work` keeps its threads for runs, if this is that process


def make_queue(url: str, *, immediate: bool = False) -> Huey:
    """The queue that `url` names: `sqlite:FILE`, `redis://…`, or `postgresql://…`."""
    if url.startswith("sqlite:"):
        return SqliteHuey(
            "true-meridian", filename=url.removeprefix("sqlite:"), fsync=True, timeout=30, immediate=immediate
        )
    if url.startswith("redis:"):
        return RedisHuey("true-meridian", url=url, immediate=immediate)
    from huey import PostgresHuey

    return PostgresHuey("true-meridian", dsn=url, immediate=immediate)


def init_app(app: Flask) -> None:
    queue = make_queue(app.config["QUEUE_URL"], immediate=app.config["ENV"] == "test")
    app.extensions["queue"] = queue
    _add_tasks(app, queue)


def _add_tasks(app: Flask, queue: Huey) -> None:
    def work_on_run(run_id: int) -> None:
        if WORKERS in app.extensions:
            app.extensions[WORKERS].wake()
            return
        with app.app_context():
            registry_runs.work_on(db.session(), run_id, clock=utc_now)

    def every_minute() -> None:
        with app.app_context():
            sweep(db.session(), now=utc_now())
            notifications.send_waiting(db.session(), now=utc_now())
            due_rounds.go_round(db.session(), now=utc_now())

    def every_night() -> None:
        with app.app_context():
            look_again(db.session(), clock=utc_now)
            page_checks.forget_left_files(db.session(), now=utc_now())
            find_duplicates(db.session(), at=utc_now())
            published_words.ask_about_published_words(db.session(), at=utc_now())
            db.session.commit()
            capture_keeping.sweep_captures(db.session(), now=utc_now())

    queue.periodic_task(crontab(minute="*"), name="every_minute")(every_minute)
    queue.periodic_task(crontab(minute="23", hour="2"), name="every_night")(every_night)
    app.extensions[RUN] = queue.task(name=RUN)(work_on_run)


# Ringing -------------------------------------------------------------------------------------------------------------


def ring_run(run_id: int) -> None:
    """Asks a worker to take up the run. Call it after committing."""
    current_app.extensions[RUN](run_id)


# What comes round ----------------------------------------------------------------------------------------------------


def sweep(session: Session, *, now: datetime) -> list[int]:
    """Frees runs whose worker is gone, queues those that are due, and rings for all that wait. Commits.

    Returns the runs it rang for.
    """
    for run_id in run_claims.free_left_runs(session, now=now):
        log.warning("Run %s was left by its worker and is taken up again", run_id)
    due_runs.queue_due_runs(session, now=now)
    journals.drop_all_but(run_turns.unfinished_runs(session))
    rung = _rung_already()
    waiting = [run_id for run_id in run_turns.waiting_runs(session) if run_id not in rung]
    session.commit()
    for run_id in waiting:
        ring_run(run_id)
    return waiting


def _rung_already() -> set[int]:
    """Runs for which a bell is still waiting to be heard."""
    queue: Huey = current_app.extensions["queue"]
    return {task.args[0] for task in queue.pending() if task.name == RUN and task.args}


def look_again(
    session: Session, *, clock: Callable[[], datetime], on_progress: Callable[[str], None] = lambda text: None
) -> dict[str, int]:
    """Checks every listing against what is on record: end dates pass and evidence ages without a run. Commits."""
    total: dict[str, int] = {}
    with counted_once():
        for listing_ids in checks.every_listing(session):
            wait_for_merges(session)
            for name, count in checks.check_listing(session, listing_ids, now=clock()).items():
                total[name] = total.get(name, 0) + count
            session.commit()
            on_progress(f"{total['listings']} listings, {total['checks']} checks")
    return total


# How it stands -------------------------------------------------------------------------------------------------------


def status(session: Session, *, now: datetime) -> dict[str, Any]:
    """How many runs and notices are in each state, which runs were left, how many bells wait, and what comes next."""
    left = [run.id for run in run_claims.left_runs(session, now=now)]
    runs: Any = session.execute(select(RegistryRun.state, func.count()).group_by(RegistryRun.state))
    notices: Any = session.execute(select(Notice.state, func.count()).group_by(Notice.state))
    queue: Huey = current_app.extensions["queue"]
    return {
        "runs": {state.value: count for state, count in runs},
        "left_runs": left,
        "waiting_runs": run_turns.waiting_runs(session),
        "notices": {state.value: count for state, count in notices},
        "bells": queue.pending_count(),
        **due_runs.what_comes(session, now=now),
    }
