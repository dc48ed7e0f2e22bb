"""Puts the operators' commands under `flask --app wsgi …`. Each group is a module of this package with `init_app`.

Whatever goes wrong in one of them is told in the operator's words, and to a program that asks for JSON in one document.
"""

from __future__ import annotations

import json
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

from directory import cli

OLD = "The database has no tables yet, or older ones than this version needs. Run: flask --app wsgi db upgrade"
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
    invoke = command.invoke

    def answering(context: click.Context) -> Any:
        words = [*context.args]  # a group forgets them when it calls its command
        try:
            return invoke(context)
        except click.exceptions.Exit:
            raise  # it has answered, and its exit code says what was found
        except click.ClickException as wrong:
            _put_json(context, words, wrong.format_message(), wrong.exit_code)
            raise
        except (OperationalError, ProgrammingError) as wrong:
            if not _is_old(wrong):
                raise
            _put_json(context, words, OLD, 1)
            raise click.ClickException(OLD) from wrong
        except Exception as broken:
            _put_json(context, words, f"broke: {type(broken).__name__}: {broken}", 1)
            raise

    vars(command)["invoke"] = answering


def _put_json(context: click.Context, words: list[str], reason: str, exit_code: int) -> None:
    """One document where one was asked for: none was printed, for the command did not come to its end."""
    if "--json" in words or context.params.get("as_json"):
        named = next((word for word in words[:1] if not word.startswith("-")), "")
        print(json.dumps({"registry": named, "outcome": None, "reason": reason, "exit_code": exit_code}))


def _is_old(wrong: OperationalError | ProgrammingError) -> bool:
    told = str(wrong.orig)
    missing = "no such table" in told or "no such column" in told
    return missing or getattr(wrong.orig, "sqlstate", "") in OLD_IN_POSTGRES
