"""Puts the operators' commands under `flask --app wsgi …`. Each group is a module of this package."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None: ...
