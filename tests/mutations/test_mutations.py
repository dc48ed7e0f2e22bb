"""Mutated sources through the whole pipeline: nobody becomes missing, nothing wrong is written.

Each source is read well first, which lists its people and confirms them; then each mutation comes, and where it is
believed comes again on the next day, for silence counts from the second one on; then the source is well again. What is
held for a person counts as shown.

Each day some mutations are tried on some sources, others on each database. All of them on all sources:

    WHOLE_TRIAL=1 pytest tests/mutations -n 2
"""

from __future__ import annotations

import os
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from directory.registries import source_health
from directory.rules.vocabulary import RunState, SourceHealth
from tests import databases
from tests.mutations.mutations import Mutation, mutations
from tests.mutations.sources import LONG, Source, long_list, recorded, recorded_names
from tests.mutations.trial import Trial, unshown

IS_WHOLE = bool(os.environ.get("WHOLE_TRIAL"))
SHARE = 10  # one mutation in so many for each source, others for the next one, and others on the other database
EVERYDAY = ("us_nj", "us_nj.number", "us_fl_mqa", "us_va", "us_md_web", "us_me", "us_ca")
SOURCES = [*(f"long {name}" for name in LONG), *(recorded_names() if IS_WHOLE else EVERYDAY)]

SPELLED_TWICE = ("us_ar", "us_co_lookup", "us_ky", "us_nd", "us_nppes_file")
"""Searched by name, or with typed-in numbers in the key: whose number comes in another spelling has two records that
say the same, for nothing tells that they are one. A known weakness."""


def source_of(name: str) -> Source:
    return long_list(name.removeprefix("long ")) if name.startswith("long ") else recorded(name)


def some_mutations(name: str, *, kind: str) -> list[Mutation]:
    if IS_WHOLE:
        return mutations()
    turn = SOURCES.index(name) + databases.KINDS.index(kind) * SHARE // 2
    return [each for at, each in enumerate(mutations()) if at % SHARE == turn % SHARE]


@pytest.mark.parametrize("name", SOURCES)
def test_a_mutated_source_makes_nobody_missing_and_shows_it(
    name: str, app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "REHEARSAL", True)
    source, wrong, tried = source_of(name), list[str](), 0
    start = source.recording.retrieved_at.astimezone(UTC) - timedelta(days=40)
    trial = Trial(session, source, tmp_path, monkeypatch, start)
    assert trial.well().state is RunState.APPLIED
    truth = trial.known()
    assert truth.records
    for mutation in some_mutations(name, kind=session.get_bind().dialect.name):
        mutated = mutation.of(source)
        is_like_truth = mutation.looks_true and not source.is_long
        if mutated is None or is_like_truth:
            continue
        tried += 1
        told = trial.days_of(mutated, truth)
        wrong += [f"{mutation.name}: {each}" for each in unshown(source, mutation, told, truth)]
        if told.wrong:
            trial.well()
    assert tried
    assert wrong == []
    assert trial.well().state is RunState.APPLIED
    known = trial.known().records
    assert known.keys() == truth.records.keys()
    assert name in SPELLED_TWICE or known == truth.records
    line = source_health.registry_line(session, source.spec.id)
    assert line is not None
    assert line.health is SourceHealth.OK
