"""`flask --app wsgi listings duplicates`: look for people who are listed twice, as is done each night."""

from __future__ import annotations

import json

import click
from flask import Flask
from flask.cli import with_appcontext

from directory.cli.listings import commands
from directory.clock import utc_now
from directory.extensions import db
from directory.registries.likely_duplicates import find_duplicates


def init_app(app: Flask) -> None:
    """The command is part of the group `listings`."""


@commands.command("duplicates")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def duplicates(as_json: bool) -> None:
    """Compare all listings, and keep the pairs that may be one person for moderators."""
    found = find_duplicates(db.session(), at=utc_now())
    print(json.dumps(found) if as_json else ", ".join(f"{name} {count}" for name, count in found.items()))
