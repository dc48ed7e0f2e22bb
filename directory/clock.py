"""The one place that reads the time. Rules and verbs are given the time; views, commands and jobs ask here."""

from __future__ import annotations

from datetime import UTC, date, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)


def utc_today() -> date:
    return utc_now().date()
