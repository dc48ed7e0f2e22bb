"""`flask --app wsgi captures …`: what was fetched and saved, and how long it is kept."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from flask import Flask
from flask.cli import AppGroup

from directory.clock import utc_now
from directory.evidence.capture_keeping import sweep_captures
from directory.extensions import db, only_reading
from directory.rules.freshness import CAPTURE_AGE

commands = AppGroup("captures", help="Captures: delete those that nothing rests on any more.")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("sweep")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def sweep(dry_run: bool, as_json: bool) -> None:
    """Delete captures that no fact, record or decision about anybody listed rests on. It also runs each night."""
    with only_reading():
        found = sweep_captures(db.session(), now=utc_now(), dry_run=dry_run)
    if as_json:
        print(json.dumps(asdict(found) | {"dry_run": dry_run}))
        return
    verb = "would be" if dry_run else "were"
    print(
        f"{found.deleted} of {found.captures} captures ({found.bytes} bytes) {verb} deleted: "
        f"nothing rests on them, and they were last seen more than {CAPTURE_AGE.days} days ago."
    )
