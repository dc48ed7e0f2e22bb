"""Who is who in two files: `flask match`'s way against Splink's usual set-up, and how right both are.

FEBRL 4 (5,000 originals, 5,000 corrupted copies; names and addresses only) where it lies beside the checkout, the
labelled set of invented people by origin, and a big made-up pair of files (`--rows`) for speed and memory. Splink is a
peer and no dependency: where it is not installed, that is said.
"""

from __future__ import annotations

import argparse
import csv
import resource
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from directory.registries.person_files import PersonFile
from directory.registries.person_pairs import pairs_of
from tests.labelled.pairs import labelled_pairs, write_files
from tests.labelled.report import figures, matched, parity

FEBRL = Path(__file__).parents[1].parent / "shared" / "real" / "matching"
SEEDS = (201, 202, 203)
ROWS = 9_000
Found = set[tuple[str, str]]


def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench.match")
    options.add_argument("--rows", type=int, default=ROWS, help="of the big made-up files, on each side")
    rows = options.parse_args(arguments).rows
    with TemporaryDirectory() as folder:
        febrl(Path(folder))
        labelled()
        big(Path(folder), rows)


# FEBRL 4 ------------------------------------------------------------------------------------------------------------


def febrl(folder: Path) -> None:
    """Both matchers on the same two files, one after the other, and what they find."""
    if not FEBRL.is_dir():
        print("FEBRL 4: its files are not beside this checkout")
        return
    left, right = (febrl_file(FEBRL / f"febrl4{side}.csv", folder) for side in "ab")
    ours = timed("True Meridian", lambda: our_pairs(left, right))
    if find_spec("splink") is None:
        print("Splink is not installed here: no figures of it in this run")
        return
    from bench.match_splink import splink_pairs

    theirs = timed("Splink", lambda: splink_pairs(left, right))
    print(f"time, Splink's to ours: {theirs / ours:.2f}")


def febrl_file(source: Path, folder: Path) -> Path:
    """A FEBRL file with the columns that `flask match` knows; its birth date and security number are left out."""
    path = folder / f"{source.stem}.people.csv"
    columns = {"rec_id": "id", "given_name": "given_name", "surname": "family_name", "suburb": "city"}
    columns |= {"state": "region", "postcode": "postal_code"}
    with source.open(encoding="utf-8", newline="") as file, path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*columns.values(), "street", "country"])
        writer.writeheader()
        for row in csv.DictReader(file, skipinitialspace=True):
            street = " ".join(filter(None, (row["street_number"], row["address_1"], row["address_2"])))
            writer.writerow(
                {ours: row[theirs] for theirs, ours in columns.items()} | {"street": street, "country": "AU"}
            )
    return path


def our_pairs(left: Path, right: Path) -> Found:
    found = pairs_of(PersonFile(left), PersonFile(right), one_to_one=True)
    return {(pair.left_id, pair.right_id) for pair in found}


def timed(name: str, pairs: Callable[[], Found]) -> float:
    start = time.perf_counter()
    found = pairs()
    seconds = time.perf_counter() - start
    right = sum(one.split("-")[1] == other.split("-")[1] for one, other in found)
    precision, recall = right / max(len(found), 1), right / 5_000
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    print(
        f"FEBRL 4, {name:14} F1 {100 * f1:.2f}  precision {100 * precision:.2f}"
        f"  recall {100 * recall:.2f}  {seconds:.1f} s"
    )
    return seconds


# Invented people ----------------------------------------------------------------------------------------------------


def labelled() -> None:
    """Precision and recall by origin, of three seeds together."""
    print(f"{'':12}{'true':>6}{'sure precision':>16}{'sure recall':>13}{'all precision':>15}{'all recall':>12}")
    for seed in SEEDS:
        pairs = labelled_pairs(seed)
        by_origin = figures(pairs, matched(pairs))
        print(
            f"seed {seed}, {len(pairs)} pairs; sure precision of the best and the worst origin:"
            f" {parity(by_origin):.2f} points apart"
        )
        for origin, each in by_origin.items():
            shares = (each.sure_precision, each.sure_recall, each.precision, each.recall)
            sure, found, all_sure, all_found = (f"{100 * share:.1f}" for share in shares)
            print(f"{origin:12}{each.true:>6}{sure:>16}{found:>13}{all_sure:>15}{all_found:>12}")


# Speed --------------------------------------------------------------------------------------------------------------


def big(folder: Path, rows: int) -> None:
    """The time of two files of `rows` rows each, and the most memory that the process ever held."""
    left, right = folder / "left.csv", folder / "right.csv"
    write_files(labelled_pairs(7, each=max(rows // 9, 1)), left, right)
    start, clock = time.process_time(), time.perf_counter()
    found = sum(1 for _ in pairs_of(PersonFile(left), PersonFile(right)))
    took, waited = time.process_time() - start, time.perf_counter() - clock
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{rows} x {rows} rows: {found} pairs, {took:.0f} s of one core ({waited:.0f} s by the clock),"
        f" {most:.0f} MB at most"
    )
