"""The demo's days in their order: listings, boards' lists of long ago, cases, owners, cases again, today's lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy.orm import Session

from directory.clock import utc_now
from directory.demo import cases, filling, runs
from scrapers.rehearsal.cast import Player

OWNERS_SINCE = 20
"""So many days ago practitioners claimed their listings."""


def go_through(
    session: Session, players: Sequence[Player], registers: str, *, password: str, folder: Path, say: runs.Say
) -> None:
    """Fills an empty directory, or goes on where one was cut off. Commits as it goes.

    registers: where the rehearsal server is. folder: where dropped files are put. Cases are told only where a mail
    server is set up: without one nobody is notified.
    """
    now = utc_now()
    begun = now - timedelta(days=cases.BEGUN + 10)
    say(f"Filling the directory with {len(players)} invented practitioners …")
    report = filling.list_everybody(session, players, password=password, at=begun, commit=session.commit)
    runs.read_early(session, registers, say=say)
    mo = filling.make_accounts(session, filling.hash_once(password), at=begun)["mo"]
    mails = bool(current_app.config["MAIL_URL"])
    if mails:
        cases.play(session, players, mo=mo, now=now, days=range(OWNERS_SINCE + 1, cases.BEGUN))
    claimed = filling.let_owners_in(session, players, password=password, at=now, commit=session.commit)
    if mails:
        cases.play(session, players, mo=mo, now=now, days=range(OWNERS_SINCE + 1))
    told = f"{len(cases.STORIES)} cases are under way" if mails else "no case is told, as MAIL_URL is not set"
    say(f"{report.created} listings, {claimed} of them claimed by their owners; {told}.")
    runs.run_all(session, players, registers, folder=folder, say=say)
