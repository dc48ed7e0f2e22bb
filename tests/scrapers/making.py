"""Makers for the scrapers' tests: specs, files, runs. People are invented."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from scrapers.adapter import Wanted
from scrapers.captures import Captures
from scrapers.record import RegistryRecord
from scrapers.run import RunReport, Scrape
from scrapers.spec import RegistrySpec, load_spec

NOON = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)

BOARD: dict[str, Any] = {
    "id": "xx_board",
    "title": "Board of an invented state",
    "issues": {"kind": "license", "profession": "acupuncturist"},
    "jurisdiction": "US-XX",
    "authority": "issuer",
    "home": "https://board.example/",
    "platform": "delimited",
    "completeness": "all_statuses",
    "channels": {"roster": {"start": "https://board.example/list.csv"}, "file": {}},
    "columns": {
        "number": "No",
        "holder.family": "Last",
        "holder.given": "First",
        "expires_on": "Ends",
    },
    "standing": {"from": "Status", "words": {"active": ["Active"], "expired": ["Expired"], "restricted": ["Limited"]}},
    "date_formats": ["%Y-%m-%d"],
}

ROWS = "No,Last,First,Status,Ends\nA-1,Holloway,Wren,Active,2027-06-30\nA-2,Okafor,Ada,Expired,2020-06-30\n"


def make_yaml(folder: Path, **changes: Any) -> Path:
    """A description of an invented board on disk; a change of None takes the key out."""
    given = {key: value for key, value in (BOARD | changes).items() if value is not None}
    path = folder / f"{given.get('id', 'nameless')}.yaml"
    path.write_text(yaml.safe_dump(given, sort_keys=False), encoding="utf-8")
    return path


def make_spec(folder: Path, **changes: Any) -> RegistrySpec:
    return load_spec(make_yaml(folder, **changes))


def make_file(folder: Path, content: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def dedent(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def read_files(
    spec: RegistrySpec, *files: Path, channel: str = "file", captures: Path | None = None, **keywords: Any
) -> tuple[list[RegistryRecord], RunReport]:
    """One reading of dropped files: its records and its report."""
    scrape = Scrape(spec, channel=channel, captures=Captures(captures), now=lambda: NOON, files=files, **keywords)
    return list(scrape.records()), scrape.report


def ask(
    spec: RegistrySpec, fetcher: Any, *, captures: Captures, wanted: Wanted | None = None, **keywords: Any
) -> tuple[list[RegistryRecord], RunReport]:
    """One reading over a fetcher."""
    channel = "lookup" if wanted else "roster"
    scrape = Scrape(
        spec, channel=channel, captures=captures, now=lambda: NOON, fetcher=fetcher, wanted=wanted, **keywords
    )
    return list(scrape.records()), scrape.report
