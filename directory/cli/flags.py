"""`flask --app wsgi flags …`: what the rules found and people have to decide."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from directory.cli.commands import print_list
from directory.extensions import db, only_reading
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.rules.vocabulary import FlagState

commands = AppGroup("flags", help="Findings that need a person's decision.")
STATES = click.Choice([state.value for state in FlagState])


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("list")
@click.option("--state", type=STATES, help="Only flags in this state; otherwise all open ones.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_flags(state: str | None, as_json: bool) -> None:
    """Flags, the oldest first."""
    query = select(*Flag.__table__.columns, Listing.slug).outerjoin(Listing, Listing.id == Flag.listing_id)
    query = query.where(Flag.state == FlagState(state)) if state else query.where(Flag.closed_at.is_(None))
    with only_reading():
        found = db.session.execute(query.order_by(Flag.id), execution_options={"yield_per": 1000})
        lines = (_as_json(row) for row in found)
        if as_json:
            print_list(lines)
            return
        for each in lines:
            about = each["listing"] or each["registry"]
            what = f"{each['severity']:<11} {each['kind']:<28} {each['state']:<10}"
            print(f"{each['id']:>6}  {what} {about}: {each['reason']}")


def _as_json(flag: Any) -> dict[str, Any]:
    return {
        "id": flag.id,
        "kind": flag.kind.value,
        "severity": flag.severity.value,
        "state": flag.state.value,
        "listing": flag.slug,
        "registry": flag.registry_id,
        "subject": flag.subject,
        "reason": flag.reason,
        "fingerprint": flag.fingerprint,
        "opened_at": flag.opened_at.isoformat(),
        "closed_at": flag.closed_at.isoformat() if flag.closed_at else None,
    }
