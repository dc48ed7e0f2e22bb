"""`flask --app wsgi registries …`: which there are, whether they may be asked, and what came of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from directory.cli.commands import print_list
from directory.cli.registry_runs import account_of, decide, import_page, look_up_canary, run
from directory.clock import utc_now
from directory.extensions import db, only_reading
from directory.registries import registries, source_health
from directory.registries.asking import AskingLine, asking_lines
from directory.registries.host_waking import NotResting, wake_host
from directory.registries.published_records import current_records, has_runs
from directory.registries.source_health import RegistryLine
from scrapers.errors import SpecError
from scrapers.spec import RegistrySpec

HEALTH = (
    *("id", "title", "enabled", "health", "since", "reason", "run_id", "last_run_at", "last_success_at", "records"),
    *("unknown_words", "new_columns", "canaries_missing", "fill"),
)

commands = AppGroup("registries", help="Registries: list, enable, run, see how they are.")
for command in (run, import_page, decide):
    commands.add_command(command)


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_registries(as_json: bool) -> None:
    """Every known registry."""
    _report_problems()
    lines, asking, today = _lines(), _asking(), utc_now().date()
    if as_json:
        print(json.dumps([_as_json(line) | {"asking": asking_json(asking.get(line.id))} for line in lines]))
        return
    for line in lines:
        may = "enabled" if line.enabled else "disabled"
        health = line.health.value if line.health else "never read"
        due = asking[line.id].terms_due_on if line.id in asking else None
        again = f" (terms to be read again since {due})" if due and due <= today else ""
        print(f"{line.id:<18} {line.jurisdiction:<6} {may:<9} {health:<15} {line.records:>7}  {line.title}{again}")


@commands.command("show")
@click.argument("registry_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(registry_id: str, as_json: bool) -> None:
    """One registry: what it is, what its terms say, what nobody has verified yet."""
    spec = _find(registry_id)
    shown = _as_json(next(line for line in _lines() if line.id == spec.id))
    shown["terms"] = {"url": spec.terms.url, "says": spec.terms.says}
    shown["schedule"] = spec.schedule
    asking = _asking().get(spec.id)
    shown["asking"] = asking_json(asking)
    if asking and asking.terms_due_on and asking.terms_due_on <= utc_now().date():
        shown["paused"] = f"terms to be read again since {asking.terms_due_on}"
    if as_json:
        print(json.dumps(shown))
        return
    for name, value in shown.items():
        print(f"{name}: {value}")


@commands.command("enable")
@click.argument("registry_id", metavar="ID")
@click.option("--terms-read-by", required=True, metavar="EMAIL", help="Who read the registry's terms.")
@click.option("--note", required=True, help="What they say about reading it by a program, in a sentence.")
def enable(registry_id: str, terms_read_by: str, note: str) -> None:
    """Record that the terms were read, and let the registry be asked over the network."""
    spec = _find(registry_id)
    if terms_read_by.count("@") != 1 or not note.strip():
        raise click.UsageError("give the e-mail address of who read the terms, and a note of what they say")
    try:
        registries.enable(db.session(), spec, read_by=terms_read_by, note=note, at=utc_now())
    except SpecError as wrong:
        raise click.UsageError(str(wrong)) from wrong
    db.session.commit()
    print(f"{spec.id} may be asked from now on. Its terms were read by {terms_read_by}.")


@commands.command("disable")
@click.argument("registry_id", metavar="ID")
@click.option("--note", default="", help="Why.")
def disable(registry_id: str, note: str) -> None:
    """Stop asking the registry. What was read before stands."""
    spec = _find(registry_id)
    registries.disable(db.session(), spec.id, note=note, at=utc_now())
    db.session.commit()
    print(f"{spec.id} is not asked any more.")


@commands.command("wake")
@click.argument("host")
@click.option("--by", required=True, metavar="EMAIL", help="Who decides it: an account's address.")
@click.option("--note", required=True, help="Why it may be asked again: what was agreed, or what was mended.")
def wake(host: str, by: str, note: str) -> None:
    """Ask a host again that is left alone because it refused us. It is asked as slowly as before."""
    if not note.strip():
        raise click.UsageError("--note: say why it may be asked again")
    try:
        wake_host(db.session(), host, by=account_of(by), note=note, at=utc_now())
    except NotResting as wrong:
        raise click.UsageError(str(wrong)) from wrong
    db.session.commit()
    print(f"{host} may be asked again from now on.")


@commands.command("health")
@click.option("--probe", metavar="ID", help="Look a known number up there first: one that the registry must find.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def health(probe: str | None, as_json: bool) -> None:
    """How each registry is, seen from here."""
    _report_problems()
    if probe:
        look_up_canary(_find(probe))
    with only_reading():
        lines = [line for line in source_health.all_registries(db.session()) if line.id == probe or not probe]
    if as_json:
        print(json.dumps([{name: _as_json(line)[name] for name in HEALTH} for line in lines], ensure_ascii=False))
        return
    for line in lines:
        state = line.health.value if line.health else "never read"
        since = f" since {line.since:%Y-%m-%d %H:%M}" if line.since else ""
        print(f"{line.id:<18} {state}{since} {line.reason}".rstrip())
        for what in _noticed(line):
            print(f"{'':<18} {what}")


def _noticed(line: RegistryLine) -> list[str]:
    """What a person should look at, in a line each, and how full the records were."""
    words = ", ".join(f"{word!r} ({count} records)" for word, count in line.unknown_words.items())
    fill = ", ".join(f"{name} {share:.0%}" for name, share in line.fill.items() if share)
    told = {
        "unknown standing words": words,
        "new columns": ", ".join(line.new_columns),
        "known records that did not come back": ", ".join(line.canaries_missing),
        "filled": fill,
    }
    return [f"{name}: {text}" for name, text in told.items() if text]


@commands.command("records")
@click.argument("registry_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def records(registry_id: str, as_json: bool) -> None:
    """The records of a registry as stored, of the last accepted run."""
    with only_reading():
        if not has_runs(db.session(), registry_id):  # one that was run with --spec need not be known
            _find(registry_id)
        found = current_records(db.session(), registry_id)
        if as_json:
            print_list(found)
            return
        for each in found:
            ends = each["expires_on"] or ""
            print(f"{each['number_raw']:<20} {each['standing']:<12} {ends:<10} {each['holder']['raw']}")


def _lines() -> list[RegistryLine]:
    with only_reading():
        return source_health.public_registries(db.session(), now=utc_now())


def _asking() -> dict[str, AskingLine]:
    with only_reading():
        return asking_lines(db.session(), now=utc_now())


def asking_json(line: AskingLine | None) -> dict[str, Any] | None:
    """What a registry was asked, as JSON-ready values; None for one that is not asked over the network."""
    if line is None:
        return None
    return {name: each.isoformat() if isinstance(each, date) else each for name, each in asdict(line).items()}


def _find(registry_id: str) -> RegistrySpec:
    try:
        return registries.find_registry(registry_id)
    except SpecError as wrong:
        raise click.UsageError(str(wrong)) from wrong


def _report_problems() -> None:
    for problem in registries.known_registries().problems:
        click.echo(f"cannot be used: {problem}", err=True)


def _as_json(line: RegistryLine) -> dict[str, Any]:
    fields = asdict(line)
    for name in ("terms_read_on", "since", "last_run_at", "last_success_at"):
        fields[name] = fields[name].isoformat() if fields[name] else None
    return fields
