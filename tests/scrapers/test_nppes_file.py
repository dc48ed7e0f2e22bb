"""The NPPES files: every acupuncturist by heading, in any of the 15 slots, zip or csv; and withdrawn numbers."""

import io
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from scrapers.captures import Captures
from scrapers.errors import SpecError
from scrapers.record import CredentialKind, Entity, Standing
from scrapers.report import Outcome
from scrapers.run import Scrape
from scrapers.spec import find_spec
from tests.scrapers.making import NOON, make_file, read_files
from tests.scrapers.nppes_making import (
    HEADINGS,
    MONTHLY,
    OF_2018,
    WEEKLY,
    company,
    npi,
    nppes_csv,
    provider,
    zipped,
)

REAL = Path(__file__).parents[2] / ".." / "shared" / "real" / "nppes_bulk" / "NPI_Sample_200_Records.csv"
ACUPUNCTURE, OTHER = "171100000X", "111N00000X"


@pytest.fixture
def nppes():
    return find_spec("us_nppes_file")


@pytest.fixture
def read(nppes, tmp_path):
    def read(content, name=MONTHLY):
        return read_files(nppes, make_file(tmp_path, content, name))

    return read


def test_the_headings_made_here_are_as_many_as_those_published():
    assert (len(HEADINGS), len(OF_2018)) == (330, 329)


def test_acupuncturists_are_found_in_any_slot_and_others_are_counted(read):
    rows = [
        provider(0),
        provider(1, (OTHER, "DC1", "OR")),
        provider(2, *[("", "", "")] * 14, (ACUPUNCTURE, "ac 15", "CA")),
        provider(3, **{"Other Provider Identifier_9": ACUPUNCTURE, "Healthcare Provider Taxonomy Code_1": OTHER}),
    ]
    records, report = read(nppes_csv(*rows))
    assert [(r.npi, r.number, r.number_raw, r.jurisdiction) for r in records] == [
        (npi(0), "AC1", "AC1", "US-WA"),
        (npi(2), "AC 15", "ac 15", "US-CA"),
    ]
    assert (report.outcome, report.rows, report.skipped) == (Outcome.COMPLETE, 4, 2)


def test_each_license_of_an_acupuncturist_is_a_record(read):
    records, _ = read(
        nppes_csv(
            provider(
                0,
                (OTHER, "DC1", "OR"),
                (ACUPUNCTURE, "AC1", "WA"),
                (ACUPUNCTURE, "", ""),
                (OTHER, "", "ID"),
                (ACUPUNCTURE, "AC1", "WA"),
            )
        )
    )
    assert [(r.profession, r.number, r.jurisdiction) for r in records] == [
        (f"nucc:{OTHER}", "DC1", "US-OR"),
        ("acupuncturist", "AC1", "US-WA"),
        ("acupuncturist", "", "US-WA"),
    ]


def test_a_person_and_an_organization_are_told_apart_and_neither_brings_a_street(read):
    records, _ = read(nppes_csv(provider(0), company(1)))
    assert [(r.holder.entity, r.holder.raw) for r in records] == [
        (Entity.PERSON, "WREN HOLLOWAY"),
        (Entity.ORGANIZATION, "ELM TREE LLC"),
    ]
    kept = json.dumps([record.as_json() for record in records])
    for private in ("ELDER", "HOME ST", "KENT", "ADA", "Sex Code"):
        assert private not in kept
    assert (records[0].place.city, records[0].place.postal_code, records[0].phone) == (
        "SEATTLE",
        "98101",
        "+12065550142",
    )
    assert records[0].standing is Standing.NOT_STATED


def test_another_last_name_is_kept_as_another_name(read):
    changes = {"Provider Other Last Name": "ASHDOWN", "Provider Other First Name": "WREN"}
    (record,), _ = read(nppes_csv(provider(**changes, **{"Provider Other Last Name Type Code": "1"})))
    assert [name.raw for name in record.other_names] == ["WREN ASHDOWN"]
    assert record.as_published["Provider Other Last Name Type Code"] == "1"


@pytest.mark.parametrize("headings", [OF_2018, HEADINGS[::-1], [*HEADINGS[100:], *HEADINGS[:100]]])
def test_columns_are_found_by_heading_wherever_they_stand(read, headings):
    records, report = read(nppes_csv(provider(), headings=headings))
    assert [record.number for record in records] == ["AC1"]
    assert report.outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    "name",
    [
        "NPI",
        "Entity Type Code",
        "Provider First Name",
        "NPI Deactivation Date",
        "Healthcare Provider Taxonomy Code_15",
        "Provider License Number_7",
        "Provider Business Practice Location Address City Name",
    ],
)
def test_a_heading_that_is_needed_and_missing_stops_the_reading(read, name):
    records, report = read(nppes_csv(provider(), headings=[heading for heading in HEADINGS if heading != name]))
    assert (records, report.outcome) == ([], Outcome.CHANGED)
    assert name in report.reason


