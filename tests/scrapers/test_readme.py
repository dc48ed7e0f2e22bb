"""scrapers/README.md explains every key that a description may have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scrapers.channels import CHANNELS
from scrapers.columns import FIELDS
from scrapers.report import Outcome

HERE = Path(__file__).parent.parent.parent / "scrapers"
README = (HERE / "README.md").read_text(encoding="utf-8")
TAKEN = re.compile(r"(?:keys|issues|inner)\.(?:take|text|texts|flag|whole|number|day|mapping)\(\"(\w+)\"")


@pytest.mark.parametrize("source", ["spec.py", "spec_parts.py", "channels.py", "columns.py", "vocabulary.py"])
def test_every_key_is_explained(source: str) -> None:
    keys = set(TAKEN.findall((HERE / source).read_text(encoding="utf-8")))
    assert keys
    assert {key for key in keys if f"`{key}`" not in README and f"{key}:" not in README} == set()


def test_every_channel_field_outcome_and_file_is_named() -> None:
    words = {*CHANNELS, *Outcome, *(name.rpartition(".")[2] for name in FIELDS)}
    assert {word for word in words if f"`{word}`" not in README} == set()
    files = {path.stem for path in HERE.glob("*.py")} - {"__init__", "__main__", "errors", "record"}
    assert {name for name in files if f"`{name}`" not in README} == set()
