"""Which waiting run is worked on next: one run of a registry at a time, and hosts that nobody asks come first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from directory.models.registry import RegistryRun
from directory.registries.run_requests import UNFINISHED
from directory.rules.vocabulary import RunState

AT_ONE_HOST = 2
"""So many runs share a host and its pause at most: while one applies what it read the other asks. More would only wait,
and keep a thread from another host."""


def waiting_runs(session: Session) -> list[int]:
    """Runs that wait for a worker, oldest first: queued, or accepted and not applied yet."""
    return [run.id for run in _unfinished(session) if _waits(run)]


def unfinished_runs(session: Session) -> list[int]:
    """Runs that wait or are at work."""
    return [run.id for run in _unfinished(session)]


def next_run(session: Session, *, taken: Collection[int] = ()) -> int | None:
    """The run to work on now; None where all that wait must wait for others. `taken` are already in our own hands."""
    runs = _unfinished(session)
    busy = [run for run in runs if run.worker or run.id in taken]
    registries, hosts = {run.registry_id for run in busy}, Counter(run.host for run in busy if run.host)
    accepted = {run.registry_id for run in runs if run.state is RunState.STAGED}
    free = [
        run
        for run in runs
        if _waits(run)
        and run.registry_id not in registries
        and (run.state is RunState.STAGED or run.registry_id not in accepted)
        and (run.state is RunState.STAGED or hosts[run.host] < AT_ONE_HOST)
    ]
    # What is read already is applied first: it asks nobody.
    order = sorted(free, key=lambda run: (run.state is not RunState.STAGED, hosts[run.host], run.id))
    return order[0].id if order else None


def _waits(run: Row[Any]) -> bool:
    return run.state is RunState.QUEUED or (run.state is RunState.STAGED and not run.worker)


def _unfinished(session: Session) -> Sequence[Any]:
    return session.execute(
        select(RegistryRun.id, RegistryRun.registry_id, RegistryRun.host, RegistryRun.state, RegistryRun.worker)
        .where(RegistryRun.state.in_(UNFINISHED))
        .order_by(RegistryRun.id)
    ).all()
