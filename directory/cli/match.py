"""`flask --app wsgi match LEFT.csv RIGHT.csv`: which rows of two files are one person. The database is not asked."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

import click
from flask import Flask

from directory.registries.file_remarks import Remarks
from directory.registries.person_files import PersonFileError
from directory.registries.person_pairs import PersonPair, pairs_of
from directory.registries.seekable_files import seekable

FIELDS = ("left_id", "right_id", "verdict", "score", "reasons")
_STANDARD = (Path("-"), Path("/dev/stdout"))
_PEOPLE = click.Path(exists=True, dir_okay=False, path_type=Path)


def init_app(app: Flask) -> None:
    app.cli.add_command(match)


@click.command("match", help="Say which rows of two CSV files are one person.")
@click.argument("left", type=_PEOPLE)
@click.argument("right", type=_PEOPLE)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the pairs go; - for standard output.",
)
@click.option("--one-to-one", is_flag=True, help="Keep the best pair of each row.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def match(left: Path, right: Path, out: Path, one_to_one: bool, as_json: bool) -> None:
    """Writes one line per pair: sure may be acted on, unsure goes to a person."""
    if any(out.exists() and out.samefile(file) for file in (left, right)):
        raise click.UsageError(f"{out} is one of the files to read; name another one for the pairs")
    if not out.resolve().parent.is_dir():
        raise click.UsageError(f"{out} cannot be written: there is no folder {out.resolve().parent}")
    remarks = Remarks(_tell)
    try:
        with ExitStack() as files:
            one = files.enter_context(seekable(left))
            other = one if left == right else files.enter_context(seekable(right))
            file = files.enter_context(_in_its_place(out))
            counts = _written(file, pairs_of(one, other, one_to_one=one_to_one, remarks=remarks))
    except PersonFileError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    except OSError as wrong:
        raise click.ClickException(f"{out}: cannot be written: {wrong.strerror}; no pairs were kept") from wrong
    click.echo(_summary(counts, remarks, out, as_json=as_json), err=out in _STANDARD)


def _written(file: TextIO, pairs: Iterable[PersonPair]) -> Counter[str]:
    counts: Counter[str] = Counter()
    writer = csv.writer(file)
    writer.writerow(FIELDS)
    for pair in pairs:
        counts[pair.likeness.verdict.value] += 1
        writer.writerow(_cells(pair))
    return counts


@contextmanager
def _in_its_place(out: Path) -> Iterator[TextIO]:
    """A file that takes the place of `out` when all of it is written, and leaves nothing when it is not. What is no
    ordinary file, such as /dev/null or a pipe, is written to, and so is standard output, wherever it leads."""
    if out in _STANDARD:
        yield sys.stdout
        return
    if out.exists() and not out.is_file():
        with out.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    draft = out.resolve().with_name(f".{out.name}.draft")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            yield file
        draft.replace(out.resolve())
    finally:
        draft.unlink(missing_ok=True)


def _summary(counts: Counter[str], remarks: Remarks, out: Path, *, as_json: bool) -> str:
    found = {"pairs": counts.total(), "sure": counts["sure"], "unsure": counts["unsure"]}
    if as_json:
        rows = {"refused": remarks.left_out, "incomplete": remarks.in_part}
        return json.dumps({**found, **rows, "out": str(out)})
    lacking = f"; {remarks.left_out} rows of the files were left out" if remarks.left_out else ""
    return f"{found['pairs']} pairs: {found['sure']} sure, {found['unsure']} unsure{lacking}"


def _cells(pair: PersonPair) -> tuple[str, ...]:
    found = pair.likeness
    return pair.left_id, pair.right_id, found.verdict.value, f"{found.score:.4f}", "; ".join(found.reasons)


def _tell(text: str) -> None:
    click.echo(text, err=True)
