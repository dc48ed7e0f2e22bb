"""Puts the operators' commands under `flask --app wsgi …`. Each group is a module of this package with `init_app`.

Whatever goes wrong in one of them is told in the operator's words, and to a program that asks for JSON in one document.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

from directory import cli

OLD = "The database has no tables yet, or older ones than this version needs. Run: flask --app wsgi db upgrade"
RUNS = ("registries run", "registries import-page", "registries decide")
"""Commands that answer in the shape of a run, also when there was none."""
PROGRESS_EVERY = 3.0  # seconds
OLD_IN_POSTGRES = ("42P01", "42703")  # no such table, no such column


def init_app(app: Flask) -> None:
    """Adds the commands of every module beside this one. Nothing needs to be registered by hand."""
    before = set(app.cli.commands)
    for module in iter_modules(cli.__path__):
        if module.name != "commands":
            import_module(f"{cli.__name__}.{module.name}").init_app(app)
    for name in set(app.cli.commands) - before:
        _answer_always(app.cli.commands[name])


def _answer_always(command: click.Command) -> None:
    if "invoke" in vars(command):
        return  # for another app of this process
    invoke, make_context = command.invoke, command.make_context

    def made(name: str | None, words: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        asked = [*words]  # they are used up, also where they cannot be understood
        try:
            return make_context(name, words, parent, **extra)
        except click.UsageError as wrong:
            if wrong.ctx:
                _put_json(wrong.ctx, asked, wrong.format_message(), wrong.exit_code, expected=wrong.ctx.get_usage())
            raise

    def answering(context: click.Context) -> Any:
        words = [*context.args]  # a group forgets them when it calls its command
        try:
            return invoke(context)
        except click.exceptions.Exit:
            raise  # it has answered, and its exit code says what was found
        except click.ClickException as wrong:
            usage = wrong.ctx.get_usage() if isinstance(wrong, click.UsageError) and wrong.ctx else ""
            _put_json(context, words, wrong.format_message(), wrong.exit_code, expected=usage)
            raise
        except (OperationalError, ProgrammingError) as wrong:
            if not _is_old(wrong):
                raise
            _put_json(context, words, OLD, 1, expected="tables as this version makes them")
            raise click.ClickException(OLD) from wrong
        except Exception as broken:
            _put_json(context, words, f"broke: {type(broken).__name__}: {broken}", 1)
            raise

    vars(command).update(invoke=answering, make_context=made)


def _put_json(context: click.Context, words: list[str], reason: str, exit_code: int, *, expected: str = "") -> None:
    """One document where one was asked for: none was printed, for the command did not come to its end. Commands that
    run a registry give a run's shape, the others say what is wrong, where, and what was expected."""
    if "--json" not in words and not context.params.get("as_json"):
        return
    command = " ".join(word for word in (context.info_name, context.invoked_subcommand) if word)
    document: dict[str, Any] = {"error": {"what": reason, "where": command, "expected": expected}}
    if command in RUNS:
        named = next((word for word in words[:1] if not word.startswith("-")), "")
        document = {"registry": named, "outcome": None, "reason": reason}
    print(json.dumps(document | {"exit_code": exit_code}, ensure_ascii=False))


def _is_old(wrong: OperationalError | ProgrammingError) -> bool:
    told = str(wrong.orig)
    missing = "no such table" in told or "no such column" in told
    return missing or getattr(wrong.orig, "sqlstate", "") in OLD_IN_POSTGRES


def print_list(found: Iterable[Any]) -> None:
    """One JSON list on stdout, printed piece by piece: it may be longer than the memory."""
    start = "["
    for each in found:
        click.echo(start + json.dumps(each, ensure_ascii=False), nl=False)
        start = ",\n"
    click.echo("]" if start != "[" else "[]")


def progress() -> Callable[[str], None]:
    """A line on stderr every few seconds; nothing where nobody watches."""
    if not sys.stderr.isatty():
        return lambda text: None
    told_at = [0.0]

    def tell(text: str) -> None:
        if time.monotonic() - told_at[0] >= PROGRESS_EVERY:
            told_at[0] = time.monotonic()
            click.echo(text, err=True)

    return tell
