"""The asking ledger, written: counted in memory and put down every few seconds, refusals at once.

Each writing is a short transaction of its own, never inside one that is open while a page is fetched. A process that is
killed takes the counts of its last seconds along; who was refused what is written before anything else happens.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, func, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from directory.models.asking import AskingDay, AskingRefusal
from scrapers.ledger import Kind

log = logging.getLogger(__name__)

MOST_HELD = 20  # notes
LONGEST_HELD = timedelta(seconds=5)
COLUMN = {
    Kind.REQUEST: "requests",
    Kind.ANSWER: "answers",
    Kind.UNCHANGED: "unchanged",
    Kind.COMPLAINT: "complaints",
    Kind.REFUSAL: "refusals",
    Kind.WITHHELD: "withheld",
}
COUNTED = (*COLUMN.values(), "bytes")


class AskingLedger:
    """Satisfies `scrapers.ledger.Ledger` for one registry."""

    def __init__(self, engine: Engine, registry_id: str) -> None:
        self._engine, self._registry_id = engine, registry_id
        self._days: dict[tuple[str, date], _Day] = {}
        self._refusals: list[dict[str, Any]] = []
        self._held = 0
        self._held_since: datetime | None = None

    def note(self, kind: Kind, *, host: str, at: datetime, url: str, reason: str = "") -> None:
        """Counts one event; a refusal is written down at once, with its reason and address."""
        day = self._day(host, at)
        day.counts[COLUMN[kind]] += 1
        if kind is Kind.REQUEST:
            day.last_sent_at = at
        if kind in (Kind.REFUSAL, Kind.WITHHELD):
            self._refusals.append(
                {"registry_id": self._registry_id, "host": host, "kind": kind, "at": at, "reason": reason, "url": url}
            )
        self._held += 1
        self._held_since = self._held_since or at
        if self._refusals or self._held >= MOST_HELD or at - self._held_since >= LONGEST_HELD:
            self.flush()

    def add_bytes(self, size: int, *, host: str, at: datetime) -> None:
        """What one answer brought, unpacked."""
        self._day(host, at).counts["bytes"] += size

    def flush(self) -> None:
        """Writes what was counted. Where the database is too busy, it is kept for next time, and the log says so."""
        if not (self._days or self._refusals):
            return
        try:
            with self._engine.begin() as connection:
                for (host, day), counted in self._days.items():
                    connection.execute(_added(connection, self._registry_id, host, day, counted))
                if self._refusals:
                    connection.execute(insert(AskingRefusal), self._refusals)
        except OperationalError as busy:
            log.warning("The asking ledger of %s could not be written yet: %s", self._registry_id, busy.orig)
            return
        self._days, self._refusals, self._held, self._held_since = {}, [], 0, None

    def _day(self, host: str, at: datetime) -> _Day:
        day = self._days.setdefault((host, at.astimezone(UTC).date()), _Day(at))
        day.last_at = at
        return day


def note_not_enabled(engine: Engine, registry_id: str, *, host: str, reason: str, at: datetime) -> None:
    """Somebody wanted to ask a registry whose terms nobody has read, or not lately. Nothing was sent."""
    AskingLedger(engine, registry_id).note(Kind.WITHHELD, host=host, at=at, url="", reason=reason)


class _Day:
    """What is to be added to one row."""

    def __init__(self, at: datetime) -> None:
        self.counts: Counter[str] = Counter()
        self.first_at = self.last_at = at
        self.last_sent_at: datetime | None = None


def _added(connection: Connection, registry_id: str, host: str, day: date, counted: _Day) -> Any:
    """The row of that day, made or added to."""
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = kind.insert(AskingDay).values(
        registry_id=registry_id,
        host=host,
        day=day,
        first_at=counted.first_at,
        last_at=counted.last_at,
        last_sent_at=counted.last_sent_at,
        **{name: counted.counts[name] for name in COUNTED},
    )
    sums: dict[str, Any] = {name: getattr(AskingDay, name) + new.excluded[name] for name in COUNTED}
    latest = {
        "last_at": new.excluded.last_at,
        "last_sent_at": func.coalesce(new.excluded.last_sent_at, AskingDay.last_sent_at),
    }
    return new.on_conflict_do_update(index_elements=["registry_id", "host", "day"], set_=sums | latest)
