"""Lists of people barred from a program: several license numbers in a row, firms, other names, real .xls files."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from scrapers.errors import SourceChanged
from scrapers.old_workbook import read_old_workbook
from scrapers.record import Entity, Standing
from scrapers.report import Outcome
from scrapers.spec import find_spec
from tests.scrapers.making import make_file, read_files

HEADINGS = (
    "Last Name,First Name,Middle Name,A/K/A-Also Known As,Address(es),Provider Type,License Number,Provider Number,"
    "Date of Suspension,Active Period"
)
TEXAS = Path(__file__).parent.parent / "registries/us_tx_exclusions/recording/exclusions.xls"


def test_each_license_number_of_a_row_is_found_and_leads_to_the_whole_row(tmp_path: Path) -> None:
    rows = "Holloway,Wren,N/A,N/A,N/A,Acupuncturist,AC99101; AC99102 ;AC99101,N/A,05/12/2019,Indefinitely Effective"
    spec = find_spec("us_ca_exclusions").without_expectations()
    records, report = read_files(spec, make_file(tmp_path, f"{HEADINGS}\n{rows}\n"))
    assert report.outcome is Outcome.COMPLETE
    assert [record.number for record in records] == ["AC99101", "AC99102"]
    assert len({record.source_key for record in records}) == 2
    assert {record.as_published["license_number"] for record in records} == {"AC99101; AC99102 ;AC99101"}
    assert {record.standing for record in records} == {Standing.EXCLUDED}


def test_a_row_without_a_first_name_is_a_firm(tmp_path: Path) -> None:
    rows = "Lantern Harbor Clinic,N/A,N/A,Old Lantern; Harbor Two,N/A,Clinic,N/A,N/A,N/A,Indefinitely Effective"
    spec = find_spec("us_ca_exclusions").without_expectations()
    [record], _ = read_files(spec, make_file(tmp_path, f"{HEADINGS}\n{rows}\n"))
    assert (record.holder.entity, record.holder.raw) == (Entity.ORGANIZATION, "Lantern Harbor Clinic")
    assert [name.raw for name in record.other_names] == ["Old Lantern", "Harbor Two"]
    assert "organization" not in record.as_published


def test_a_renamed_heading_of_a_real_xls_stops_the_run(tmp_path: Path) -> None:
    spoiled = TEXAS.read_bytes().replace(b"LicenseNumber", b"LicenceNumber")
    spec = find_spec("us_tx_exclusions").without_expectations()
    records, report = read_files(spec, make_file(tmp_path, spoiled, "exclusions.xls"))
    assert (records, report.outcome) == ([], Outcome.CHANGED)
    assert "licensenumber is missing" in report.reason


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_xls_is_refused_or_read_but_never_a_crash(tmp_path: Path, seed: int) -> None:
    chance, body = random.Random(seed), bytearray(TEXAS.read_bytes())
    for _ in range(40):
        body[chance.randrange(8, len(body))] = chance.randrange(256)
    try:
        rows = list(read_old_workbook(make_file(tmp_path, bytes(body), "x.xls")))
    except SourceChanged as refused:
        assert "Excel 97" in str(refused)
    else:
        assert len(rows) <= 65_536
