"""Real answers of NPPES, where they are at hand."""

import gzip
import json
from pathlib import Path

import pytest

from scrapers.report import Outcome
from tests.scrapers.making import make_file, read_files

REAL = Path(__file__).parents[3] / ".." / "shared" / "real" / "nppes_api"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real captures are not beside the repository")


@real
@pytest.mark.real
def test_all_real_acupuncturists_are_read_license_by_license(nppes):
    files = sorted((REAL / "acupuncturists").glob("*.json"))
    records, report = read_files(nppes, *files, channel="saved_page")
    stated = [
        (result["number"], entry["license"] or "", entry["state"])
        for file in files
        for result in json.loads(file.read_text())["results"]
        for entry in result["taxonomies"]
    ]
    assert report.outcome is Outcome.COMPLETE
    assert len(files) == 13
    assert [(record.npi, record.number_raw) for record in records] == [(number, raw) for number, raw, _ in stated]
    assert all(
        record.jurisdiction == f"US-{state}" for record, (_, _, state) in zip(records, stated, strict=True) if state
    )
    assert all(record.number == record.number_raw.upper() for record in records)


@real
@pytest.mark.real
def test_no_real_answer_about_other_people_gives_an_acupuncturist(nppes, tmp_path):
    with gzip.open(REAL / "other_people.jsonl.gz", "rt") as lines:
        bodies = [json.dumps(json.loads(line)["response"]) for line in lines]
    files = [make_file(tmp_path, body, f"{nth}.json") for nth, body in enumerate(bodies)]
    records, report = read_files(nppes, *files, channel="saved_page")
    assert len(files) == 656
    assert (records, report.outcome, report.rejected_rows) == ([], Outcome.COMPLETE, 0)
    assert report.skipped == sum(json.loads(body)["result_count"] for body in bodies)


@real
@pytest.mark.real
def test_every_real_body_of_version_2_0_with_people_is_refused_by_name(nppes):
    for file in sorted((REAL / "shapes_v20").glob("*.json")):
        body = json.loads(file.read_text())
        _, report = read_files(nppes, file, channel="saved_page")
        if body.get("results"):
            assert "version 2.0" in report.reason
        else:
            assert report.outcome is (Outcome.CHANGED if "Errors" in body else Outcome.COMPLETE)
