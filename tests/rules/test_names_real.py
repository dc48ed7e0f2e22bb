"""Names and numbers of real files, where they are: the public FEBRL pairs and answers of the NPI registry."""

import csv
import json
import random
from pathlib import Path

import pytest

from directory.rules.name_reading import name_of
from directory.rules.names import same_name
from directory.rules.numbers import valid_npi

REAL = Path(__file__).parents[2].parent / "shared" / "real"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL.is_dir(), reason="the real captures are not beside this checkout"),
]


def people(name):
    with (REAL / "matching" / name).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, skipinitialspace=True)
        return {row["rec_id"].split("-")[1]: name_of(row["given_name"], "", row["surname"]) for row in rows}


def test_strangers_are_not_taken_for_each_other():
    ours, theirs = people("febrl4a.csv"), people("febrl4b.csv")
    dice = random.Random(20261122)
    pairs = ((one, other) for one, other in (dice.sample(sorted(ours), 2) for _ in range(4_000)))
    taken = [(ours[one], theirs[other]) for one, other in pairs if same_name(ours[one], theirs[other])]
    assert taken == []


def test_most_corrupted_names_are_still_known():
    ours, theirs = people("febrl4a.csv"), people("febrl4b.csv")
    answers = [same_name(name, theirs[key]) for key, name in ours.items()]
    assert answers.count(True) > 0.68 * len(answers)  # about one in five of the copies has a quite different name


def test_real_provider_numbers_have_right_check_digits():
    files = sorted((REAL / "nppes_api" / "acupuncturists").glob("*.json"))
    answers = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    numbers = [result["number"] for answer in answers for result in answer["results"]]
    assert numbers and all(valid_npi(number) for number in numbers)
