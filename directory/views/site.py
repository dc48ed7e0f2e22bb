"""Puts the views together: blueprints, error pages, and what every template may use."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None: ...
