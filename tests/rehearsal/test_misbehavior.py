"""Every shape with every misbehavior that applies to it, over real HTTP: the right outcome for the right reason, no
record that is not the board's, none lost that could be read, and an end in time."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from scrapers.rehearsal.misbehavior import COMPLETE, INCOMPLETE, Misbehavior
from scrapers.rehearsal.misbehaviors import BY_NAME
from scrapers.rehearsal.server import RehearsalServer
from scrapers.rehearsal.shapes.shape import Shape
from tests.rehearsal.readings import ASKED, LIMITS, read, truth

PATIENCE = 15.0  # seconds, on a machine that is busy with other things
HURRIED = replace(LIMITS, whole=0.25, bulk=0.25)
TWINS = {"us_ri", "us_in", "us_nh", "us_ct_lookup", "us_tx"}  # the same readers and pages as others here
MATRIX = [
    (shape, one)
    for one in BY_NAME.values()
    for shape in ASKED
    if one.applies_to(shape) and shape.name not in TWINS and one.name != "big_table"  # see test_memory.py
]


@pytest.mark.parametrize(("shape", "misbehavior"), MATRIX, ids=lambda one: one.name)
def test_each_misbehavior_has_the_right_outcome(
    shape: Shape, misbehavior: Misbehavior, server: RehearsalServer, tmp_path: Path
) -> None:
    server.misbehaves(misbehavior)
    began = time.monotonic()
    reading = read(shape, server, tmp_path, limits=HURRIED if misbehavior.name == "slow_drip" else LIMITS)
    took = time.monotonic() - began
    outcome, reason = misbehavior.right(shape)
    assert reading.report.outcome == outcome, reading.report.reason
    assert re.search(reason, reading.report.reason), reading.report.reason
    assert took < PATIENCE
    right = truth(shape, server)
    if outcome in (COMPLETE, INCOMPLETE):
        assert not reading.facts - right, "a record that is not the board's"
        if not misbehavior.withholds:
            assert not right - reading.facts, "a good record was lost"
