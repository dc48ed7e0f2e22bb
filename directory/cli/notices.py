"""`flask --app wsgi notices …`: mails of due process that came back."""

from __future__ import annotations

import re

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import func, select

from directory import clock
from directory.extensions import db
from directory.models.due_process import CaseNotice
from directory.models.flag import Flag
from directory.moderation import due_process
from directory.rules.due_process import MoveRefused
from directory.rules.vocabulary import Delivery

commands = AppGroup("notices", help="Notices to practitioners about whom something was found.")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("bounced")
@click.argument("which")
@click.option("--reason", required=True, help="What the mail server said.")
def bounced(which: str, reason: str) -> None:
    """A notice, by its number, or every live notice to an ADDRESS, came back: its case begins again."""
    live = select(CaseNotice).join(Flag, Flag.id == CaseNotice.flag_id)
    live = live.where(CaseNotice.delivery.in_((Delivery.WAITING, Delivery.ACCEPTED)), Flag.closed_at.is_(None))
    is_number = re.fullmatch(r"[0-9]{1,9}", which)
    mine = CaseNotice.id == int(which) if is_number else func.lower(CaseNotice.to) == which.lower()
    found = [notice.flag_id for notice in db.session.scalars(live.where(mine).order_by(CaseNotice.flag_id))]
    if not found:
        raise click.ClickException(f"no notice under way has this number or address: {which}")
    for flag_id in found:
        try:
            due_process.mark_returned(db.session(), flag_id, reason=reason, at=clock.utc_now())
        except MoveRefused as refused:
            raise click.ClickException(f"flag {flag_id}: {refused}") from refused
    db.session.commit()
    print(f"{len(found)} case(s) begin again with a new notice")
