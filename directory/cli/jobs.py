"""`flask --app wsgi jobs …`: the worker in the background, and what waits for it."""

from __future__ import annotations

import json
import logging
import sys

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from directory import jobs
from directory.clock import utc_now
from directory.extensions import db, only_reading
from directory.run_workers import RunWorkers

LONGEST_SILENCE = 1.0  # seconds between two looks for a bell

commands = AppGroup("jobs", help="Work in the background.")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("work")
@click.option("--no-periodic", is_flag=True, help="For every machine but the first one: leave what comes round to it.")
@click.option(
    "--workers", default=8, show_default=True, type=click.IntRange(1, 64), help="So many registries are read at once."
)
def work(no_periodic: bool, workers: int) -> None:
    """Work until stopped: registry runs, mails, and what comes round."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    jobs.sweep(db.session(), now=utc_now())
    db.session.remove()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    runs = app.extensions[jobs.WORKERS] = RunWorkers(app, most=workers)
    runs.start()
    app.extensions["queue"].create_consumer(
        workers=2, periodic=not no_periodic, worker_type="thread", max_delay=LONGEST_SILENCE
    ).run()
    runs.stop()


@commands.command("sweep")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def sweep(as_json: bool) -> None:
    """Free what dead workers left, queue what is due, and ring for all that waits."""
    rung = jobs.sweep(db.session(), now=utc_now())
    print(json.dumps({"rung": rung}) if as_json else f"Rang for {len(rung)} runs.")


@commands.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def status(as_json: bool) -> None:
    """What waits, what is at work, what was left."""
    with only_reading():
        found = jobs.status(db.session(), now=utc_now())
    if as_json:
        print(json.dumps(found))
        return
    lookups = found.pop("lookups")
    for name, value in found.items():
        shown = ", ".join(f"{word} {count}" for word, count in value.items()) if isinstance(value, dict) else value
        print(f"{name.replace('_', ' ')}: {shown if shown not in ('', []) else 'none'}")
    for registry, night in lookups.items():
        told = f"{night['due']} due, {night['queued']} queued, {night['left']} of {night['budget']} left tonight"
        away = f"; asked for one only: {night['away_because']}" if night["away_because"] else ""
        print(f"lookups at {registry}: {told}, next at {night['next'] or 'no time'}{away}")
