"""`flask --app wsgi demo`: an invented cast, and invented registries that are asked over real HTTP on loopback."""

from __future__ import annotations

import secrets
from pathlib import Path

import click
from flask import Flask, current_app

from directory.clock import utc_today
from directory.demo import days, filling, runs
from directory.extensions import db
from directory.registries import registries
from scrapers.errors import SpecError
from scrapers.rehearsal.cast import FEWEST, cast
from scrapers.rehearsal.server import RehearsalServer


def init_app(app: Flask) -> None:
    app.cli.add_command(demo)


@click.command("demo", help="Fill the directory with invented practitioners and run invented registries against them.")
@click.option("--people", type=click.IntRange(min=FEWEST), default=400, show_default=True)
def demo(people: int) -> None:
    """Only where REHEARSAL is on: it makes accounts and asks addresses on loopback."""
    if not current_app.config["REHEARSAL"]:
        raise click.UsageError("set REHEARSAL=1 first: a demo makes accounts and asks registries on loopback")
    try:
        for each in runs.OVER_THE_NETWORK:
            registries.find_registry(each)
    except SpecError as wrong:
        raise click.UsageError(f"set REGISTRIES_PATH=scrapers/rehearsal/registries first: {wrong}") from wrong
    password = "-".join(secrets.token_hex(2) for _ in range(5))
    players = cast(people, today=utc_today())
    folder = Path(current_app.instance_path) / "demo"
    with RehearsalServer(players) as server:
        days.go_through(db.session(), players, server.address, password=password, folder=folder, say=_say)
    click.echo(f"Password of {', '.join(f'{name}@true-meridian.example' for name in filling.USERS)}: {password}")


def _say(line: str) -> None:
    click.echo(line, err=True)