def test_a_heading_nobody_knows_stops_the_reading(read):
    _, report = read(nppes_csv(provider(), headings=[*HEADINGS, "Provider License Standing"]))
    assert (report.outcome, report.new_columns) == (Outcome.CHANGED, ["Provider License Standing"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_file_saved_again_with_another_encoding_or_line_ending_reads_the_same(read, encoding, ending):
    text = nppes_csv(provider(**{"Provider First Name": "WRÉN\nROSE"}), provider(1), ending=ending)
    records, report = read(text.encode(encoding))
    assert [(record.holder.given, record.number) for record in records] == [("WRÉN ROSE", "AC1"), ("WREN", "AC1")]
    assert report.outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    "spoil, line",
    [
        (lambda rows: rows.replace("ELDER", "EL\0DER", 1), 2),
        (lambda rows: rows.replace(npi(1), npi(1)[:-1] + "x", 1), 0),
        (lambda rows: rows[:-700], 4),
        (lambda rows: rows.replace('"WREN","', '"WREN', 1), 2),
    ],
)
def test_a_damaged_row_is_rejected_with_its_line_and_the_run_is_incomplete(read, spoil, line):
    records, report = read(spoil(nppes_csv(provider(0), provider(1), provider(2))))
    assert (len(records), report.rejected_rows, report.outcome) == (2, 1, Outcome.INCOMPLETE)
    assert report.row_errors[0]["line"] == line


def test_a_deactivated_number_is_no_license_but_an_enumeration_that_was_withdrawn(read):
    gone = provider(0, **{"NPI Deactivation Date": "03/01/2024"})
    back = provider(1, **{"NPI Deactivation Date": "03/01/2024", "NPI Reactivation Date": "05/01/2024"})
    emptied = {"NPI": npi(2), "NPI Deactivation Date": "03/01/2024"}
    records, report = read(nppes_csv(gone, back, emptied))
    assert [(r.npi, r.kind, r.standing, r.number) for r in records] == [
        (npi(0), CredentialKind.ENUMERATION, Standing.DEACTIVATED, npi(0)),
        (npi(1), CredentialKind.LICENSE, Standing.NOT_STATED, "AC1"),
    ]
    assert report.skipped == 1


@pytest.mark.parametrize("text", ["03/01/2024", "3/1/24", "2024-03-01"])
def test_dates_are_read_in_their_declared_forms(read, text):
    (record,), _ = read(nppes_csv(provider(**{"NPI Deactivation Date": text})))
    assert record.expires_on.isoformat() == "2024-03-01"


def test_a_date_in_another_form_is_not_guessed(read):
    records, report = read(nppes_csv(provider(**{"NPI Deactivation Date": "1.3.2024"})))
    assert (records, report.rejected_rows) == ([], 1)


def test_the_list_is_read_from_the_zip_beside_its_header_file_and_its_sisters(read):
    members = {MONTHLY: nppes_csv(provider()), MONTHLY.replace(".csv", "_fileheader.csv"): "NPI\n"}
    sisters = {"pl_pfile_20050523-20260913.csv": "NPI\n", "NPPES_Data_Dissemination_Readme_v.2.pdf": "%PDF"}
    records, report = read(zipped(**members, **sisters), "NPPES_Data_Dissemination_September_2026_V2.zip")
    assert ([record.number for record in records], report.outcome, report.warnings) == (["AC1"], Outcome.COMPLETE, [])


def test_a_list_zipped_again_under_its_own_name_reads_the_same(read):
    records, _ = read(zipped(sample__csv=nppes_csv(provider())), "sample.zip")
    assert [record.number for record in records] == ["AC1"]


def test_a_zip_with_no_list_or_with_several_is_refused(read):
    for members in ({"a.txt": "x"}, {"a.csv": "x", "b.csv": "y"}):
        _, report = read(zipped(**members), "odd.zip")
        assert report.outcome is Outcome.CHANGED


def test_a_zip_that_was_cut_off_is_refused(read):
    _, report = read(zipped(**{MONTHLY: nppes_csv(provider())})[:-40], "cut.zip")
    assert report.outcome is Outcome.CHANGED


def test_a_weekly_file_says_that_it_is_not_the_whole_list(read):
    _, report = read(zipped(**{WEEKLY: nppes_csv(provider())}), "weekly.zip")
    assert report.outcome is Outcome.COMPLETE
    assert "not the whole list" in report.warnings[0]


def report_of_withdrawn(*rows, headings=("NPI", "NPI Deactivation Date")):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("CMS NPPES Deactivated NPI Report",), headings, *rows):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("in_zip", [False, True])
def test_the_report_of_withdrawn_numbers_gives_an_enumeration_each(read, in_zip):
    content = report_of_withdrawn(
        (npi(0), "03/01/2024"), (int(npi(1)), NOON.replace(tzinfo=None, hour=0)), ("1234567890", "")
    )
    if in_zip:
        content = zipped(**{"NPPES Deactivated NPI Report 20260914.xlsx": content})
    records, report = read(content, "report.zip" if in_zip else "report.xlsx")
    assert [(r.npi, r.kind, r.standing, r.expires_on.isoformat()) for r in records] == [
        (npi(0), CredentialKind.ENUMERATION, Standing.DEACTIVATED, "2024-03-01"),
        (npi(1), CredentialKind.ENUMERATION, Standing.DEACTIVATED, "2026-05-03"),
    ]
    assert records[0].profession == ""
    assert report.rejected_rows == 1


