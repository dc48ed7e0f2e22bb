"""The registries this directory knows. They have no table: a description on disk is their home (`scrapers.spec`).

What the database keeps is whether an operator read a registry's terms and switched its network channels on.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory import audit
from directory.models.registry import RegistryRun, TermsReading
from scrapers.doors import ways_in
from scrapers.errors import SpecError
from scrapers.spec import REGISTRIES, RegistrySpec, load_spec

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """Every registry that is described soundly, by id, and what is wrong with the other descriptions."""

    specs: Mapping[str, RegistrySpec]
    problems: tuple[str, ...] = ()


def known_registries() -> Known:
    """The built-in registries and those of REGISTRIES_PATH. One bad description does not take the others along."""
    folders = (REGISTRIES, *current_app.config["REGISTRIES_PATH"])
    return _read(tuple(each for folder in folders for each in _descriptions(folder)))


def _descriptions(folder: Path) -> list[tuple[str, int]]:
    """The descriptions in a folder, each with the moment it was last written. Every page asks, so it is kept cheap."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return sorted((each.path, each.stat().st_mtime_ns) for each in entries if each.name.endswith(".yaml"))


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[str, int], ...]) -> Known:
    specs: dict[str, RegistrySpec] = {}
    problems: list[str] = []
    for path, changed in files:
        try:
            spec = _described(path, changed)
        except SpecError as wrong:
            problems.append(str(wrong))
            continue
        if spec.id in specs:
            problems.append(f"{Path(path).name}: id {spec.id} is taken by {specs[spec.id].path}")
        else:
            specs[spec.id] = spec
    for problem in problems:
        log.error("A registry's description cannot be used: %s", problem)
    return Known(MappingProxyType(specs), tuple(problems))


@lru_cache(maxsize=512)
def _described(path: str, _changed: int) -> RegistrySpec:
    """The description in a file, read once until the file changes: a changed neighbor does not cost all the others."""
    return load_spec(path)


def find_registry(registry_id: str) -> RegistrySpec:
    """The registry of that id. Raises SpecError naming the known ones."""
    known = known_registries()
    if registry_id not in known.specs:
        listed = ", ".join(known.specs) or "none"
        because = "".join(f"; {problem}" for problem in known.problems)
        raise SpecError(f"{registry_id} is not a known registry; known are {listed}{because}")
    return known.specs[registry_id]


def describe(spec: RegistrySpec) -> dict[str, Any]:
    """What later readers of a run must know of the registry, as it stood on the day."""
    return {
        "title": spec.title,
        "kind": spec.kind.value,
        "profession": spec.profession,
        "jurisdiction": spec.jurisdiction,
        "authority": spec.authority.value,
        "completeness": spec.completeness,
        "home": spec.home,
        "shared_numbers": spec.shared_numbers,
    }


def latest_descriptions(session: Session, registry_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """How each of these registries was described at its latest run, by id."""
    latest = (
        select(func.max(RegistryRun.id))
        .where(RegistryRun.registry_id.in_(set(registry_ids)))
        .group_by(RegistryRun.registry_id)
    )
    rows = session.execute(select(RegistryRun.registry_id, RegistryRun.described).where(RegistryRun.id.in_(latest)))
    return {row.registry_id: row.described for row in rows}


# Terms ---------------------------------------------------------------------------------------------------------------


def terms_readings(session: Session, *, as_of: datetime | None = None) -> dict[str, TermsReading]:
    """The latest word on each registry's terms, by registry; with `as_of`, the latest then."""
    latest = select(func.max(TermsReading.id)).group_by(TermsReading.registry_id)
    if as_of is not None:
        latest = latest.where(TermsReading.at <= as_of)
    rows = session.scalars(select(TermsReading).where(TermsReading.id.in_(latest)))
    return {row.registry_id: row for row in rows}


def terms_due_on(spec: RegistrySpec, read_on: date | None) -> date | None:
    """The day on which terms that were read on `read_on` are to be read again. From then on nothing is asked."""
    return read_on + timedelta(days=spec.terms.reread_days) if read_on else None


def is_in_force(spec: RegistrySpec, reading: TermsReading | None, *, today: date) -> bool:
    """Whether by this reading of its terms the registry may be asked over the network."""
    if reading is None or not reading.enabled:
        return False
    due = terms_due_on(spec, reading.at.date())
    return due is None or today < due


def terms_missing(session: Session, spec: RegistrySpec, *, today: date) -> str:
    """Why the registry may not be asked over the network as far as its terms go, and what to do; "" when it may."""
    reading = terms_readings(session).get(spec.id)
    if is_in_force(spec, reading, today=today):
        return ""
    command = f"`registries enable {spec.id} --terms-read-by EMAIL --note TEXT`"
    todo = f"read its terms ({spec.terms.url or spec.home}), then {command}"
    if reading is None or not reading.enabled:
        return f"{spec.title} may not be asked yet: {todo}"
    read_on = reading.at.date()
    due = terms_due_on(spec, read_on)
    return f"{spec.title} is not asked for now, its terms of {read_on} are to be read again since {due}: {todo}"


def enable(session: Session, spec: RegistrySpec, *, read_by: str, note: str, at: datetime) -> TermsReading:
    """Records that `read_by` read the terms, and switches the network channels on.

    Raises SpecError when the registry has no network channel: there is nothing to switch.
    """
    if not spec.needs_network:
        doors = ways_in(spec.channels, spec.home)
        raise SpecError(f"{spec.id} is not asked over the network, so there is nothing to enable. It offers {doors}")
    return _switch(session, spec.id, True, by=read_by, note=note, at=at, terms_url=spec.terms.url)


def disable(session: Session, registry_id: str, *, by: str = "operator", note: str = "", at: datetime) -> TermsReading:
    """Switches the network channels off. What was read before stands."""
    return _switch(session, registry_id, False, by=by, note=note, at=at)


def _switch(
    session: Session, registry_id: str, enabled: bool, *, by: str, note: str, at: datetime, terms_url: str = ""
) -> TermsReading:
    reading = TermsReading(registry_id=registry_id, enabled=enabled, read_by=by, note=note, terms_url=terms_url, at=at)
    session.add(reading)
    audit.record(
        session,
        actor=by,
        action="registry enabled" if enabled else "registry disabled",
        subject=f"registry:{registry_id}",
        after={"enabled": enabled},
        reason=note,
        at=at,
    )
    return reading
