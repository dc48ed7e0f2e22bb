"""The book of hosts in the database: turns hold across processes and machines, and what a host did is known to all.

On PostgreSQL a turn is an advisory lock on a connection of its own, which the server frees when its holder dies. On
SQLite there is one machine, and the files that the scrapers use by themselves are enough. They are held in either case:
`python -m scrapers` on this machine waits for its turn as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from directory.extensions import only_reading
from directory.models.asking import RegistryHost, RobotsAnswer
from scrapers.errors import NotNow
from scrapers.hosts import HostState, RobotsFile
from scrapers.pace import LONGEST_WAIT, Pace

# A turn that was never ended (NULL) had its holder killed: nobody knows when its request was over, so the pause begins
# now; and so it does where the clock was set back.
# Begun and asked for in one statement, before the pause: after it nothing keeps us.
BEGUN = text(
    "WITH before AS (SELECT host, last_ended_at FROM registry_host WHERE host = :host) "
    "UPDATE registry_host SET last_ended_at = NULL FROM before WHERE registry_host.host = before.host "
    "RETURNING CASE WHEN before.last_ended_at IS NULL THEN CAST(:delay AS double precision) ELSE least(:delay, "
    ":delay - extract(epoch FROM clock_timestamp() - before.last_ended_at)) END"
)
ENDED = text("UPDATE registry_host SET last_ended_at = clock_timestamp() WHERE host = :host")


class DatabaseHosts:
    """Satisfies `scrapers.hosts.Hosts`. Each of its transactions is short and its own."""

    def __init__(self, engine: Engine, files: Pace) -> None:
        self._engine, self._files = engine, files
        self.clock, self.sleep = files.clock, files.sleep
        self._is_shared = engine.dialect.name == "postgresql"

    @contextmanager
    def turn(self, host: str, delay: float) -> Iterator[None]:
        """Our turn at a host, for all who share the database. Raises NotNow when another run keeps it."""
        with ExitStack() as turns:
            if self._is_shared:  # first: its pause is a moment longer, and once it is over nothing keeps us
                turns.enter_context(self._turn_of_all(host, delay))
            turns.enter_context(self._files.turn(host, delay))
            yield

    @contextmanager
    def _turn_of_all(self, host: str, delay: float) -> Iterator[None]:
        with self._engine.connect() as connection, _locked(connection, host):
            pause = connection.scalar(BEGUN, {"host": host, "delay": delay})
            if pause is None:
                connection.execute(_upsert(connection, {"host": host, **_fields(HostState())}, update={}))
            elif pause > 0:
                self.sleep(float(pause))
            try:
                yield
            finally:
                connection.execute(ENDED, {"host": host})

    def state(self, host: str) -> HostState:
        with only_reading(), self._engine.connect() as connection:
            row = connection.execute(select(RegistryHost.__table__).where(RegistryHost.host == host)).one_or_none()
        if row is None:
            return HostState()
        return HostState(
            failures=row.failures,
            closures=row.closures,
            closed_until=_seconds(row.closed_until),
            closed_because=row.closed_because,
            delay=row.delay_seconds,
            delay_until=_seconds(row.delay_until),
        )

    def keep_state(self, host: str, state: HostState) -> None:
        fields = _fields(state)
        with self._engine.begin() as connection:
            connection.execute(_upsert(connection, {"host": host, **fields}, update=fields))

    def robots(self, origin: str) -> RobotsFile | None:
        with only_reading(), self._engine.connect() as connection:
            row = connection.execute(_newest(origin)).one_or_none()
        return RobotsFile(row.status, row.text, row.last_at.timestamp()) if row else None

    def keep_robots(self, origin: str, file: RobotsFile, *, delay: float) -> None:
        """A different answer is a new row; the same one again only moves its last time."""
        words = file.text.replace("\0", "")
        answer = {"status": file.status, "sha256": hashlib.sha256(words.encode()).hexdigest(), "delay_seconds": delay}
        at = _moment(file.asked_at)
        with self._engine.begin() as connection:
            newest = connection.execute(_newest(origin)).one_or_none()
            if newest is not None and {name: getattr(newest, name) for name in answer} == answer:
                connection.execute(update(RobotsAnswer).where(RobotsAnswer.id == newest.id).values(last_at=at))
            else:
                new = {"origin": origin, "text": words, "first_at": at, "last_at": at}
                connection.execute(insert(RobotsAnswer).values(**answer, **new))


def resting_hosts(session: Session, *, now: datetime) -> set[str]:
    """The hosts that are left alone at present: what is due of them waits until they may be asked again."""
    return set(session.scalars(select(RegistryHost.host).where(RegistryHost.closed_until > now)))


@contextmanager
def _locked(connection: Connection, host: str) -> Iterator[None]:
    key = {"key": int.from_bytes(hashlib.sha256(f"registry host {host}".encode()).digest()[:8], "big", signed=True)}
    connection.execution_options(isolation_level="AUTOCOMMIT")
    connection.execute(text(f"SET lock_timeout = {LONGEST_WAIT * 1000:.0f}"))
    try:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
    except OperationalError as wrong:
        if getattr(wrong.orig, "sqlstate", "") != "55P03":  # lock_not_available
            raise
        told = f"another run has been asking {host} for {LONGEST_WAIT:.0f} s"
        raise NotNow(told, not_before=LONGEST_WAIT, withheld="turn") from wrong
    finally:
        connection.execute(text("RESET lock_timeout"))
    try:
        yield
    finally:
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)


def _upsert(connection: Connection, fields: dict[str, Any], *, update: dict[str, Any]) -> Any:
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = kind.insert(RegistryHost).values(**fields)
    if not update:
        return new.on_conflict_do_nothing()
    return new.on_conflict_do_update(index_elements=["host"], set_=update)


def _fields(state: HostState) -> dict[str, Any]:
    return {
        "failures": state.failures,
        "closures": state.closures,
        "closed_until": _moment(state.closed_until) if state.closed_until else None,
        "closed_because": state.closed_because,
        "delay_seconds": state.delay,
        "delay_until": _moment(state.delay_until) if state.delay_until else None,
    }


def _newest(origin: str) -> Any:
    found = select(RobotsAnswer.__table__).where(RobotsAnswer.origin == origin)
    return found.order_by(RobotsAnswer.id.desc()).limit(1)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
