"""What the verbs of `python -m scrapers` share, and those that ask nobody: list and check."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapers.by_hand import ByHand
from scrapers.checks import doubts_about
from scrapers.errors import SpecError
from scrapers.spec import RegistrySpec, find_spec, known_specs, load_spec

DONE, FAILED, WRONG_USAGE, NOT_BELIEVED = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says, read once."""

    registries: tuple[str, ...] = ()
    contact: str = ""
    site_url: str = ""
    rehearsal: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Raises SpecError with the name of a setting that is wrong."""
        rehearsal = _yes_no("REHEARSAL", environ.get("REHEARSAL", ""))
        if rehearsal and environ.get("ENV") == "production":
            raise SpecError("REHEARSAL is refused when ENV=production")
        folders = [folder for folder in environ.get("REGISTRIES_PATH", "").split(os.pathsep) if folder]
        for folder in folders:
            if not Path(folder).is_dir():
                raise SpecError(f"REGISTRIES_PATH: no folder {folder}")
        return cls(
            registries=tuple(folders),
            contact=environ.get("CONTACT_EMAIL", ""),
            site_url=environ.get("SITE_URL", ""),
            rehearsal=rehearsal,
        )


def _yes_no(name: str, value: str) -> bool:
    if value.lower() not in ("", "0", "no", "false", "off", "1", "yes", "true", "on"):
        raise SpecError(f"{name}: expected 1 or 0")
    return value.lower() in ("1", "yes", "true", "on")


def now() -> datetime:
    return datetime.now(UTC)


def tell(text: str) -> None:
    """A line for the person at the terminal, on stderr."""
    sys.stderr.write(text + "\n")


def put_json(document: Any) -> None:
    """The one JSON document on stdout."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n")


def chosen(given: Namespace, settings: Settings) -> RegistrySpec:
    """The registry that ID or --spec names, at --base-url where that is given."""
    spec = load_spec(given.spec) if given.spec else find_spec(given.id, settings.registries)
    base = getattr(given, "base_url", None)
    return spec.with_base_url(base) if base else spec


# list and check -------------------------------------------------------------------------------------------------------


def list_registries(given: Namespace, settings: Settings) -> int:
    problems: list[SpecError] = []
    specs = known_specs(settings.registries, problems=problems).values()
    for problem in problems:
        tell(f"cannot be used: {problem}")
    if given.json:
        put_json([_described(spec) for spec in specs])
        return DONE
    for spec in specs:
        sys.stdout.write(f"{spec.id:16} {', '.join(spec.channels):28} {spec.title}\n")
    return DONE


def _described(spec: RegistrySpec) -> dict[str, Any]:
    return {
        "id": spec.id,
        "title": spec.title,
        "kind": spec.kind,
        "profession": spec.profession,
        "jurisdiction": spec.jurisdiction,
        "authority": spec.authority,
        "home": spec.home,
        "platform": spec.platform,
        "channels": list(spec.channels),
        "completeness": spec.completeness,
        "needs_network": spec.needs_network,
        "terms_read": spec.terms.were_read,
        "keys": [asdict(key) for key in spec.keys],
        "by_hand": asdict(by_hand) if (by_hand := by_hand_of(spec)) else None,
        "unverified": [asdict(item) for item in spec.unverified],
    }


def by_hand_of(spec: RegistrySpec) -> ByHand | None:
    """How a person looks somebody up in this registry, where its file says so."""
    return spec.channels["manual"].by_hand if "manual" in spec.channels else None


def check(given: Namespace, settings: Settings) -> int:
    """Whether descriptions are sound. One that cannot even be read is a failure with its file and key."""
    problems: list[SpecError] = []
    try:
        all_known = not (given.id or given.spec)
        known = known_specs(settings.registries, problems=problems).values() if all_known else [chosen(given, settings)]
        specs = list(known)
    except SpecError as wrong:
        if "is not a known registry" in str(wrong):
            raise
        specs, problems = [], [wrong]
    doubts = {spec.id: list(doubts_about(spec)) for spec in specs}
    if problems:
        doubts[str(given.spec or given.id or "registries")] = [str(problem) for problem in problems]
    if given.json:
        put_json({"sound": not any(doubts.values()), "doubts": doubts})
    for name, found in doubts.items():
        tell(f"{name}: {'sound' if not found else '; '.join(found)}")
    for spec in specs:
        for item in spec.unverified:
            tell(f"{spec.id}: unverified: {item.what}. {item.note}")
    return FAILED if any(doubts.values()) else DONE
