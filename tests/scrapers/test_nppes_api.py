"""The NPPES API, version 2.1: licenses as stated, ceilings, refusals and other shapes. People are invented."""

import gzip
import json
from pathlib import Path

import pytest

from scrapers.adapter import Wanted
from scrapers.captures import Captures
from scrapers.errors import SpecError
from scrapers.normalize import valid_npi
from scrapers.record import Entity, Standing
from scrapers.report import Outcome
from scrapers.spec import find_spec
from tests.scrapers.making import NOON, ask, make_file, read_files

REAL = Path(__file__).parents[2] / ".." / "shared" / "real" / "nppes_api"
ACUPUNCTURE = {"code": "171100000X", "desc": "Acupuncturist", "primary": True, "taxonomy_group": ""}
CHIROPRACTIC = {"code": "111N00000X", "desc": "Chiropractor", "primary": False, "taxonomy_group": ""}


def npi(nth=0):
    """The nth invented NPI with a right check digit."""
    return next(number for number in (f"{1990000000 + nth * 10 + digit}" for digit in range(10)) if valid_npi(number))


def address(purpose="LOCATION", **changes):
    return {
        "address_purpose": purpose,
        "address_type": "DOM",
        "address_1": "12 ELDER LN",
        "city": "SEATTLE",
        "state": "WA",
        "postal_code": "981010000",
        "country_code": "US",
        "country_name": "United States",
        "telephone_number": "206-555-0142",
    } | changes


def provider(number=None, *, basic=None, taxonomies=None, **changes):
    given = {"first_name": "WREN", "last_name": "HOLLOWAY", "sex": "F", "sole_proprietor": "NO", "status": "A"}
    return {
        "number": number or npi(),
        "enumeration_type": "NPI-1",
        "created_epoch": "1500000000000",
        "last_updated_epoch": "1500000000000",
        "basic": given | (basic or {}),
        "taxonomies": taxonomies or [ACUPUNCTURE | {"license": "AC1", "state": "WA"}],
        "addresses": [address(), address("MAILING", address_1="9 HOME ST", city="KENT")],
        "other_names": [],
        "practiceLocations": [],
        "identifiers": [],
        "endpoints": [],
    } | changes


def company(**basic):
    official = {"authorized_official_first_name": "ADA", "authorized_official_telephone_number": "206-555-0199"}
    return provider(enumeration_type="NPI-2") | {"basic": {"organization_name": "ELM TREE LLC", **official, **basic}}


def answer(*providers):
    return {"result_count": len(providers), "results": list(providers)}


@pytest.fixture
def nppes():
    return find_spec("us_nppes")


@pytest.fixture
def read(nppes, tmp_path):
    def read(content):
        text = content if isinstance(content, str) else json.dumps(content)
        return read_files(nppes, make_file(tmp_path, text, "answer.json"), channel="saved_page")

    return read


class Answers:
    """A fetcher that answers from a function of the request's address."""

    def __init__(self, folder, reply):
        self.captures, self.reply, self.asked = Captures(folder), reply, []

    def fetch(self, request, channel):
        self.asked.append(request.url)
        body = json.dumps(self.reply(request.url)).encode()
        return self.captures.keep([body], url=request.url, retrieved_at=NOON, media_type="application/json")


def look_up(nppes, tmp_path, reply, **wanted):
    answers = Answers(tmp_path, reply)
    records, report = ask(nppes, answers, captures=answers.captures, wanted=Wanted(**wanted))
    return records, report, answers.asked


def test_each_license_of_each_taxonomy_entry_is_a_record(read):
    records, report = read(
        answer(
            provider(
                taxonomies=[
                    ACUPUNCTURE | {"license": "ac16795", "state": "CA"},
                    ACUPUNCTURE | {"license": "lac-012273", "state": "AZ"},
                    CHIROPRACTIC | {"license": "DC 77", "state": "OR"},
                    CHIROPRACTIC | {"license": None, "state": "WA"},
                ]
            )
        )
    )
    assert report.outcome is Outcome.COMPLETE
    assert [(r.number, r.number_raw, r.jurisdiction, r.profession) for r in records] == [
        ("AC16795", "ac16795", "US-CA", "acupuncturist"),
        ("LAC-012273", "lac-012273", "US-AZ", "acupuncturist"),
        ("DC 77", "DC 77", "US-OR", "nucc:111N00000X"),
    ]
    assert len({record.source_key for record in records}) == 3


