"""What a reading may need of memory, whatever it is sent: measured in a process of its own, as an operator runs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scrapers.rehearsal.misbehaviors import BY_NAME
from scrapers.rehearsal.server import RehearsalServer
from scrapers.rehearsal.shapes.all_shapes import shapes
from scrapers.rehearsal.shapes.shape import EVERYBODY

ROOT = Path(__file__).parent.parent.parent
MOST_KB = 300 * 1024


# The kernel's own mark of the process: what `wait` tells begins with the memory of whoever forked it.
MEASURED = """
import pathlib, re, runpy, sys
peak = pathlib.Path(sys.argv.pop(1))
try:
    runpy.run_module("scrapers", run_name="__main__", alter_sys=True)
finally:
    peak.write_text(re.search("VmHWM:[^0-9]*([0-9]+)", pathlib.Path("/proc/self/status").read_text())[1])
"""


def fetched(shape: str, server: RehearsalServer, folder: Path) -> tuple[dict[str, object], int]:
    """The report of `python -m scrapers fetch`, and the most memory it held, in KB."""
    spec, out = shapes()[shape].spec_path, folder / "report.json"
    environ = {
        "PATH": os.environ["PATH"],
        "REHEARSAL": "1",
        "TMPDIR": str(folder),
        "CONTACT_EMAIL": "oz@directory.example",
    }
    peak = folder / "peak"
    order = [
        sys.executable,
        "-c",
        MEASURED,
        str(peak),
        "fetch",
        "--spec",
        str(spec),
        "--base-url",
        server.address,
        "--json",
    ]
    order += ["--name", EVERYBODY] if shapes()[shape].wanted else []
    with out.open("w") as report:
        subprocess.run(order, cwd=ROOT, env=environ, stdout=report, stderr=subprocess.DEVNULL, check=False)
    return json.loads(out.read_text()), int(peak.read_text())


@pytest.mark.parametrize(
    ("shape", "misbehavior"),
    [
        ("shape_csv", "big_table"),
        ("shape_table", "big_table"),
        ("shape_form", "big_table"),
        ("shape_csv", "endless_body"),
        ("shape_table", "endless_body"),
        ("shape_json", "endless_body"),
        ("shape_workbook", "gzip_bomb"),
        ("shape_json", "gzip_bomb"),
    ],
)
def test_nothing_that_is_sent_fills_the_memory(
    shape: str, misbehavior: str, server: RehearsalServer, tmp_path: Path
) -> None:
    server.misbehaves(BY_NAME[misbehavior])
    report, most_kb = fetched(shape, server, tmp_path)
    outcome, reason = BY_NAME[misbehavior].right(shapes()[shape])
    assert report["outcome"] == outcome, report["reason"]
    assert re.search(reason, str(report["reason"])), report["reason"]
    assert most_kb < MOST_KB
    if outcome == "complete":
        assert report["records"] == report["rows"]
        assert int(str(report["bytes"])) >= 50_000_000
