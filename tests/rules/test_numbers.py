"""Numbers as people type them beside numbers as boards publish them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.numbers import (
    bare,
    fits_pattern,
    postal_key,
    same_number,
    same_phone,
    same_postal_code,
    valid_npi,
)
from directory.rules.requirements import requirement
from tests.rules.makers import TODAY


@pytest.mark.parametrize(
    "jurisdiction, typed, published, same",
    [
        ("US-CA", "ac16795", "AC 16795", True),
        ("US-CA", "20297", "AC20297", True),
        ("US-FL", "AP-4160", "AP4160", True),
        ("US-WA", "AC60907523", "AC.AC.60907523", True),
        ("US-IL", "198001326", "198.001326", True),
        ("US-AZ", "lac-012273", "LAC-12273", True),
        ("US-NV", "0016", "16", True),
        ("US-NY", "25 000671", "00000671", True),
        ("US-UT", "1234567", "1234567-1201", True),
        ("US-HI", "ACU-123-0", "ACU 123", True),
        ("US-NJ", "MZ00012300", "25MZ00012300", True),
        ("US-PA", "AK000286", "AK000286L", True),
        ("US-MD", "U00525", "U525", True),
        ("US-TX", "AC259", "AC00259", True),
        ("US-CA", "AC16795", "AC16759", False),
        ("US-CA", "", "AC16759", None),
        ("US-CA", "none", "AC16759", None),
        ("US-CA", "0000", "AC16759", None),
    ],
)
def test_what_people_type_and_what_boards_publish(jurisdiction, typed, published, same):
    assert same_number(typed, published, jurisdiction) is same


def test_an_oddity_of_one_place_is_none_of_another():
    assert bare("1234567-1201", "US-UT") != bare("1234567-1201", "US-CA")


@pytest.mark.parametrize(
    "jurisdiction, number, fits",
    [
        ("US-CA", "AC 16795", True),
        ("US-CA", "L.Ac. 16795", False),
        ("US-FL", "AP-4160", True),
        ("US-FL", "4160", False),
        ("US-IL", "198.001326", True),
        ("US-WA", "AC.AC.60907523", True),
        ("US-NY", "001234", True),
        ("US-MD", "U03205", True),
        ("US-CO", "anything", None),  # medium confidence: not acted upon
        ("US-VA", "012000167", None),  # high confidence, but the number's form is not verified
        ("US-AL", "1", None),
        ("XX", "1", None),
        ("US-CA", "", None),
    ],
)
def test_a_form_is_only_judged_where_it_is_well_known(jurisdiction, number, fits):
    assert fits_pattern(number, requirement(jurisdiction, on=TODAY)) is fits


def test_a_form_is_not_judged_when_the_review_has_lapsed():
    row = requirement("US-FL", on=TODAY)
    assert fits_pattern("4160", requirement("US-FL", on=replace(row).review_by.replace(year=2030))) is None


@pytest.mark.parametrize(
    "npi, valid",
    [("1234567893", True), ("1234567890", False), ("3234567893", False), ("123456789", False), ("", False)],
)
def test_the_check_digit_of_an_npi(npi, valid):
    assert valid_npi(npi) is valid


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("(212) 555-0101", "+1 212 555 0101", True),
        ("212-555-0101", "312-555-0101", False),
        ("212-555-0101 ext. 9", "2125550101", True),
        ("+44 20 7946 0123", "020 7946 0123", True),
        ("555-0101", "", None),
        ("911", "911", None),
    ],
)
def test_phones_are_compared_without_prefixes(one, other, same):
    assert same_phone(one, other) is same


def test_a_zip_plus_four_is_its_zip():
    assert same_postal_code(("95370-1234",), "95370") is True
    assert same_postal_code(("M5V 2T6",), "m5v2t6") is True
    assert same_postal_code((), "95370") is None
    assert postal_key("21081234") == "02108"


@given(st.text(max_size=20), st.sampled_from(["US-UT", "US-NY", "US-HI", "US-NJ", "US-CA", ""]))
def test_any_text_has_a_bare_number_of_digits(text, jurisdiction):
    digits = bare(text, jurisdiction)
    assert digits == "" or (digits.isascii() and digits.isdigit() and not digits.startswith("0"))
