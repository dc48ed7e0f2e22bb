"""NPPES asked for one person, by number or by name."""

import json

import pytest

from scrapers.adapter import Wanted
from scrapers.captures import Captures
from scrapers.errors import SpecError
from scrapers.report import Outcome
from tests.scrapers.making import NOON, ask
from tests.scrapers.nppes_api.making import ACUPUNCTURE, address, answer, npi, provider


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
