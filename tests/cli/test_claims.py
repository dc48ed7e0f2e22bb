"""`claims lint` says what is wrong with a file in words, and to a program in one document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from directory.rules.claims import LONGEST


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a" * (LONGEST + 1), "expected at most 20,000 letters; it has 20,001. Split it."),
        (b"na\xefve", "expected text in UTF-8; its byte 3 is none"),
    ],
    ids=["too long", "not UTF-8"],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    app: Flask, tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "about.txt"
    file.write_bytes(content)
    result = app.test_cli_runner().invoke(args=["claims", "lint", str(file), "--json"])
    document = json.loads(result.stdout)
    error = {"what": f"{file}: {told}", "where": "claims lint", "expected": ""}
    assert (result.exit_code, document) == (1, {"error": error, "exit_code": 1})
