"""The journals of runs that are being read, in the store beside their captures: one file a run."""

from __future__ import annotations

from collections.abc import Collection

from directory.registries import storage
from scrapers.journal import Journal


def of_run(run_id: int) -> Journal:
    """Where the run's answers are noted."""
    return Journal(storage.folder() / "journals" / f"{run_id}.jsonl")


def drop_all_but(run_ids: Collection[int]) -> None:
    """Forgets the journals of all other runs: they were given up while nobody worked on them."""
    kept = {of_run(run_id).path for run_id in run_ids}
    for path in (storage.folder() / "journals").glob("*.jsonl"):
        if path not in kept:
            path.unlink(missing_ok=True)
