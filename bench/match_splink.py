"""Splink's usual set-up for two files of names and addresses, as its own FEBRL 4 example has it: DuckDB, blocking on
pairs of fields, string comparisons with term frequencies, u by random sampling and m by expectation maximization."""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

_BLOCKS = (
    *(("given_name", "family_name"), ("postal_code",), ("street",), ("given_name", "city"), ("family_name", "city")),
    *(("family_name", "region"), ("given_name", "region")),
)


def splink_pairs(left: Path, right: Path) -> set[tuple[str, str]]:
    """The pairs that Splink takes for one person (probability of a half and more), the best of each row."""
    logging.disable(logging.WARNING)
    connection = duckdb.connect()
    for name, path in (("left_people", left), ("right_people", right)):
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{path}', all_varchar=true, nullstr='')")
    api = DuckDBAPI(connection)
    tables = [api.register(name) for name in ("left_people", "right_people")]
    linker = Linker(tables, _settings())
    linker.training.estimate_probability_two_random_records_match(
        [block_on("given_name", "family_name", "postal_code"), block_on("street", "postal_code")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in (("postal_code",), ("given_name", "family_name")):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*block))
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    found = connection.sql(
        f"SELECT id_l, id_r FROM {pairs.physical_name} ORDER BY match_weight DESC, id_l, id_r"
    ).fetchall()
    return _best_ones(found)


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        comparisons=[
            compare.NameComparison("given_name"),
            compare.NameComparison("family_name"),
            compare.JaroWinklerAtThresholds("street", [0.9, 0.7]).configure(term_frequency_adjustments=True),
            compare.JaroWinklerAtThresholds("city", [0.9, 0.7]).configure(term_frequency_adjustments=True),
            compare.DamerauLevenshteinAtThresholds("postal_code", [1, 2]),
            compare.ExactMatch("region"),
        ],
        blocking_rules_to_generate_predictions=[block_on(*block) for block in _BLOCKS],
    )


def _best_ones(found: list[tuple[str, str]]) -> set[tuple[str, str]]:
    left, right, best = set(), set(), set()
    for one, other in found:
        if one not in left and other not in right:
            left.add(one)
            right.add(other)
            best.add((one, other))
    return best
