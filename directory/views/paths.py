"""What may stand in an address: any text but NUL, which PostgreSQL refuses in a value."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import UnicodeConverter


class Text(UnicodeConverter):
    """One step of a path, as every `<slug>` of ours reads it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.regex = self.regex.replace("[^/]", r"[^/\x00]")


def init_app(app: Flask) -> None:
    """Call before routes are added."""
    app.url_map.converters.update(default=Text, string=Text)
