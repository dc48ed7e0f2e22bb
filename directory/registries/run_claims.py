"""Whose hands a registry run is in. A worker claims it, repeats its attempt's number with each write, and keeps a
heartbeat; what a dead worker left is taken over. So a run may be killed anywhere, and is never worked on by two.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import CursorResult, Engine, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from directory.models.registry import RegistryRun
from directory.registries.storable_text import storable
from directory.rules.vocabulary import RunState

LEFT_ALONE = timedelta(minutes=3)
"""After so long without a heartbeat a run's worker counts as gone."""

HEARTBEAT_EVERY = 5.0  # seconds

AT_WORK = (RunState.RUNNING, RunState.STAGED)


class RunTaken(Exception):  # noqa: N818 - an answer, not a fault: another worker has it
    """Somebody else took the run over, or decided about it. Whoever hears this stops at once."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's hold on a run: valid as long as the row shows this attempt."""

    run_id: int
    attempt: int


# Claiming ------------------------------------------------------------------------------------------------------------


def claim_run(session: Session, run_id: int, *, now: datetime) -> Claim | None:
    """The run in our hands, to be read (queued) or applied (staged); None where there is nothing to do for us.

    None also while another run of the same registry is at work. Commits.
    """
    run = session.get_one(RegistryRun, run_id, populate_existing=True)
    waits = run.state is RunState.QUEUED or (run.state is RunState.STAGED and not run.worker)
    if not waits:
        session.commit()
        return None
    attempt = run.attempt + 1
    taken = _moved(
        session,
        run,
        state=RunState.RUNNING if run.state is RunState.QUEUED else RunState.STAGED,
        attempt=attempt,
        worker=this_worker(),
        heartbeat_at=now,
        started_at=run.started_at or now,
    )
    session.commit()
    return Claim(run_id, attempt) if taken else None


def let_go(session: Session, run: RegistryRun) -> bool:
    """Frees a run that its worker left: read again (its journal answers), or applied from where it stood. Commits.

    Whether it was us who freed it.
    """
    state = RunState.QUEUED if run.state is RunState.RUNNING else run.state
    freed = _moved(session, run, state=state, worker="", heartbeat_at=None)
    session.commit()
    return freed


def _moved(session: Session, run: RegistryRun, **values: Any) -> bool:
    """Whether the row was still as we saw it and now holds `values`."""
    try:
        with session.begin_nested():
            result = session.execute(
                update(RegistryRun)
                .where(
                    RegistryRun.id == run.id,
                    RegistryRun.state == run.state,
                    RegistryRun.attempt == run.attempt,
                    RegistryRun.worker == run.worker,
                )
                .values(**values)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:  # another run of this registry is at work: one at a time
        return False
    session.expire(run)
    return cast(CursorResult[Any], result).rowcount == 1


def hold(session: Session, claim: Claim, *, now: datetime, **values: Any) -> None:
    """Says in the caller's transaction that the run is still ours, and sets `values` on it.

    Raises RunTaken when it is not. On PostgreSQL this also keeps others from taking it until the transaction ends.
    """
    result = session.execute(
        update(RegistryRun)
        .where(RegistryRun.id == claim.run_id, RegistryRun.attempt == claim.attempt, RegistryRun.state.in_(AT_WORK))
        .values(heartbeat_at=now, **storable(values))
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], result).rowcount != 1:
        raise RunTaken(f"run {claim.run_id} is no longer in our hands")


# Left runs -----------------------------------------------------------------------------------------------------------


def left_runs(session: Session, *, now: datetime) -> list[RegistryRun]:
    """Runs at work whose worker is gone: dead on this machine, or without a heartbeat for LEFT_ALONE."""
    rows = session.scalars(
        select(RegistryRun).where(RegistryRun.state.in_(AT_WORK), RegistryRun.worker != "").order_by(RegistryRun.id)
    )
    return [run for run in rows if is_left(run, now=now)]


def free_left_runs(session: Session, *, now: datetime) -> list[int]:
    """Lets go of every left run: those that it was us who freed. Commits."""
    freed = []
    for run_id in [run.id for run in left_runs(session, now=now)]:
        run = session.get_one(RegistryRun, run_id, populate_existing=True)  # somebody else may have it by now
        if is_left(run, now=now) and let_go(session, run):
            freed.append(run_id)
    session.commit()
    return freed


def is_left(run: RegistryRun, *, now: datetime) -> bool:
    """Whether the run's worker is gone."""
    silent = run.heartbeat_at is None or now - run.heartbeat_at > LEFT_ALONE
    return bool(run.worker) and (silent or _died_here(run.worker))


def this_worker() -> str:
    """This process, told apart from any that had its number before: machine, process id, when it was started."""
    return f"{_machine()}|{os.getpid()}|{_started(os.getpid())}"


def _died_here(worker: str) -> bool:
    machine, _, rest = worker.partition("|")
    number, _, started = rest.partition("|")
    if machine != _machine() or not number.isdigit():
        return False
    return _started(int(number)) != started


@cache
def _machine() -> str:
    """The host and its process numbers: containers that share a name don't share these."""
    try:
        numbers = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        numbers = 0
    return f"{socket.gethostname()[:60]}:{numbers}"


def _started(process: int) -> str:
    """When a process of this machine was started, in the kernel's own count; "gone" for one that is not there."""
    try:
        words = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return "gone" if Path("/proc/self/stat").exists() else _alive_elsewhere(process)
    return "gone" if words[0] in ("Z", "X") else words[19]


def _alive_elsewhere(process: int) -> str:
    """Systems without /proc: alive is all that can be known."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return "gone"
    except PermissionError:
        return "alive"
    return "alive"


# Heartbeat -----------------------------------------------------------------------------------------------------------


class Heart:
    """What the heartbeat found out about our hold on the run."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self.lost = threading.Event()

    def refuse_if_taken(self) -> None:
        """Raises RunTaken when the run is known to be in other hands: a source is not asked for nothing."""
        if self.lost.is_set():
            raise RunTaken(f"run {self._claim.run_id} is no longer in our hands")


@contextmanager
def heartbeat(engine: Engine, claim: Claim, *, clock: Callable[[], datetime]) -> Iterator[Heart]:
    """Inside, a thread notes every few seconds that the worker is alive, however long a page takes."""
    over, heart = threading.Event(), Heart(claim)

    def beat() -> None:
        while not (heart.lost.is_set() or over.wait(HEARTBEAT_EVERY)):
            with suppress(OperationalError), Session(engine) as session:  # a busy database only delays the next beat
                try:
                    hold(session, claim, now=clock())
                except RunTaken:
                    heart.lost.set()
                session.commit()

    thread = threading.Thread(target=beat, name=f"heartbeat of run {claim.run_id}", daemon=True)
    thread.start()
    try:
        yield heart
    finally:
        over.set()
        thread.join()
