"""Readings of the rehearsal's server over real HTTP: whole runs, with pauses that are only counted."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from scrapers.captures import Captures
from scrapers.fetch import Fetcher
from scrapers.pace import Pace
from scrapers.record import RegistryRecord
from scrapers.rehearsal.cast import FEWEST, cast
from scrapers.rehearsal.people import Fact, fact_of
from scrapers.rehearsal.server import RehearsalServer
from scrapers.rehearsal.shapes.all_shapes import shapes
from scrapers.rehearsal.shapes.shape import Shape
from scrapers.report import Outcome, RunReport
from scrapers.run import Scrape
from scrapers.session import Limits

TODAY, NOON = date(2026, 11, 22), datetime(2026, 11, 22, 12, tzinfo=UTC)
CAST = cast(FEWEST, today=TODAY)
LIMITS = Limits(connect=2.0, read=5.0, whole=12.0, bulk=12.0)
ASKED = [shape for shape in shapes().values() if shape.kind != "saved"]
SAVED = [shape for shape in shapes().values() if shape.kind == "saved"]


class Clock:
    """Seconds that pass only when somebody sleeps."""

    def __init__(self) -> None:
        self.seconds, self.slept = 1_000_000.0, list[float]()

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@dataclass(frozen=True)
class Reading:
    records: list[RegistryRecord]
    report: RunReport
    slept: list[float]

    @property
    def facts(self) -> Counter[Fact]:
        return Counter(fact_of(record) for record in self.records)


def read(shape: Shape, server: RehearsalServer, folder: Path, *, limits: Limits = LIMITS) -> Reading:
    """A whole reading of one board."""
    spec = shape.spec.with_base_url(server.address).with_terms_read("oz@directory.example", TODAY)
    spec = replace(spec, politeness=replace(spec.politeness, most_pages=40))
    captures, clock = Captures(folder / "captures"), Clock()
    pace = Pace(folder / "pace", clock=clock, sleep=clock.sleep)
    fetcher = Fetcher(
        spec, captures=captures, now=lambda: NOON, contact="oz@directory.example", rehearsal=True, pace=pace,
        limits=limits, jitter=lambda: 0.0, environ={},
    )  # fmt: skip
    with closing(fetcher):
        channel = "lookup" if shape.wanted else "roster"
        scrape = Scrape(
            spec, channel=channel, captures=captures, now=lambda: NOON, fetcher=fetcher, wanted=shape.wanted
        )
        records = list(scrape.records())
        if scrape.report.outcome is Outcome.COMPLETE:
            fetcher.believe()
    return Reading(records, scrape.report, clock.slept)


def truth(shape: Shape, server: RehearsalServer) -> Counter[Fact]:
    """What may be read: everybody on the board whose row can be believed."""
    return Counter(shape.facts(server.stage.people(shape)))
