"""Puts the operators' commands under `flask --app wsgi …`. Each group is a module of this package with `init_app`."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from flask import Flask

from directory import cli


def init_app(app: Flask) -> None:
    """Adds the commands of every module beside this one. Nothing needs to be registered by hand."""
    for module in iter_modules(cli.__path__):
        if module.name != "commands":
            import_module(f"{cli.__name__}.{module.name}").init_app(app)
