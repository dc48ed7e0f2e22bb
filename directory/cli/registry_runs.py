"""`registries run`, `import-page` and `decide`: a registry is read here and now, and the report printed.

Exit codes: 0 applied, 1 it could not be read, 2 wrong usage, 3 it was rejected, held for a decision, or blocked.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import with_appcontext

from directory.accounts import accounts
from directory.cli.commands import progress
from directory.clock import utc_now
from directory.extensions import db
from directory.models.account import Account
from directory.models.registry import RegistryRun
from directory.registries import registries, registry_runs
from directory.registries.asking_ledger import note_not_enabled
from directory.registries.known_numbers import number_to_probe
from directory.registries.registry_runs import Asked, CannotDecide, HalfApplied, NotEnabled, RunAtWork
from directory.registries.run_report import refusal_report, run_report
from directory.registries.run_requests import host_of
from directory.rules.vocabulary import RunChannel, RunState
from scrapers.errors import SpecError
from scrapers.spec import RegistrySpec, load_spec

OPERATOR = "operator at the command line"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def init_app(app: Flask) -> None:
    """The commands here belong to the group `registries`."""


@click.command("run")
@click.argument("registry_id", metavar="ID", required=False)
@click.option("--spec", "spec_path", type=FILE, help="A registry's description from anywhere on disk, instead of ID.")
@click.option("--file", "files", type=FILE, multiple=True, help="Read this file instead of the network.")
@click.option("--base-url", default="", help="Ask another scheme and host, for rehearsals.")
@click.option("--lookup", default="", metavar="NUMBER", help="Ask for one number only.")
@click.option("--retrieved-at", default="", metavar="ISO", help="When the files were obtained; otherwise now.")
@click.option("--create-listings", is_flag=True, help="List whoever is not listed yet.")
@click.option("--most-pages", type=click.IntRange(1), help="Stop after so many pages; the run is then incomplete.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def run(
    registry_id: str | None,
    spec_path: Path | None,
    files: tuple[Path, ...],
    base_url: str,
    lookup: str,
    retrieved_at: str,
    create_listings: bool,
    most_pages: int | None,
    as_json: bool,
) -> None:
    """Read a registry, judge what came, and apply it if it can be believed."""
    if files and lookup:
        raise click.UsageError("--file and --lookup exclude each other")
    if retrieved_at and not files:
        raise click.UsageError("--retrieved-at goes with --file: what the network answers is retrieved now")
    channel = RunChannel.FILE if files else RunChannel.LOOKUP if lookup else RunChannel.ROSTER
    asked = Asked(
        channel=channel,
        files=tuple(str(file.resolve()) for file in files),
        base_url=base_url,
        lookup=lookup,
        create_listings=create_listings,
        retrieved_at=_moment(retrieved_at).isoformat() if retrieved_at else "",
        spec_path=str(spec_path.resolve()) if spec_path else "",
        most_pages=most_pages,
    )
    _run(_spec(registry_id, spec_path, base_url), asked, as_json=as_json)


@click.command("import-page")
@click.argument("registry_id", metavar="ID")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--by", required=True, metavar="EMAIL", help="Who saved the pages: an account's address.")
@click.option("--retrieved-at", required=True, metavar="ISO", help="When they were saved, with its time zone.")
@click.option("--create-listings", is_flag=True, help="List whoever is not listed yet.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def import_page(
    registry_id: str, files: tuple[Path, ...], by: str, retrieved_at: str, create_listings: bool, as_json: bool
) -> None:
    """Read pages that a person saved from a registry's site."""
    asked = Asked(
        channel=RunChannel.SAVED_PAGE,
        files=tuple(str(file.resolve()) for file in files),
        create_listings=create_listings,
        retrieved_at=_moment(retrieved_at).isoformat(),
        checker_id=account_of(by).id,
    )
    _run(_spec(registry_id, None, ""), asked, as_json=as_json, asked_by=by)