def test_a_self_reported_license_says_nothing_about_its_standing(read):
    (record,), _ = read(answer(provider()))
    assert (record.standing, record.standing_raw, record.discipline) == (Standing.NOT_STATED, "", None)
    assert (record.issued_on, record.expires_on) == (None, None)


def test_an_unusual_status_of_the_number_is_kept_for_a_person_to_look_at(read):
    (record,), report = read(answer(provider(basic={"status": "D"})))
    assert (record.standing, record.standing_raw) == (Standing.UNKNOWN, "D")
    assert report.unknown_words == {"D": 1}


@pytest.mark.parametrize("filler", [None, "", "--", "-----", "0", "  ", "&#8232;", "$$$$$$$$$", "N/A", "<UNAVAIL>"])
def test_a_filler_in_place_of_a_license_is_no_license(read, filler):
    (record,), _ = read(answer(provider(taxonomies=[ACUPUNCTURE | {"license": filler, "state": None}])))
    assert (record.number, record.number_raw, record.jurisdiction) == ("", "", "US-WA")


@pytest.mark.parametrize("text", ["Pending", "31*****13", "L$$$$1"])
def test_a_word_or_a_masked_number_is_no_license_number_but_stays_as_published(read, text):
    (record,), _ = read(answer(provider(taxonomies=[ACUPUNCTURE | {"license": text, "state": "NM"}])))
    assert (record.number, record.number_raw, record.jurisdiction) == ("", text, "US-NM")


def test_a_license_without_a_state_is_not_given_the_state_of_the_practice(read):
    (record,), _ = read(answer(provider(taxonomies=[ACUPUNCTURE | {"license": "123", "state": None}])))
    assert (record.number, record.jurisdiction) == ("123", "")


def test_fillers_in_a_name_are_left_out(read):
    (record,), _ = read(
        answer(provider(basic={"name_prefix": "--", "name_suffix": "--", "middle_name": "0", "credential": "L.Ac."}))
    )
    assert (record.holder.raw, record.holder.suffix, record.holder.middle) == ("WREN HOLLOWAY, L.Ac.", "", "")


def test_an_organization_is_told_apart_from_a_person(read):
    (record,), _ = read(answer(company()))
    assert (record.holder.entity, record.holder.raw, record.holder.family) == (Entity.ORGANIZATION, "ELM TREE LLC", "")


def test_streets_mailing_address_and_other_people_stay_in_the_capture(read):
    records, _ = read(answer(provider(), company() | {"number": npi(1)}))
    kept = json.dumps([record.as_json() for record in records])
    for private in ("ELDER", "HOME ST", "KENT", "ADA", "0199", '"sex"'):
        assert private not in kept
    assert records[0].place.city == "SEATTLE"
    assert records[0].place.postal_code == "98101"
    assert records[0].phone == "+12065550142"


def test_somebody_of_another_profession_is_skipped_whatever_the_words_say(read):
    records, report = read(answer(provider(taxonomies=[CHIROPRACTIC | {"desc": "Acupuncturist", "license": "1"}])))
    assert (records, report.skipped, report.outcome) == ([], 1, Outcome.COMPLETE)


def test_a_number_with_a_wrong_check_digit_is_rejected(read):
    wrong = npi()[:-1] + str((int(npi()[-1]) + 1) % 10)
    records, report = read(answer(provider(wrong)))
    assert (records, report.rejected_rows, report.outcome) == ([], 1, Outcome.INCOMPLETE)


def test_other_names_are_kept(read):
    names = [{"code": "1", "type": "Former Name", "first_name": "WREN", "last_name": "ASHDOWN", "prefix": "--"}]
    (record,), _ = read(answer(provider(other_names=names)))
    assert [name.raw for name in record.other_names] == ["WREN ASHDOWN"]


def test_an_empty_answer_is_a_true_none_found(read):
    records, report = read(answer())
    assert (records, report.outcome, report.reason) == ([], Outcome.COMPLETE, "")


@pytest.mark.parametrize(
    "number, words",
    [("03", "wildcard"), ("04", "nothing valid"), ("06", "not ten digits"), ("07", "needs more"), ("09", "kind of")],
)
def test_an_error_that_comes_as_an_answer_is_named(read, number, words):
    error = {"description": "No valid search criteria provided", "field": "generic", "number": number}
    _, report = read({"Errors": [error]})
    assert report.outcome is Outcome.CHANGED
    assert number in report.reason
    assert words in report.reason


