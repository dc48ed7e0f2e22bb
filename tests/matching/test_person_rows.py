"""Rows of other people's files, with their habits, against a row as we would write it."""

import pytest

from directory.registries.person_rows import person_of_row, region_of
from directory.rules.comparing import compare_persons
from directory.rules.rarity import Rarity
from directory.rules.vocabulary import Verdict
from tests.rules.makers import NPI, OTHER_NPI

OURS = {
    "id": "1",
    "given_name": "Rosalind",
    "middle_name": "Ada",
    "family_name": "Ferncastle",
    "phone": "209-555-0101",
    "license_number": "AC 12345",
    "license_jurisdiction": "US-CA",
    "profession": "acupuncturist",
    "npi": NPI,
    "street": "123 North Main Street, Suite 4",
    "city": "Sonora",
    "region": "CA",
    "postal_code": "95370",
}
KEYLESS = {**OURS, "npi": "", "license_number": ""}


def verdict(ours, theirs):
    found = compare_persons(person_of_row(ours), person_of_row({"id": "2", **theirs}), Rarity())
    return found.verdict if found else Verdict.NO


@pytest.mark.parametrize(
    "theirs",
    [
        {"name": "FERNCASTLE, ROSALIND A", "license_number": "AC12345", "license_jurisdiction": "CA"},
        {"name": "FERNCASTLE, ROSALIND A, L.AC.", "license_number": "12345", "license_jurisdiction": "California"},
        {"name": "Rosalind Ferncastle LAc DAOM", "license_number": "0012345", "license_jurisdiction": "ca"},
        {"family_name": "FERNCASTLE, ROSALIND", "license_number": "AC-012345", "license_jurisdiction": "US-CA"},
        {"given_name": "Rosalind Ferncastle, L.Ac.", "license_number": "12345", "license_jurisdiction": "US-CA"},
        {"given_name": "ROSALIND", "family_name": "FERNCASTLE LAC", "license_number": "12345", "region": "CA"},
        {"given_name": "FERNCASTLE", "family_name": "ROSALIND", "license_number": "12345", "region": "California"},
        {
            "given_name": "ROSALIND A",
            "family_name": "FERNCASTLE",
            "license_number": "12345",
            "license_jurisdiction": "State of California",
            "profession": "171100000X",
        },
        {
            "name": "Rosalind Ferncastle",
            "license_number": "12345",
            "license_jurisdiction": "CA",
            "profession": "Licensed Acupuncturist",
        },
        {"name": "Rosalind Ferncastle", "license_number": "777;12345", "license_jurisdiction": "NV;CA"},
        {
            "name": "Rosalind Ferncastle",
            "license_number": "777;12345",
            "license_jurisdiction": "California Acupuncture Board",
        },
        {"name": "Rosalind Ferncastle, LSCSW, Au.D.", "license_number": "12345", "license_jurisdiction": "CA"},
        {"name": "Rosalind A Ferncastle,, MA-CCC-SLP", "license_number": "12345", "license_jurisdiction": "CA"},
        {"name": "Rosalind Ferncastle", "license_number": "12345"},
        {"name": "Rosalind Ferncastle", "license_number": "12345", "region": "NV"},
        {"name": "Rosalind Ferncastle", "license_number": "12345", "region": "CA", "profession": "TCM practitioner"},
        {"name": "Rosalind Ferncastle", "npi": f" {NPI} "},
        {"name": "Rosalind Ferncastle", "npi": f"{NPI}.0"},
        {"name": "Rosalind Quill", "other_names": "Rosalind Ferncastle", "npi": NPI},
        {"name": "Rosalind Quill", "npi": NPI},
        {"name": "Roz Quill", "license_number": "12345", "region": "CA", "phone": "+1 (209) 555-0101", "npi": NPI}
        | {"name": "Rosalind Quill", "npi": ""},
    ],
)
def test_however_a_file_writes_it_the_same_number_and_name_are_sure(theirs):
    assert verdict(OURS, theirs) is Verdict.SURE


@pytest.mark.parametrize(
    "theirs",
    [
        {"name": "FERNCASTLE, ROSALIND", "phone": "+1.209.555.0101 x12"},
        {"name": "FERNCASTLE, ROSALIND", "phone": "(209) 555-0101", "city": "Reno", "region": "NV"},
        {"name": "FERNCASTLE, ROSALIND", "postal_code": "95370-1234"},
        {"name": "FERNCASTLE, ROSALIND", "street": "PO BOX 12", "city": "SONORA", "postal_code": "953701234"},
        {"name": "FERNCASTLE, ROSALIND", "city": "SONORA", "region": "California"},
        {"name": "FERNCASTLE, ROSALIND", "street": "123 N MAIN ST #4", "city": "SONORA"},
        {"name": "Rosalind Ferncastle"},
        {"name": "FERNCASTLE, ROSALIND", "city": "Angels Camp", "region": "CA"},
        {"name": "Rosalind Quill", "license_number": "12345", "license_jurisdiction": "CA"},
        {"name": "Bartholomew Quill", "npi": NPI, "phone": "2095550101"},
        {"name": "FERNCASTLE, ROSALIND", "license_number": "12354", "region": "CA", "postal_code": "95370"},
    ],
)
def test_less_than_that_is_a_question(theirs):
    assert verdict(OURS, theirs) is Verdict.UNSURE


