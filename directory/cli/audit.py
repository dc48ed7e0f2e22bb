"""`flask --app wsgi audit …`: is the log of what people and runs did still as it was written?"""

from __future__ import annotations

import json

import click
from flask import Flask
from flask.cli import AppGroup

from directory import audit
from directory.extensions import db, only_reading

commands = AppGroup("audit", help="The audit log.")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("verify")
@click.option("--head", default="", help="A hash noted earlier: also check that its line is still there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify(head: str, as_json: bool) -> None:
    """Walk along the chain of hashes. Exits with 1 where it is broken."""
    with only_reading():
        report = audit.verify(db.session(), head_seen=head.strip())
    if as_json:
        print(json.dumps(report.as_json()))
    elif report.sound:
        print(f"{report.lines} lines, each as it was written. The last hash is {report.head}: note it elsewhere.")
    else:
        where = f" (line {report.broken_at})" if report.broken_at else ""
        print(f"Broken after {report.lines} sound lines{where}: {report.reason}.")
    if not report.sound:
        raise SystemExit(1)