def test_another_workbook_is_refused(read):
    _, report = read(report_of_withdrawn((npi(0), "x"), headings=("NPI", "Name")), "report.xlsx")
    assert report.outcome is Outcome.CHANGED


INDEX = """<html><body>
<a href="./NPPES_Data_Dissemination_092126_092726_Weekly_V2.zip">Weekly</a>
<a href="./NPPES_Deactivated_NPI_Report_091426_V2.zip">Deactivated</a>
<a href="./NPPES_Data_Dissemination_September_2026_V2.zip">Monthly</a>
<a href="./NPPES_Data_Dissemination_September_2026.zip">Monthly, first version</a>
</body></html>"""


class Site:
    """A fetcher over pages by the end of their address."""

    def __init__(self, folder, **pages):
        self.captures, self.pages, self.asked = Captures(folder), pages, []

    def fetch(self, request, channel):
        self.asked.append(request.url.rpartition("/")[2])
        body = self.pages["index" if request.url.endswith("NPI_Files.html") else "file"]
        return self.captures.keep([body], url=request.url, retrieved_at=NOON)


def fetch_list(spec, site):
    scrape = Scrape(spec, channel="roster", captures=site.captures, now=lambda: NOON, fetcher=site)
    return list(scrape.records()), scrape.report


def test_the_monthly_file_is_picked_from_the_index_by_its_exact_name(nppes, tmp_path):
    site = Site(tmp_path, index=INDEX.encode(), file=zipped(**{MONTHLY: nppes_csv(provider())}))
    records, report = fetch_list(nppes.with_base_url("http://nppes.example"), site)
    assert site.asked == ["NPI_Files.html", "NPPES_Data_Dissemination_September_2026_V2.zip"]
    assert ([record.number for record in records], report.outcome) == (["AC1"], Outcome.COMPLETE)


@pytest.mark.parametrize("take, name", [("weekly", "092126_092726_Weekly"), ("withdrawn", "Deactivated_NPI_Report")])
def test_an_operator_may_take_another_kind_of_file(nppes, tmp_path, take, name):
    spec = make_spec_that_takes(take, nppes, tmp_path)
    site = Site(tmp_path / "captures", index=INDEX.encode(), file=zipped(**{WEEKLY: nppes_csv(provider())}))
    fetch_list(spec, site)
    assert name in site.asked[1]


def make_spec_that_takes(take, nppes, folder):
    return replace(nppes.with_base_url("http://nppes.example"), options={**nppes.options, "take": take})


def test_a_kind_of_file_that_is_not_known_is_refused(nppes, tmp_path):
    with pytest.raises(SpecError, match="yearly"):
        fetch_list(make_spec_that_takes("yearly", nppes, tmp_path), Site(tmp_path))


@pytest.mark.parametrize(
    "index", [INDEX.replace("September_2026_V2", "Sept_2026_V2"), INDEX + INDEX.replace("September", "August")]
)
def test_an_index_with_no_such_link_is_refused(nppes, tmp_path, index):
    _, report = fetch_list(nppes, Site(tmp_path, index=index.encode()))
    assert report.outcome is Outcome.CHANGED


def test_a_whole_list_with_hardly_anybody_in_it_is_suspect(nppes, tmp_path):
    site = Site(tmp_path, index=INDEX.encode(), file=zipped(**{MONTHLY: nppes_csv(provider())}))
    _, report = fetch_list(nppes, site)
    assert report.outcome is Outcome.SUSPECT


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_file(), reason="the real captures are not beside the repository")
@pytest.mark.parametrize("in_zip", [False, True])
def test_the_real_sample_gives_exactly_its_four_acupuncture_rows(read, in_zip):
    content = REAL.read_bytes()
    records, report = read(zipped(sample__csv=content) if in_zip else content, "sample.zip" if in_zip else "sample.csv")
    assert [(r.npi, r.holder.entity.value, r.number, r.jurisdiction) for r in records] == [
        ("1679367783", "person", "U03205", "US-MD"),
        ("1871387886", "organization", "", "US-NY"),
        ("1134913148", "person", "20297", "US-CA"),
        ("1689468696", "person", "AC20275", "US-CA"),
    ]
    assert (report.outcome, report.rows, report.skipped, report.rejected_rows) == (Outcome.COMPLETE, 200, 196, 0)
