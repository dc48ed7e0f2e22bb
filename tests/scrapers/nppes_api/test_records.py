"""NPPES answers, read: each license of each taxonomy entry is a record, and says nothing about its standing."""

import json

import pytest

from scrapers.record import Entity, Standing
from scrapers.report import Outcome
from tests.scrapers.nppes_api.making import ACUPUNCTURE, CHIROPRACTIC, answer, company, npi, provider


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
