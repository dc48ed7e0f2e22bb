"""`flask --app wsgi check …`: look again at what registries say of listings, from the records we have."""

from __future__ import annotations

import json

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy import select

from directory import jobs
from directory.cli.commands import progress
from directory.clock import utc_now
from directory.extensions import db
from directory.models.listing import Listing
from directory.registries import checks


def init_app(app: Flask) -> None:
    app.cli.add_command(check)


@click.command("check", help="Look again at what registries say of one listing, or of all.")
@click.argument("slug", required=False)
@click.option("--all", "everybody", is_flag=True, help="Every listing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def check(slug: str | None, everybody: bool, as_json: bool) -> None:
    """Appends the checks that are news; flags and search follow."""
    if bool(slug) == everybody:
        raise click.UsageError("name a listing, or say --all")
    session = db.session()
    if everybody:
        counts = jobs.look_again(session, clock=utc_now, on_progress=progress())
    else:
        listing_id = session.scalar(select(Listing.id).where(Listing.slug == slug))
        if listing_id is None:
            raise click.UsageError(f"no listing is called {slug}")
        counts = checks.check_listing(session, [listing_id], now=utc_now())
        session.commit()
    found = {name: counts.get(name, 0) for name in ("listings", "checks", "flags_opened", "flags_closed")}
    if as_json:
        print(json.dumps(found))
    else:
        print(", ".join(f"{name.replace('_', ' ')} {count}" for name, count in found.items()))