@pytest.mark.parametrize(
    "theirs",
    [
        {"name": "R. Ferncastle"},
        {"name": "Rosalind Ferncastle, Jr.", "region": "CA"},
        {"name": "Rosalind Ferncastle", "npi": OTHER_NPI, "postal_code": "95370"},
        {"name": "Rosalind Ferncastle", "license_number": "777", "license_jurisdiction": "CA", "postal_code": "95370"},
        {"name": "Bartholomew Quill", "license_number": "12345", "license_jurisdiction": "NV"},
        {"name": "Bartholomew Quill", "license_number": "12345", "license_jurisdiction": "CA"},
        {"name": "Bartholomew Quill", "license_number": "12345", "region": "CA", "profession": "physician"},
        {
            "name": "Ada Crow",
            "license_number": "12345",
            "region": "CA",
            "profession": "Acute Care Nurse",
            "npi": OTHER_NPI,
        },
        {"name": "Bartholomew Ferncastle", "street": "123 N MAIN ST STE 4", "city": "Sonora", "postal_code": "95370"},
        {"name": "Bartholomew Quill", "phone": "209 555 0101", "street": "123 N MAIN ST", "postal_code": "95370"},
    ],
)
def test_others_are_not_taken_for_her(theirs):
    assert verdict(OURS, theirs) is Verdict.NO


def test_without_any_keys_a_whole_name_at_one_door_is_sure():
    theirs = {"name": "FERNCASTLE, ROSALIND", "street": "123 N MAIN ST # 4", "city": "SONORA", "postal_code": "95370"}
    assert verdict(KEYLESS, theirs) is Verdict.SURE
    assert verdict(KEYLESS, {**theirs, "suffix": "Jr."}) is Verdict.UNSURE
    assert verdict(OURS, theirs) is Verdict.UNSURE


@pytest.mark.parametrize("theirs", [{"street": "123 N MAIN ST # 4", "postal_code": "95370"}, {"phone": "2095550101"}])
def test_with_keys_in_one_file_alone_a_door_or_a_phone_says_as_much_as_without_any(theirs):
    ours, theirs = person_of_row(OURS), person_of_row({"id": "2", "name": "Rosalind Ada Ferncastle", **theirs})
    found = compare_persons(ours, theirs, Rarity(), keyed=False)
    assert found.verdict is Verdict.SURE


def test_where_one_file_has_two_of_a_name_at_one_door_neither_is_taken_for_sure():
    father, son = (person_of_row({**KEYLESS, "id": each}) for each in "12")
    theirs = person_of_row({**KEYLESS, "id": "3"})
    rarity = Rarity()
    for person in (father, son, theirs):
        rarity.count(person.counted())
    assert compare_persons(father, theirs, rarity).verdict is Verdict.UNSURE


def test_two_licenses_of_two_states_speak_against_a_name_alone():
    theirs = {"id": "2", "name": "Rosalind Ferncastle"}
    ours = {**theirs, "id": "1", "license_number": "12345", "license_jurisdiction": "CA"}
    alone = compare_persons(person_of_row(ours), person_of_row(theirs), Rarity())
    other = {**theirs, "license_number": "99871", "license_jurisdiction": "NY"}
    beside = compare_persons(person_of_row(ours), person_of_row(other), Rarity())
    assert beside is None or beside.weight < alone.weight


def test_two_people_with_a_common_name_are_not_joined_by_a_big_town():
    ours = {"id": "1", "name": "Min Lee", "city": "Los Angeles", "region": "CA"}
    rare = {"id": "1", "name": "Ottoline Vasquez-Thorne", "city": "Los Angeles", "region": "CA"}
    rarity = Rarity()
    for place in range(2_000):
        given = ("Min", "Wei", "Grace", "Sang")[place % 4]
        town = ("Los Angeles", "Oakland")[place % 2]
        rarity.count(person_of_row({"id": str(place), "name": f"{given} Lee", "city": town}).counted())
    assert compare_persons(person_of_row(ours), person_of_row({**ours, "id": "2"}), rarity) is None
    assert compare_persons(person_of_row(rare), person_of_row({**rare, "id": "2"}), rarity) is not None


def test_who_moved_and_kept_the_phone_is_still_found():
    moved = {"street": "7 Alder Rd", "city": "Reno", "region": "NV", "postal_code": "89501"}
    assert verdict(KEYLESS, {"name": "Rosalind Ferncastle", "phone": "2095550101", **moved}) is Verdict.UNSURE


def test_of_several_at_one_door_nobody_is_taken_for_another():
    door = {"street": "123 N Main St", "city": "Sonora", "region": "CA", "postal_code": "95370"}
    people = [
        person_of_row({"id": name, "name": f"{name} Crow", **door}) for name in ("Ada", "Bartholomew", "Wilhelmina")
    ]
    rarity = Rarity()
    alone = compare_persons(people[0], people[1], rarity)
    for person in people:
        rarity.count(person.counted())
    assert alone is not None
    assert compare_persons(people[0], people[1], rarity) is None


@pytest.mark.parametrize(
    "text, code",
    [
        *(("CA", "US-CA"), ("us-ca", "US-CA"), ("California", "US-CA"), ("State of California", "US-CA"), ("", "")),
        *(("Ontario", "CA-ON"), ("CA-ON", "CA-ON"), ("Atlantis", "US-ATLANTIS"), ("District of Columbia", "US-DC")),
    ],
)
def test_regions_are_read_in_every_form(text, code):
    assert region_of(text, "US") == code


def test_a_country_in_words_gives_its_regions():
    assert person_of_row({"id": "1", "name": "Ada Crow", "region": "nsw", "country": "Australia"}).regions == {"AU-NSW"}


def test_a_post_office_box_is_at_no_door():
    person = person_of_row({"id": "1", "name": "Ada Crow", "street": "P.O. Box 12", "postal_code": "95370"})
    assert (person.house, person.street, person.postal) == ((), (), {"95370", "95370 box 12"})
