"""What `python -m scrapers list` and the README say of each registry: doors, completeness, terms, confidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from scrapers.by_hand import ByHand
from scrapers.spec import RegistrySpec

HEADINGS = ("ID", "CHANNELS", "COMPLETENESS", "TERMS", "CONFIDENCE", "REGISTRY")
SHORT = 90  # characters of what terms say, where they stand in a line


def described(spec: RegistrySpec) -> dict[str, Any]:
    """Everything that one may want to know of a registry before asking it, ready for JSON."""
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
        "terms": {"state": terms_state(spec), **asdict(spec.terms)},
        "confidence": asdict(spec.confidence),
        "license": asdict(spec.license),
        "schedule": spec.schedule,
        "politeness": asdict(spec.politeness),
        "shared_numbers": spec.shared_numbers,
        "keys": [asdict(key) for key in spec.keys],
        "by_hand": asdict(by_hand) if (by_hand := by_hand_of(spec)) else None,
        "unverified": [asdict(item) for item in spec.unverified],
    }


def by_hand_of(spec: RegistrySpec) -> ByHand | None:
    """How a person looks somebody up in this registry, where its file says so."""
    return spec.channels["manual"].by_hand if "manual" in spec.channels else None


def terms_state(spec: RegistrySpec) -> str:
    """Whether somebody recorded reading the terms. A registry that no program asks needs no such record."""
    if spec.terms.were_read:
        return f"read {spec.terms.read_on}"
    return "not read" if spec.needs_network else "not needed"


def terms_in_short(spec: RegistrySpec) -> str:
    """What is known of the terms, in one short line; "" where nothing is."""
    says = " ".join(spec.terms.says.split())
    return says if len(says) <= SHORT else says[:SHORT].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def lines(specs: Iterable[RegistrySpec], *, width: int | None = None) -> Iterator[str]:
    """A heading and a line for each registry, in columns. `width` cuts lines off, for a terminal."""
    rows = [HEADINGS, *(_row(spec) for spec in specs)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(text.ljust(wide) for text, wide in zip(row, widths, strict=True)).rstrip()
        yield line if width is None or len(line) <= width else line[: width - 1] + "…"


def _row(spec: RegistrySpec) -> tuple[str, ...]:
    said = terms_in_short(spec)
    return (
        spec.id,
        ", ".join(spec.channels),
        spec.completeness,
        terms_state(spec),
        spec.confidence.level,
        f"{spec.title}. Terms: {said}" if said else spec.title,
    )
