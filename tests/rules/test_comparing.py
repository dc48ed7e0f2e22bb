"""Two persons of two lists, compared whole: whoever is first, and however they are written."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.registries.person_rows import person_of_row
from directory.rules.blocking import keys_of_likeness, keys_of_numbers
from directory.rules.comparing import compare_persons
from directory.rules.matching import compare
from directory.rules.persons import person_of_listing, person_of_record
from directory.rules.rarity import Rarity
from directory.rules.vocabulary import Verdict
from tests.rules.makers import NPI, OTHER_NPI, make_holder, make_license, make_listing, make_record

ROWS = st.fixed_dictionaries(
    {
        "id": st.just("1"),
        "name": st.sampled_from(
            ["Rosalind Ferncastle", "FERNCASTLE, ROSALYND", "Wei Li", "Li Wei", "Ada Crow Jr", "Crow"]
        ),
        "license_number": st.sampled_from(["", "AC 12345", "12354", "777"]),
        "license_jurisdiction": st.sampled_from(["CA", "Nevada", ""]),
        "npi": st.sampled_from(["", NPI, OTHER_NPI, "1234567890"]),
        "phone": st.sampled_from(["", "209-555-0101", "209-555-0102"]),
        "street": st.sampled_from(["", "12 Kestrel St", "PO Box 4"]),
        "city": st.sampled_from(["", "Sonora", "Reno"]),
        "region": st.sampled_from(["", "CA", "NV"]),
        "postal_code": st.sampled_from(["", "95370", "89501-1234"]),
    }
)


def said(one, other):
    found = compare_persons(one, other, Rarity())
    return (found.verdict, found.reasons, found.score) if found else None


@given(ROWS, ROWS)
def test_the_answer_does_not_depend_on_who_is_first(one, other):
    ours, theirs = (replace(person_of_row(row), title="") for row in (one, other))
    assert said(ours, theirs) == said(theirs, ours)


@given(ROWS, ROWS)
def test_every_pair_has_a_score_and_reasons_and_more_than_half_is_above_the_threshold(one, other):
    found = compare_persons(person_of_row(one), person_of_row(other), Rarity())
    if found is not None:
        assert found.reasons
        assert 0.0 < found.score <= 1.0
        assert (found.score >= 0.5) is (found.weight >= found.least_bits)


@given(ROWS, ROWS)
def test_sure_takes_a_name_and_a_key_or_a_door_or_a_phone(one, other):
    found = compare_persons(person_of_row(one), person_of_row(other), Rarity())
    if found is not None and found.verdict is Verdict.SURE:
        reasons = "; ".join(found.reasons)
        assert "names agree" in reasons or "same given name" in reasons
        keys = ("same license number", "same NPI", "same phone", "same street and house number")
        assert any(each in reasons for each in keys)


def reasons(one, other):
    rows = [{"id": "1", "name": "Ada Crow", "npi": NPI} | each for each in (one, other)]
    return compare_persons(*map(person_of_row, rows), Rarity()).reasons


PLACE = {"street": "12 Kestrel St", "city": "Sonora", "region": "CA", "postal_code": "95370"}


@pytest.mark.parametrize(
    "one, other, said",
    [
        ({}, {"name": "CROW, ADA"}, "same NPI; names agree (Ada Crow / CROW, ADA)"),
        ({}, {"name": "Crow"}, "same NPI; no two whole names to compare (Ada Crow / Crow)"),
        ({"phone": "209-555-0101"}, {"phone": "209-555-0102"}, "other phone"),
        (PLACE, PLACE, "same street and house number"),
        (PLACE, PLACE | {"street": "9 Kestrel St"}, "same postal code, other street or house number"),
        (PLACE, PLACE | {"postal_code": "95372"}, "same street and house number"),
        (PLACE, {"city": "Reno", "region": "NV", "postal_code": "89501"}, "other region, 176 km apart"),
        ({"region": "CA"}, {"region": "CA"}, "same region"),
        (
            {"license_number": "AC 1234", "region": "CA"},
            {"license_number": "777;1234", "license_jurisdiction": "CA;NV"},
            "same license number, of no stated place",
        ),
    ],
)
def test_reasons_are_told_in_the_words_of_a_moderator(one, other, said):
    assert said in "; ".join(reasons(one, other))


@pytest.mark.parametrize(
    "ours, theirs, same",
    [
        ("100 Main St", "450 Main St Ste 100", False),
        ("120 Route 9", "450 Route 9", False),
        ("Suite 100, 450 Main St", "450 Main Street #100", True),
    ],
)
def test_a_suite_and_the_number_of_a_road_are_no_house(ours, theirs, same):
    told = reasons(PLACE | {"street": ours}, PLACE | {"street": theirs})
    assert ("same street and house number" in told) is same


@given(ROWS, ROWS)
def test_whoever_is_sure_shares_a_key_to_meet_under(one, other):
    ours, theirs = person_of_row(one), person_of_row(other)
    found = compare_persons(ours, theirs, Rarity())
    if found is not None and found.verdict is Verdict.SURE:
        rarity = Rarity()
        by_number = set(keys_of_numbers(ours)) & set(keys_of_numbers(theirs))
        assert by_number or keys_of_likeness(ours, rarity) & keys_of_likeness(theirs, rarity)


@pytest.mark.parametrize(
    "why, theirs",
    [
        ("number and name", {}),
        ("NPI and name", {"number": "", "npi": NPI}),
        ("two NPIs and one number", {"npi": OTHER_NPI}),
        ("two NPIs", {"number": "", "npi": OTHER_NPI}),
        ("number and a stranger's name", {"holder": make_holder("Bartholomew", "Quill"), "phone": "209-555-0101"}),
        ("number and phone of one who married", {"holder": make_holder(family="Quill"), "phone": "209-555-0101"}),
        ("another number", {"number": "AC777"}),
        ("name and phone", {"number": "", "phone": "209-555-0101"}),
    ],
)
def test_runs_and_files_think_the_same_of_a_listing_and_a_record(why, theirs):
    listing = make_listing(npi=NPI, phone="209-555-0101", credentials=(make_license(number="AC12345"),))
    record = make_record(**theirs)
    in_a_run = compare(listing, record).verdict
    among_files = compare_persons(person_of_listing(listing), person_of_record(record), Rarity())
    assert in_a_run is (among_files.verdict if among_files else Verdict.NO), why
