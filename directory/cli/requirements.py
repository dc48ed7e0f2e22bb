"""`flask --app wsgi requirements …`: what places ask of acupuncturists, and which of it somebody should read again."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from enum import Enum
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from directory.clock import utc_today
from directory.rules.requirement_facts import Requirement
from directory.rules.requirement_review import SOON, URGENT, Concern, review
from directory.rules.requirements import known_jurisdictions, requirement, whole_pack

commands = AppGroup("requirements", help="What places ask of acupuncturists, and what of it to read again.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_ANSWERS = {True: "license asked for", False: "issues none", None: "not checked"}


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("list")
@AS_JSON
def list_requirements(as_json: bool) -> None:
    """Every place of the pack, with today's answer."""
    rows = [requirement(code, on=utc_today()) for code in known_jurisdictions()]
    if as_json:
        print(json.dumps([_as_json(row) for row in rows]))
        return
    for row in rows:
        kind = (row.credential_kind.value if row.credential_kind else "").replace("_", " ")
        print(f"{row.jurisdiction:<6} {row.name:<26} {_ANSWERS[row.license_required]:<18} {kind:<20} {row.review_by}")


@commands.command("show")
@click.argument("code")
@AS_JSON
def show_requirement(code: str, as_json: bool) -> None:
    """One place: its answers today, the words they rest on, and who else may needle there."""
    if code.upper() not in known_jurisdictions():
        raise click.UsageError(f"no place is called {code}; `requirements list` has them")
    row = requirement(code, on=utc_today())
    if as_json:
        print(json.dumps(_as_json(row)))
        return
    for name, value in _as_json(row).items():
        if name != "alternatives" and value not in ("", None, [], False):
            print(f"{name:<20} {', '.join(value) if isinstance(value, list) else value}")
    for each in row.alternatives:
        answer = {True: "may needle", False: "may not needle", None: "not checked"}[each.may_needle]
        print(f"{'':<20} {each.profession}: {answer} {each.condition} ({each.source})".replace("  (", " ("))


@commands.command("check")
@click.option(
    "--within",
    type=click.IntRange(0, 3650),
    default=SOON.days,
    show_default=True,
    help="Tell of reviews that lapse within so many days.",
)
@AS_JSON
def check_requirements(within: int, as_json: bool) -> None:
    """Rows to read again, rows nobody verified, rows that contradict themselves.

    Exit code 1 when a review has lapsed or a row contradicts itself, else 0: what is merely due soon or not verified
    is listed and asks for no haste, for no flag rests on it.
    """
    found = review(whole_pack(), on=utc_today(), soon=timedelta(days=within))
    counts = Counter(each.concern for each in found)
    if as_json:
        named = {concern.value: counts[concern] for concern in Concern}
        print(json.dumps({"counts": named, "findings": [_plain(asdict(each)) for each in found]}))
    else:
        for each in found:
            print(f"{each.concern:<14} {each.jurisdiction:<6} {each.profession:<22} {each.words}")
        print(", ".join(f"{concern.value} {counts[concern]}" for concern in Concern))
    if any(each.concern in URGENT for each in found):
        raise click.exceptions.Exit(1)


def _as_json(row: Requirement) -> dict[str, Any]:
    return _plain(asdict(row))  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    """Dates, enums and tuples as JSON has them."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Enum) or value is None or isinstance(value, str | bool | int):
        return value.value if isinstance(value, Enum) else value
    return value.isoformat()