def test_the_shape_of_version_2_0_is_refused_by_name(read):
    old = provider() | {"number": int(npi()), "created_epoch": 1500000000, "last_updated_epoch": 1500000000}
    records, report = read(answer(provider(npi(1)), old))
    assert records == []
    assert report.outcome is Outcome.CHANGED
    assert "version 2.0" in report.reason


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.pop("result_count"),
        lambda body: body.update(result_count=7),
        lambda body: body.update(warning="slow down"),
        lambda body: body["results"][0].pop("taxonomies"),
        lambda body: body["results"][0].pop("basic"),
        lambda body: body["results"][0]["basic"].update(license_status="revoked"),
        lambda body: body["results"][0]["taxonomies"][0].update(license_number="7"),
        lambda body: body["results"][0]["addresses"][0].pop("address_purpose"),
        lambda body: body["results"][0].update(enumeration_type="NPI-3"),
    ],
)
def test_an_answer_of_another_shape_stops_the_reading(read, spoil):
    body = answer(provider())
    spoil(body)
    records, report = read(body)
    assert (records, report.outcome) == ([], Outcome.CHANGED)


def test_a_page_that_is_no_answer_is_refused(read):
    _, report = read("<html><body>We are sorry</body></html>")
    assert report.outcome is Outcome.CHANGED


def test_a_person_is_asked_for_by_number(nppes, tmp_path):
    records, report, asked = look_up(nppes, tmp_path, lambda url: answer(provider()), number=npi())
    assert asked == [f"https://npiregistry.cms.hhs.gov/api/?version=2.1&number={npi()}"]
    assert [record.npi for record in records] == [npi()]
    assert report.outcome is Outcome.COMPLETE


def test_an_answer_about_somebody_else_is_refused(nppes, tmp_path):
    records, report, _ = look_up(nppes, tmp_path, lambda url: answer(provider(npi(1))), npi=npi())
    assert (records, report.outcome) == ([], Outcome.CHANGED)


@pytest.mark.parametrize("number", ["AC1234", "1234567890", "123"])
def test_a_license_number_cannot_be_asked_for(nppes, tmp_path, number):
    with pytest.raises(SpecError, match="is no NPI"):
        look_up(nppes, tmp_path, lambda url: answer(), number=number)


def test_a_name_is_asked_for_with_its_state_and_what_fits_by_half_is_left_out(nppes, tmp_path):
    people = [
        provider(),
        provider(npi(1), basic={"last_name": "HOLLOWAY-REED"}),
        provider(npi(2), addresses=[address(state="OR")], taxonomies=[ACUPUNCTURE | {"license": "9", "state": "OR"}]),
        provider(
            npi(3), basic={"last_name": "ASHDOWN"}, other_names=[{"type": "Former Name", "last_name": "Holloway"}]
        ),
    ]
    records, report, asked = look_up(nppes, tmp_path, lambda url: answer(*people), family="Holloway", region="WA")
    assert "last_name=Holloway" in asked[0]
    assert "state=WA" in asked[0]
    assert "first_name" not in asked[0]
    assert "limit=200&skip=0" in asked[0]
    assert [record.npi for record in records] == [npi(), npi(3)]
    assert report.skipped == 2


def test_full_pages_are_followed_up_to_the_ceiling_which_makes_the_run_incomplete(nppes, tmp_path):
    def full_page(url):
        skip = int(url.rpartition("skip=")[2])
        return answer(*[provider(npi(skip + nth)) for nth in range(200)])

    records, report, asked = look_up(nppes, tmp_path, full_page, family="Holloway")
    assert [url.rpartition("skip=")[2] for url in asked] == ["0", "200", "400", "600", "800", "1000"]
    assert len(records) == 1200
    assert report.outcome is Outcome.INCOMPLETE
    assert "1,200" in report.reason


def test_the_same_full_page_again_is_suspect(nppes, tmp_path):
    page = answer(*[provider(npi(nth)) for nth in range(200)])
    _, report, asked = look_up(nppes, tmp_path, lambda url: page, family="Holloway")
    assert (report.outcome, len(asked)) == (Outcome.SUSPECT, 2)


def test_a_saved_answer_that_is_full_is_incomplete(read):
    _, report = read(answer(*[provider(npi(nth)) for nth in range(200)]))
    assert report.outcome is Outcome.INCOMPLETE


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
