"""The demo of `make run`: interrupted anywhere, the next start goes on; what does not end is ended."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.demo import filling, runs
from directory.demo.site import stop
from directory.models.listing import Listing
from directory.models.registry import RegistryRun
from directory.registries import registries, registry_runs
from directory.registries.registry_runs import Asked
from directory.rules.vocabulary import RunChannel, RunState
from scrapers.rehearsal import files
from scrapers.rehearsal.cast import FEWEST, cast
from tests.conftest import NOW


def owned(session: Session) -> list[int]:
    return sorted(session.scalars(select(Listing.id).where(Listing.owner_id.is_not(None))))


def test_a_filling_that_was_interrupted_goes_on_where_it_was(session: Session) -> None:
    players = cast(FEWEST, today=NOW.date())
    commits = 0

    def interrupted_later() -> None:
        nonlocal commits
        session.commit()
        commits += 1
        if owned(session) and commits > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filling.fill(session, players, password="a-long-password", at=NOW, commit=interrupted_later)
    begun = owned(session)
    filled = filling.fill(session, players, password="a-long-password", at=NOW, commit=session.commit)

    claimed = owned(session)
    owners = Counter(session.scalars(select(Listing.owner_id).where(Listing.owner_id.is_not(None))))
    assert filled.imported.created == 0
    assert set(begun) < set(claimed)
    assert len(claimed) == len(begun) + filled.claimed == len(players[:: filling.EVERY])
    assert set(owners.values()) == {1}, "an owner of the first start was given a second listing"


def test_a_run_that_an_interrupted_demo_left_is_finished_before_the_next(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs.clock, "utc_now", lambda: NOW)
    page = tmp_path / "acupuncture_Data00.xls"
    page.write_text(files.ca_file(cast(FEWEST, today=NOW.date())), encoding="utf-8")
    asked = Asked(RunChannel.FILE, files=(str(page),))
    left = registry_runs.queue_run(session, registries.find_registry("us_ca_file"), asked, at=NOW)
    left.state, left.worker = RunState.RUNNING, "a machine that is gone|1|1"
    session.commit()

    told: list[str] = []
    runs._run(session, "us_ca_file", asked, say=told.append)

    states = session.scalars(select(RegistryRun.state).order_by(RegistryRun.id)).all()
    assert states == [RunState.APPLIED, RunState.APPLIED]
    assert len(told) == 1


def test_what_does_not_end_when_it_is_asked_is_ended_by_force() -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    child = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        stop([child], patience=0.1)
    assert child.returncode == -signal.SIGKILL
