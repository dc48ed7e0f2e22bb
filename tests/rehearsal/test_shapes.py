"""Every shape of registry, well-behaved: whole, right, and nothing but right."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest

from scrapers.captures import Captures
from scrapers.rehearsal.people import fact_of
from scrapers.rehearsal.server import RehearsalServer
from scrapers.rehearsal.shapes.shape import Shape
from scrapers.report import Outcome
from scrapers.run import Scrape
from tests.rehearsal.readings import ASKED, NOON, SAVED, read, truth


@pytest.mark.parametrize("shape", ASKED, ids=lambda shape: shape.name)
def test_each_board_is_read_whole_and_right(shape: Shape, server: RehearsalServer, tmp_path: Path) -> None:
    reading = read(shape, server, tmp_path)
    assert (reading.report.outcome, reading.report.reason) == (Outcome.COMPLETE, "")
    assert reading.facts == truth(shape, server)
    assert sum(reading.facts.values()) == shape.how_many


@pytest.mark.parametrize("shape", SAVED, ids=lambda shape: shape.name)
def test_each_page_and_file_that_a_person_takes_is_read(shape: Shape, server: RehearsalServer, tmp_path: Path) -> None:
    file = tmp_path / Path(shape.paths[0]).name
    with urllib.request.urlopen(server.address + shape.paths[0]) as answer:
        file.write_bytes(answer.read())
    channel = "saved_page" if "saved_page" in shape.spec.channels else "file"
    spec = shape.spec.without_expectations()
    scrape = Scrape(spec, channel=channel, captures=Captures(tmp_path / "c"), now=lambda: NOON, files=[file])
    facts = [fact_of(record) for record in scrape.records()]
    assert (scrape.report.outcome, scrape.report.reason) == (Outcome.COMPLETE, "")
    assert sorted(facts, key=str) == sorted(shape.facts(server.stage.people(shape)), key=str)
