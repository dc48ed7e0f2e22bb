"""Where captures are kept: one setting, STORAGE_URL."""

from __future__ import annotations

from pathlib import Path

from flask import current_app

from scrapers.captures import Captures


def captures() -> Captures:
    """The store of what was fetched, dropped and saved."""
    return Captures(folder() / "captures")


def waiting_pages() -> Captures:
    """The store of pages that moderators uploaded and nobody has confirmed yet: no evidence so far."""
    return Captures(folder() / "waiting")


def folder() -> Path:
    """The folder that STORAGE_URL names, made when it is not there."""
    path = Path(current_app.config["STORAGE_URL"])
    path.mkdir(parents=True, exist_ok=True)
    return path
