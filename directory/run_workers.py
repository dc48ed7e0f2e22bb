"""Several registry runs at once in one process: while one waits for the pause of its host, others ask theirs.

Which runs there are, and whose they are, stands in their rows: any number of processes do this side by side.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from flask import Flask
from sqlalchemy.exc import OperationalError

from directory.clock import utc_now
from directory.extensions import db, only_reading
from directory.registries import registry_runs, run_claims, run_turns
from directory.rules.vocabulary import RunState

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks at the rows while nothing is heard: a bell only makes it quicker."""


class RunWorkers:
    """Takes up runs as they wait, at most `most` at once. What a dead worker left on this machine is taken up too."""

    def __init__(self, app: Flask, *, most: int, clock: Callable[[], datetime] = utc_now) -> None:
        self._app, self._clock = app, clock
        self._free = threading.Semaphore(most)
        self._bell, self._over = threading.Event(), threading.Event()
        self._taken: set[int] = set()

    def start(self) -> None:
        """Begins to take up runs, in threads that end with the process."""
        threading.Thread(target=self._take_up, name="taking up runs", daemon=True).start()

    def wake(self) -> None:
        """A run was queued, or is over: look again at once."""
        self._bell.set()

    def stop(self) -> None:
        """Takes up nothing more. A run that is cut off goes on from its journal in the next worker's hands."""
        self._over.set()
        self.wake()

    def _take_up(self) -> None:
        while not self._over.is_set():
            self._free.acquire()
            run_id = self._next()
            if run_id is None or self._over.is_set():
                self._free.release()
                self._bell.wait(LOOK_EVERY)
                self._bell.clear()
                continue
            self._taken.add(run_id)
            threading.Thread(target=self._work, args=(run_id,), name=f"run {run_id}", daemon=True).start()

    def _next(self) -> int | None:
        try:
            with self._app.app_context():
                return self._look()
        except OperationalError as busy:
            log.warning("The database does not answer: %s", busy)
            return None

    def _look(self) -> int | None:
        session = db.session()
        with only_reading():
            left = run_claims.left_runs(session, now=self._clock())
            session.rollback()
        if left:
            for run_id in run_claims.free_left_runs(session, now=self._clock()):
                log.warning("Run %s was left by its worker and is taken up again", run_id)
        with only_reading():
            return run_turns.next_run(session, taken=frozenset(self._taken))

    def _work(self, run_id: int) -> None:
        state = RunState.QUEUED
        try:
            with self._app.app_context():
                state = registry_runs.work_on(db.session(), run_id, clock=self._clock)
        except Exception:
            log.exception("Run %s was stopped by an error of ours", run_id)
        finally:
            self._taken.discard(run_id)
            self._free.release()
            if state is not RunState.QUEUED:  # else somebody else was quicker: it will be seen at the next look
                self.wake()
