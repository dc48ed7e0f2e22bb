"""The parts of READMEs that are made from the code. `python -m tests.docs` writes them anew."""

from __future__ import annotations

import re

from directory import ROOT
from directory.config import SETTINGS
from scrapers.listing import terms_state
from scrapers.no_register import NO_REGISTER
from scrapers.spec import REGISTRIES, known_specs


def settings() -> str:
    rows = [f"| `{item.name}` | {f'`{item.default}`' if item.default else ''} | {item.about} |" for item in SETTINGS]
    return "\n".join(["| setting | default | what it does |", "|---|---|---|", *rows])


def registries() -> str:
    known = sorted(known_specs().values(), key=lambda spec: spec.id)
    rows = [
        f"| `{spec.id}` | {spec.title} | {', '.join(spec.channels)} | {spec.completeness.replace('_', ' ')} | "
        f"{terms_state(spec)} | {spec.confidence.level} | {len(spec.unverified) or 'none'} |"
        for spec in known
    ]
    none = [
        f"| {place} | no register: {reason[0].lower()}{reason[1:]} | | | | | |" for place, reason in NO_REGISTER.items()
    ]
    headings = ["id", "registry", "channels", "completeness", "terms", "confidence", "unverified values"]
    return "\n".join([f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}", *rows, *none])


def filled(text: str) -> str:
    """`text` with each generated part as the code would have it now."""
    for name, part in PARTS.items():
        text = re.sub(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", rf"\1{part()}\n\2", text, flags=re.DOTALL)
    return text


PARTS = {"settings": settings, "registries": registries}
READMES = (ROOT / "README.md", REGISTRIES / "README.md")

if __name__ == "__main__":
    for readme in READMES:
        readme.write_text(filled(readme.read_text(encoding="utf-8")), encoding="utf-8")
