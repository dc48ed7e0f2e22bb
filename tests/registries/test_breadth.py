"""What is said of every registry before it is asked, and that no state was forgotten."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from scrapers.__main__ import main
from scrapers.errors import SpecError
from scrapers.listing import described, lines, terms_in_short
from scrapers.no_register import NO_REGISTER
from scrapers.record import CredentialKind
from scrapers.spec import RegistrySpec, known_specs
from scrapers.spec_parts import CONFIDENCE
from tests.scrapers.making import make_spec

SPECS = known_specs()
STATES = (
    "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK"
)
STATES += " OR PA RI SC SD TN TX UT VA VT WA WI WV WY"
LICENSES = (CredentialKind.LICENSE, CredentialKind.STATE_CERTIFICATION)
DOSSIER = Path(__file__).parents[2] / ".." / "shared" / "registries" / "us_jurisdictions.csv"
needs_dossier = pytest.mark.skipif(not DOSSIER.is_file(), reason="the dossier is not beside the repository")


def of_acupuncturists(place: str) -> list[RegistrySpec]:
    known = (spec for spec in SPECS.values() if spec.jurisdiction == f"US-{place}" and spec.kind in LICENSES)
    return [spec for spec in known if spec.profession == "acupuncturist"]


@pytest.mark.parametrize("place", STATES.split())
def test_each_state_has_a_registry_or_a_reason_why_there_is_none(place: str) -> None:
    reason = NO_REGISTER.get(f"US-{place}", "")
    assert bool(of_acupuncturists(place)) != bool(reason)


def dossier_rows() -> Iterator[dict[str, str]]:
    with DOSSIER.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@pytest.mark.real
@needs_dossier
def test_every_row_of_the_dossier_has_a_registry_or_a_reason() -> None:
    rows = list(dossier_rows())
    assert {row["state"] for row in rows} == set(STATES.split())
    for row in rows:
        assert (f"US-{row['state']}" in NO_REGISTER) == (row["regulated"] == "no"), row["state"]
        assert bool(of_acupuncturists(row["state"])) == (row["regulated"] == "yes"), row["state"]


@pytest.mark.real
@needs_dossier
def test_no_description_claims_more_than_the_dossier_knows() -> None:
    for row in dossier_rows():
        for spec in of_acupuncturists(row["state"]):
            claimed, known = CONFIDENCE.index(spec.confidence.level), CONFIDENCE.index(row["confidence"])
            assert claimed >= known, f"{spec.id} claims {spec.confidence.level}, the dossier has {row['confidence']}"


@pytest.mark.real
@needs_dossier
def test_what_a_person_is_sent_to_is_the_address_of_the_dossier() -> None:
    for row in dossier_rows():
        address = row["lookup_url"].split(" ")[0]
        if address.startswith("http"):
            known = {part for spec in of_acupuncturists(row["state"]) for part in _addresses(spec)}
            assert any(address.rstrip("/") in one for one in known), f"{row['state']}: {address}"


def _addresses(spec: RegistrySpec) -> set[str]:
    by_hand = described(spec)["by_hand"] or {"address": ""}
    starts = {start for channel in spec.channels.values() for start in channel.start}
    return {spec.home, by_hand["address"], *starts}


@pytest.mark.parametrize("name", sorted(SPECS))
def test_each_says_how_far_it_may_be_trusted_and_on_what_that_rests(name: str) -> None:
    confidence = SPECS[name].confidence
    assert confidence.level in CONFIDENCE
    assert len(confidence.rests_on) > 15
    assert SPECS[name].unverified, "nobody tried it against the live source, and it says so"


@pytest.mark.parametrize("name", sorted(SPECS))
def test_each_that_a_program_may_ask_says_what_is_known_of_its_terms(name: str) -> None:
    if SPECS[name].needs_network:
        assert terms_in_short(SPECS[name])


@pytest.mark.parametrize(
    ("confidence", "told"),
    [
        ({"level": "certain", "rests_on": "a hunch of mine"}, "none of high, medium, low, unverified"),
        ({"level": "high", "rests_on": " "}, "rests_on should say"),
        ({"level": "high"}, "rests_on is missing"),
        ({"level": "high", "rests_on": "its terms", "since": "May"}, "unknown key: since"),
    ],
)
def test_a_confidence_without_a_known_word_or_a_reason_is_refused(
    tmp_path: Path, confidence: dict[str, str], told: str
) -> None:
    with pytest.raises(SpecError, match=told):
        make_spec(tmp_path, confidence=confidence)


def test_a_description_that_says_nothing_of_it_is_unverified(tmp_path: Path) -> None:
    assert make_spec(tmp_path).confidence.level == "unverified"


def test_the_list_names_doors_completeness_terms_and_confidence_in_columns() -> None:
    heading, *rows = lines(SPECS.values())
    assert len(rows) >= 40
    for column, text in {
        "CHANNELS": "roster, lookup, file, manual",
        "COMPLETENESS": "all_statuses",
        "TERMS": "not read",
        "CONFIDENCE": "high",
    }.items():
        washington = next(row for row in rows if row.startswith("us_wa "))
        assert washington[heading.index(column) :].startswith(f"{text} ")


def test_a_terminal_gets_lines_that_fit_it() -> None:
    assert max(map(len, lines(SPECS.values(), width=100))) == 100


def test_terms_somebody_read_are_listed_with_the_day(tmp_path: Path) -> None:
    read = make_spec(
        tmp_path, terms={"says": "Ask slowly.", "read_on": date(2026, 5, 3), "read_by": "oz@directory.example"}
    )
    assert "read 2026-05-03" in list(lines([read]))[1]
    assert described(read)["terms"]["says"] == "Ask slowly."


def test_the_json_of_the_list_holds_what_the_columns_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    listed = {one["id"]: one for one in json.loads(capsys.readouterr().out)}
    assert listed["us_wa"]["confidence"]["level"] == "high"
    assert listed["us_wa"]["terms"]["state"] == "not read"
    assert listed["us_wa"]["completeness"] == "all_statuses"
    assert listed["us_nc"]["terms"]["state"] == "not needed"
