"""`flask --app wsgi match LEFT.csv RIGHT.csv`: which rows of two files are one person. The database is not asked."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import click
from flask import Flask

from directory.registries.person_files import PersonFileError
from directory.registries.person_pairs import PersonPair, pairs_of

_MOST_TOLD = 20  # lines about what was left out
FIELDS = ("left_id", "right_id", "verdict", "score", "reasons")


def init_app(app: Flask) -> None:
    app.cli.add_command(match)


@click.command("match", help="Say which rows of two CSV files are one person.")
@click.argument("left", type=click.Path(path_type=Path))
@click.argument("right", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Where the pairs go.")
@click.option("--one-to-one", is_flag=True, help="Keep the best pair of each row.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def match(left: Path, right: Path, out: Path, one_to_one: bool, as_json: bool) -> None:
    """Writes one line per pair: sure may be acted on, unsure goes to a person."""
    if any(out.exists() and file.exists() and out.samefile(file) for file in (left, right)):
        raise click.UsageError(f"{out} is one of the files to read; name another one for the pairs")
    # What is no ordinary file, such as /dev/null or a pipe, is written to: a draft would take its place.
    draft = None if out.exists() and not out.is_file() else out.resolve().with_name(f".{out.name}.draft")
    try:
        counts = _written(draft or out, left, right, one_to_one)
        if draft:
            draft.replace(out.resolve())
    except PersonFileError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    except OSError as wrong:
        raise click.UsageError(f"{out} cannot be written: {wrong.strerror}") from wrong
    finally:
        if draft:
            draft.unlink(missing_ok=True)
    sure, unsure = counts["sure"], counts["unsure"]
    found = {"pairs": sure + unsure, "sure": sure, "unsure": unsure, "out": str(out)}
    click.echo(json.dumps(found) if as_json else f"{sure + unsure} pairs: {sure} sure, {unsure} unsure")


def _written(draft: Path, left: Path, right: Path, one_to_one: bool) -> Counter[str]:
    counts: Counter[str] = Counter()

    def refuse(text: str) -> None:
        counts["refused"] += 1
        if counts["refused"] <= _MOST_TOLD:
            _tell(text)

    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        for pair in pairs_of(left, right, one_to_one=one_to_one, on_progress=_tell, on_refused=refuse):
            counts[pair.likeness.verdict.value] += 1
            writer.writerow(_cells(pair))
    if counts["refused"] > _MOST_TOLD:
        _tell(f"and {counts['refused'] - _MOST_TOLD} more that were left out")
    return counts


def _cells(pair: PersonPair) -> tuple[str, ...]:
    found = pair.likeness
    return pair.left_id, pair.right_id, found.verdict.value, f"{found.score:.4f}", "; ".join(found.reasons)


def _tell(text: str) -> None:
    click.echo(text, err=True)
