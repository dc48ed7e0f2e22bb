"""The parts of README.md that are made from the code. `python -m tests.docs` writes them anew."""

from __future__ import annotations

import re

from directory import ROOT
from directory.config import SETTINGS
from scrapers.spec import known_specs

README = ROOT / "README.md"


def settings() -> str:
    rows = [f"| `{item.name}` | {f'`{item.default}`' if item.default else ''} | {item.about} |" for item in SETTINGS]
    return "\n".join(["| setting | default | what it does |", "|---|---|---|", *rows])


def registries() -> str:
    rows = [
        f"| `{spec.id}` | {spec.title} | {', '.join(spec.channels)} | {spec.completeness.replace('_', ' ')} | "
        f"{len(spec.unverified) or 'none'} |"
        for spec in sorted(known_specs().values(), key=lambda spec: spec.id)
    ]
    return "\n".join(
        ["| id | registry | channels | completeness | unverified values |", "|---|---|---|---|---|", *rows]
    )


def filled(text: str) -> str:
    """`text` with each generated part as the code would have it now."""
    for name, part in {"settings": settings(), "registries": registries()}.items():
        text = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
            lambda marks, part=part: f"{marks[1]}{part}\n{marks[2]}",
            text,
            flags=re.DOTALL,
        )
    return text


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
