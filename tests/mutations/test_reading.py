"""Mutations that once came through, at the reader that must notice them: without a database, a moment each."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.recording import replay
from scrapers.run import Outcome
from tests.mutations.mutations import mutations
from tests.mutations.sources import recorded

BY_NAME = {each.name: each for each in mutations()}


@pytest.mark.parametrize(
    ("name", "mutation", "outcome", "reason"),
    [
        ("us_ma", "numbers lost", Outcome.SUSPECT, "none of the 4 records has a number"),
        ("us_ma", "standing and whole name swapped", Outcome.SUSPECT, "3 of 4 rows bear a standing for a name"),
        ("us_pa", "standing and whole name swapped", Outcome.SUSPECT, "3 of 4 rows bear a standing for a name"),
        ("us_nj.number", "last pages swapped", Outcome.CHANGED, "is a page about one person"),
        ("us_ct", "issue and expiry swapped", Outcome.SUSPECT, "5 of 5 records end before they begin"),
        ("us_pa_exclusions", "day before month", Outcome.SUSPECT, "have a day where the month was"),
        ("us_ct_lookup", "a comment left open", Outcome.CHANGED, "a comment that never ends"),
        ("us_ct", "numbers lost", Outcome.SUSPECT, "none of the 5 records has a number"),
        ("us_nppes_file", "names lost", Outcome.INCOMPLETE, "names no Entity Type Code"),
        ("us_pa", "no standing for all", Outcome.SUSPECT, "says its standing in words"),
        ("us_wy_glsuite", "standing and number swapped", Outcome.SUSPECT, "says its standing in words"),
        ("us_ar", "undefined for each name", Outcome.INCOMPLETE, "'undefined' is no name"),
        ("us_ar", "standing and whole name swapped", Outcome.INCOMPLETE, "'Active' is no name"),
        ("us_ks", "values shifted by one", Outcome.INCOMPLETE, "rows belongs to this registry"),
        ("us_aama", "values shifted by one", Outcome.CHANGED, "the title of a person is None"),
        ("us_ncbahm.profile", "classes and ids renamed", Outcome.CHANGED, "in another form"),
        ("us_nj", "last pages swapped", Outcome.CHANGED, "is a page about one person"),
        ("us_ca_exclusions", "cut at a half", Outcome.INCOMPLETE, "it may be cut off"),
        ("us_mo.text", "last letter lost", Outcome.INCOMPLETE, "'Ye' is shorter"),
        ("xx_json", "rows repeated", Outcome.INCOMPLETE, "came twice"),
    ],
)
def test_a_mutation_is_noticed(name: str, mutation: str, outcome: Outcome, reason: str, tmp_path: Path) -> None:
    source = recorded(name)
    mutated = BY_NAME[mutation].of(source)
    assert mutated is not None
    _, report, _ = replay(source.spec, mutated.recording, tmp_path)
    assert report.outcome is outcome
    assert reason in report.reason


@pytest.mark.parametrize(
    ("name", "mutation"), [("us_co", "rows reversed"), ("us_ny", "columns reversed"), ("us_ny", "rows repeated")]
)
def test_cases_say_the_same_in_whatever_order_and_however_often_they_come(
    name: str, mutation: str, tmp_path: Path
) -> None:
    source = recorded(name)
    mutated = BY_NAME[mutation].of(source)
    assert mutated is not None
    well, _, _ = replay(source.spec, source.recording, tmp_path / "well")
    found, report, _ = replay(source.spec, mutated.recording, tmp_path / "mutated")
    said = [
        {each["source_key"]: (each["standing"], each["discipline"]) for each in records} for records in (well, found)
    ]
    assert said[0] == said[1]
    assert report.outcome is Outcome.COMPLETE
