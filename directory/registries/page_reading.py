"""One page that a person saved, read by the registry's own reader and by no run: what it says is only a proposal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scrapers.captures import Captures
from scrapers.record import RegistryRecord
from scrapers.report import Outcome
from scrapers.run import Scrape
from scrapers.spec import RegistrySpec


@dataclass(frozen=True, slots=True)
class PageReading:
    """The records of a page, if its reader could be believed; `reason` says what else it made of it."""

    outcome: Outcome
    reason: str
    records: tuple[RegistryRecord, ...] = ()

    @property
    def knows_it(self) -> bool:
        return self.outcome.is_usable


def read_page(spec: RegistrySpec, file: Path, *, retrieved_at: datetime) -> PageReading | None:
    """What the registry's reader makes of a saved page; None where the registry has none. Keeps nothing."""
    if "saved_page" not in spec.channels:
        return None
    scrape = Scrape(
        spec,
        channel="saved_page",
        captures=Captures(None),
        now=lambda: retrieved_at,
        files=[file],
        retrieved_at=retrieved_at,
    )
    records = tuple(scrape.records())
    report = scrape.report
    return PageReading(report.outcome, report.reason, records if report.outcome.is_usable else ())
