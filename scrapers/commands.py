"""What the verbs of `python -m scrapers` share, and those that ask nobody: list and check."""

from __future__ import annotations

import json
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapers.checks import doubts_about
from scrapers.errors import SpecError
from scrapers.listing import described, lines
from scrapers.no_register import NO_REGISTER
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
    """A line for the person at the terminal, on stderr. What a source published must not steer the terminal."""
    sys.stderr.write("".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text) + "\n")


def put_json(document: Any) -> None:
    """The one JSON document on stdout."""
    text = json.dumps(document, indent=2, ensure_ascii=False, default=str)
    if not _writable(text):
        text = json.dumps(document, indent=2, default=str)
    sys.stdout.write(text + "\n")


def _writable(text: str) -> bool:
    """Whether stdout can write it as it is: it may be for ASCII only, and half a letter can be written by none."""
    try:
        return bool(text.encode(sys.stdout.encoding or "utf-8"))
    except UnicodeEncodeError:
        return False


def no_report(registry: str, reason: str) -> dict[str, Any]:
    """What stands in the place of a report when there was no run: wrong usage, or a mistake of the program."""
    return {"registry": registry, "outcome": None, "reason": reason, "records": 0, "warnings": []}


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
        put_json([described(spec) for spec in specs])
        return DONE
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    sys.stdout.write("".join(f"{line}\n" for line in lines(specs, width=width)))
    for place, reason in NO_REGISTER.items():
        tell(f"{place}: no register. {reason}")
    tell(f"{len(specs)} registries")
    return DONE


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
        tell(f"{spec.id}: confidence: {spec.confidence.level}. {spec.confidence.rests_on}".rstrip())
        for item in spec.unverified:
            tell(f"{spec.id}: unverified: {item.what}. {item.note}")
    return FAILED if any(doubts.values()) else DONE