@click.command("decide")
@click.argument("run_id", metavar="RUN", type=int)
@click.option("--accept/--reject", required=True, help="Apply what was read, or drop it.")
@click.option("--by", required=True, metavar="EMAIL", help="Who decides: an account's address.")
@click.option("--reason", required=True, help="Why.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def decide(run_id: int, accept: bool, by: str, reason: str, as_json: bool) -> None:
    """Decide about a run that was held, and apply it if it is accepted."""
    session = db.session()
    if session.get(RegistryRun, run_id) is None:
        raise click.UsageError(f"there is no run {run_id}")
    try:
        registry_runs.decide_run(session, run_id, accept, by=account_of(by), reason=reason, at=utc_now())
    except CannotDecide as why:
        raise click.UsageError(str(why)) from why
    session.commit()
    if accept:
        registry_runs.work_on(session, run_id, clock=utc_now, on_progress=progress())
    _tell(session.get_one(RegistryRun, run_id, populate_existing=True), as_json=as_json, ended_well=not accept)


# Running -------------------------------------------------------------------------------------------------------------


def _run(spec: RegistrySpec, asked: Asked, *, as_json: bool, asked_by: str = OPERATOR) -> None:
    session = db.session()
    try:
        run_id = _queued(spec, asked, asked_by)
    except SpecError as wrong:
        raise click.UsageError(str(wrong)) from wrong
    except NotEnabled as refused:
        session.rollback()
        host = host_of(spec, asked.channel.value)
        note_not_enabled(db.engine, spec.id, host=host, reason=str(refused), at=utc_now())
        _print(refusal_report(spec.id, asked.channel, str(refused)), as_json=as_json)
        raise SystemExit(3) from refused
    except RunAtWork as busy:
        raise click.ClickException(str(busy)) from busy
    registry_runs.work_on(session, run_id, clock=utc_now, on_progress=progress())
    _tell(session.get_one(RegistryRun, run_id, populate_existing=True), as_json=as_json)


def look_up_canary(spec: RegistrySpec) -> None:
    """Looks up a number that the registry must find. Raises click.UsageError where none can be asked for."""
    session = db.session()
    number = number_to_probe(session, spec, now=utc_now())
    if not number:
        raise click.UsageError(f"{spec.id} names no canaries and found nobody of late, or takes no lookups by number")
    asked = Asked(RunChannel.LOOKUP, lookup=number, must_find=True)
    try:
        run_id = _queued(spec, asked, OPERATOR)
    except (NotEnabled, RunAtWork) as refused:
        session.rollback()
        raise click.ClickException(str(refused)) from refused
    registry_runs.work_on(session, run_id, clock=utc_now, on_progress=progress())


def _queued(spec: RegistrySpec, asked: Asked, asked_by: str) -> int:
    """The run to work on: the same one where it was cut off before, else a new one."""
    session = db.session()
    while True:
        try:
            found = registry_runs.take_up(session, spec.id, asked, now=utc_now())
        except HalfApplied as first:
            click.echo(f"run {first.run_id} was cut off while it was applied, and is applied first", err=True)
            registry_runs.work_on(session, first.run_id, clock=utc_now, on_progress=progress())
            continue
        if found is None:
            found = registry_runs.queue_run(session, spec, asked, asked_by=asked_by, at=utc_now())
        return found.id  # not committed yet: it is claimed in the same transaction, before a worker sees it


def _spec(registry_id: str | None, path: Path | None, base_url: str) -> RegistrySpec:
    if (registry_id is None) == (path is None):
        raise click.UsageError("name a registry, or give --spec FILE")
    try:
        spec = load_spec(path) if path is not None else registries.find_registry(registry_id or "")
        return spec.with_base_url(base_url) if base_url else spec
    except SpecError as wrong:
        raise click.UsageError(str(wrong)) from wrong


def account_of(email: str) -> Account:
    account = accounts.find_account(db.session(), email)
    if account is None:
        raise click.UsageError(f"nobody has an account with the address {email}")
    return account


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise click.UsageError(f"--retrieved-at: {text!r} is not a time such as 2026-11-22T12:00:00Z") from wrong
    if moment.tzinfo is None:
        raise click.UsageError("--retrieved-at: say the time zone as well, such as 2026-11-22T12:00:00Z")
    if moment > utc_now():
        raise click.UsageError("--retrieved-at: that is still to come")
    return moment.astimezone(UTC)


# Telling -------------------------------------------------------------------------------------------------------------


def _tell(run: RegistryRun, *, as_json: bool, ended_well: bool = False) -> None:
    """Prints the report, and exits as the run ended."""
    _print(run_report(run), as_json=as_json)
    db.session.commit()
    if run.state is RunState.APPLIED or (ended_well and run.state is RunState.REJECTED):
        return
    failed = run.state is RunState.FAILED and run.outcome != "blocked"
    raise SystemExit(1 if failed or run.state not in (RunState.FAILED, RunState.REJECTED, RunState.HELD) else 3)


def _print(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report))
        return
    print(f"{report['registry']}: {report['outcome'] or 'not read'}. {report['reason']}".rstrip())
    told = {name: value for name, value in report.items() if isinstance(value, int) and not isinstance(value, bool)}
    print(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in told.items()))
    for warning in report["warnings"]:
        print(f"note: {warning}")
