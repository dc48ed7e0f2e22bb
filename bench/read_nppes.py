"""How fast the acupuncturists are taken out of an NPPES file, against the usual ways, in the same run.

    python -m bench.read_nppes [--megabytes 300] [--json]

The file is made here: 330 columns, every value quoted, one acupuncturist in 127 rows, people invented.
Goal (a plain file, rows found): at least 40 times csv.DictReader, and 9 times DuckDB where it is installed.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec as find_module
from pathlib import Path
from typing import Any

from scrapers.captures import Captures
from scrapers.platforms.nppes_row import ACUPUNCTURIST
from scrapers.platforms.rows_with import FoundRow, Wanted, rows_in_stream
from scrapers.run import Scrape
from scrapers.spec import find_spec
from tests.scrapers.nppes_making import HEADINGS, MONTHLY, provider

NPPES = find_spec("us_nppes_file")
ONE_IN = 127
PEER_ROWS = 20_000  # csv.DictReader is timed on so many rows: its speed does not change behind them
OTHER = ("207Q00000X", "MD123", "WA")


def make_file(path: Path, megabytes: int) -> int:
    """Writes the file; gives back how many acupuncturists are in it. Everybody else comes again and again."""
    others = "".join(_line(provider(nth, OTHER)) for nth in range(1, ONE_IN))
    found = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join(f'"{heading}"' for heading in HEADINGS) + "\n")
        while out.tell() < megabytes * 1_000_000:
            out.writelines(_line(provider(nth)) + others for nth in range(found * ONE_IN, (found + 8) * ONE_IN, ONE_IN))
            found += 8
    return found


def _line(row: dict[str, str]) -> str:
    block = io.StringIO(newline="")
    csv.writer(block, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow([row.get(each, "") for each in HEADINGS])
    return block.getvalue()


def with_dict_reader(path: Path) -> tuple[int, float]:
    """Bytes a second of csv.DictReader that looks at the 15 columns of each row."""
    slots = [f"Healthcare Provider Taxonomy Code_{slot}" for slot in range(1, 16)]
    started, found = time.perf_counter(), 0
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        for nth, row in enumerate(reader, start=1):
            found += any(row[slot] == ACUPUNCTURIST for slot in slots)
            if nth == PEER_ROWS:
                break
    rows_bytes = path.stat().st_size * nth / sum(1 for _ in path.open("rb"))
    return found, rows_bytes / (time.perf_counter() - started)


def with_duckdb(path: Path) -> int:
    import duckdb  # not a dependency: compared with where it is there

    slots = " or ".join(f"\"Healthcare Provider Taxonomy Code_{slot}\" = '{ACUPUNCTURIST}'" for slot in range(1, 16))
    question = f"select count(*) from read_csv(?, all_varchar=true, header=true) where {slots}"
    return int(duckdb.execute(question, [str(path)]).fetchone()[0])


def found_rows(path: Path) -> int:
    with path.open("rb") as stream:
        stream.readline()
        return sum(isinstance(row, FoundRow) for row in rows_in_stream(stream, Wanted(ACUPUNCTURIST, len(HEADINGS))))


def whole_run(path: Path) -> int:
    now = datetime(2026, 5, 3, tzinfo=UTC)
    scrape = Scrape(NPPES, channel="file", captures=Captures(None), now=lambda: now, files=[path])
    count = sum(1 for _ in scrape.records())
    if not scrape.report.outcome.is_usable:
        raise SystemExit(f"the run ended {scrape.report.outcome}: {scrape.report.reason}")
    return count


def inflated(path: Path) -> int:
    with zipfile.ZipFile(path) as archive, archive.open(MONTHLY) as stream:
        while stream.read(4 << 20):
            pass
    return 0


def seconds_of(work: Callable[[Path], int], path: Path, *, expected: int) -> float:
    """The best of three, after checking the answer."""
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        count = work(path)
        best = min(best, time.perf_counter() - started)
        if expected and count != expected:
            raise SystemExit(f"{work.__name__} found {count}, and {expected} are there")
    return best


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        answer = _measure(Path(folder) / MONTHLY, options.megabytes)
    print(json.dumps(answer) if options.json else _sentences(answer))
    return answer


def _measure(path: Path, megabytes: int) -> dict[str, Any]:
    expected = make_file(path, megabytes)
    archive = path.with_name("monthly.zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        out.write(path, MONTHLY)
    works = {
        "rows found, plain file": (found_rows, path, expected),
        "whole run with hash, plain file": (whole_run, path, expected),
        "whole run, zip": (whole_run, archive, expected),
        "inflating the zip alone": (inflated, archive, 0),
    }
    if find_module("duckdb"):
        works["DuckDB read_csv"] = (with_duckdb, path, expected)
    size = path.stat().st_size
    speeds = {name: size / seconds_of(work, file, expected=count) for name, (work, file, count) in works.items()}
    _, peer = with_dict_reader(path)
    return {
        "megabytes": round(size / 1e6),
        "acupuncturists": expected,
        "megabytes_a_second": {"csv.DictReader": round(peer / 1e6), **{n: round(v / 1e6) for n, v in speeds.items()}},
        "times_csv_dictreader": {name: round(speed / peer, 1) for name, speed in speeds.items()},
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _sentences(answer: dict[str, Any]) -> str:
    lines = [f"{answer['megabytes']} MB, {answer['acupuncturists']} acupuncturists, {answer['peak_megabytes']} MB peak"]
    for name, speed in answer["megabytes_a_second"].items():
        times = answer["times_csv_dictreader"].get(name, 1.0)
        lines.append(f"{name:32}{speed:8} MB/s{times:8} x csv.DictReader")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
