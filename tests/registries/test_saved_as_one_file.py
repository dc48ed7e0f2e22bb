"""Browsers that save a page as one file leave its scripts, its hidden fields and whatever is hidden out."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from scrapers.recording import load_recording, replay
from tests.registries.tampering import shape_of
from tests.registries.test_contract import FOLDERS, SPECS

LEFT_OUT = "script, noscript, template, [hidden], input[type=hidden]"
SAVED = {name: load_recording(folder) for name, folder in FOLDERS.items() if (folder / "expected.json").exists()}


def as_saved(body: bytes) -> bytes:
    if shape_of(body) != "html":
        return body
    page = BeautifulSoup(body, "lxml")
    for element in page.select(LEFT_OUT):
        element.decompose()
    return str(page).encode()


@pytest.mark.parametrize("name", sorted(name for name, made in SAVED.items() if made.channel == "saved_page"))
def test_a_page_saved_as_one_file_says_the_same(name: str, tmp_path: Path) -> None:
    spec, made = SPECS[name.partition(".")[0]], SAVED[name]
    whole, before, _ = replay(spec, made, tmp_path / "whole")
    saved, after, _ = replay(spec, made.with_bodies([as_saved(body) for body in made.bodies]), tmp_path / "saved")
    said = [[{**record, "evidence": ""} for record in records] for records in (whole, saved)]
    assert (said[1], after.outcome, after.reason) == (said[0], before.outcome, before.reason)
