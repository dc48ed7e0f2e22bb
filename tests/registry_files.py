"""An invented register as a description and a CSV on disk, for tests that run it. Everybody in it is invented."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.registry import RegistryRun
from directory.registries import registry_runs
from directory.registries.applying import Sizes
from directory.registries.registry_runs import Asked
from directory.rules.vocabulary import RunChannel
from scrapers.spec import RegistrySpec, load_spec

COLUMNS = ("Number", "First", "Last", "Status", "Expires", "City", "State", "Zip", "NPI")

SPEC = """
id: {id}
title: "{title}"
issues: {{kind: {kind}, profession: acupuncturist}}
jurisdiction: US-CA
authority: {authority}
home: "https://register.example/"
platform: delimited
schedule: "{schedule}"
completeness: {completeness}
channels:
  roster: {{start: "https://register.example/all.csv"}}
  file: {{pattern: ["*.csv"]}}
key: [Number, NPI]
columns:
  number: Number
  holder.given: First
  holder.family: Last
  expires_on: Expires
  place.city: City
  place.region: State
  place.postal_code: Zip
  place.country: {{always: US}}
  npi: NPI
standing:
  from: Status
  words:
    active: ["Active"]
    expired: ["Expired"]
    suspended: ["Suspended"]
    revoked: ["Revoked"]
    excluded: ["Excluded"]
date_formats: ["%Y-%m-%d"]
"""


@dataclass
class Register:
    """An invented register in a folder: its description, and files with its rows."""

    folder: Path
    id: str = "us_ca_invented"
    title: str = "Invented California register"
    kind: str = "license"
    authority: str = "issuer"
    completeness: str = "all_statuses"
    schedule: str = ""

    @property
    def spec_path(self) -> Path:
        path = self.folder / f"{self.id}.yaml"
        if not path.exists():
            fields = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "folder"}
            path.write_text(SPEC.format(**fields), encoding="utf-8")
        return path

    @property
    def spec(self) -> RegistrySpec:
        return load_spec(self.spec_path)

    def file(self, rows: Iterable[Mapping[str, Any]], name: str = "all.csv") -> Path:
        path = self.folder / name
        with path.open("w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        return path


def row(
    number: str = "AC 10001", first: str = "Ottoline", last: str = "Vasquez-Thorne", **given: Any
) -> dict[str, Any]:
    """A row of the register: an active license in Los Angeles, unless told otherwise."""
    usual = {
        "Number": number,
        "First": first,
        "Last": last,
        "Status": "Active",
        "Expires": "2027-12-31",
        "City": "Los Angeles",
        "State": "CA",
        "Zip": "90012",
        "NPI": "",
    }
    return usual | given


def read_file(
    session: Session,
    register: Register,
    rows: Iterable[Mapping[str, Any]],
    *,
    at: datetime,
    create_listings: bool = False,
    name: str = "",
    sizes: Sizes | None = None,
) -> RegistryRun:
    """The run of a file with these rows, obtained at `at`; where it came to."""
    name = name or f"{at:%Y%m%d%H%M}-{len(list(register.folder.glob('*.csv')))}.csv"
    asked = Asked(
        RunChannel.FILE,
        files=(str(register.file(rows, name)),),
        create_listings=create_listings,
        spec_path=str(register.spec_path),
    )
    run = registry_runs.queue_run(session, register.spec, asked, at=at)
    session.commit()
    registry_runs.work_on(session, run.id, clock=lambda: at, sizes=sizes)
    return session.get_one(RegistryRun, run.id, populate_existing=True)


def everything(session: Session, *models: Any) -> list[dict[str, Any]]:
    """Every row of these models as plain values, by id."""
    found = []
    for model in models:
        for each in session.scalars(select(model).order_by(model.id)):
            found.append({column.key: getattr(each, column.key) for column in model.__table__.columns})
    return found


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)
