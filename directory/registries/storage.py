"""Where captures are kept: one setting, STORAGE_URL."""

from __future__ import annotations

from pathlib import Path

from flask import current_app

from directory.config import SettingError
from scrapers.captures import Captures


def captures() -> Captures:
    """The store of what was fetched, dropped and saved. Raises SettingError for a store that is not a folder."""
    return Captures(folder() / "captures")


def folder() -> Path:
    """The folder that STORAGE_URL names, made when it is not there. Raises SettingError when it names none."""
    place = current_app.config["STORAGE_URL"]
    if "://" in place:
        raise SettingError(f"STORAGE_URL: {place} is not a folder; buckets are not supported yet")
    path = Path(place)
    path.mkdir(parents=True, exist_ok=True)
    return path
