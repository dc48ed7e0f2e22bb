"""Published text to comparable text. Numbers are as boards and people really write them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.names import cut_credentials, split_name
from scrapers.normalize import bare_number, bare_phone, postal_code, tidy, valid_npi

SAME = [
    ("CA", "AC20275", "ac 20275"),
    ("CA", "20297", "020297"),
    ("FL", "AP3424", "AP-3424"),
    ("FL", "AP 4160", "A.P. 4160"),
    ("MD", "U00525", "U525"),
    ("MD", "U03205", "u3205"),
    ("NV", "0016", "16"),
    ("WA", "AC60907523", "AC.AC.60907523"),
    ("AZ", "lac-012273", "LAC-12273"),
    ("PA", "AK000286L", "AK-286-L"),
    ("NY", "00000671", "671"),
    ("WY", "A-030", "A030"),
    ("VA", "0121000167", "121000167"),
    ("TX", "AC00259", "ac259"),
    ("DE", "L1-0055996", "L10055996"),
    ("CA", "ＡＣ２０２７５", "AC20275"),
]


@pytest.mark.parametrize(("state", "one", "other"), SAME)
def test_a_number_is_the_same_however_it_is_typed(state: str, one: str, other: str) -> None:
    assert bare_number(one) == bare_number(other) != ""


@given(st.integers(1, 10**9), st.sampled_from(["", "AC", "ac-", "L.Ac. ", "U", "LAC-"]), st.integers(0, 6))
def test_prefixes_and_leading_zeros_do_not_matter(number: int, prefix: str, zeros: int) -> None:
    assert bare_number(f" {prefix}{'0' * zeros}{number} ") == str(number)


@given(st.text())
def test_a_bare_number_is_digits_without_leading_zeros_and_stays_so(text: str) -> None:
    bare = bare_number(text)
    assert bare == "" or (bare.isascii() and bare.isdigit() and bare[0] != "0")
    assert bare_number(bare) == bare


@pytest.mark.parametrize("text", ["", "AC", "000", "n/a", "-"])
def test_no_number_is_no_number(text: str) -> None:
    assert bare_number(text) == ""


def _with_check_digit(nine: str) -> str:
    """The textbook way: Luhn over the nine digits, plus 24 for the prefix 80840."""
    total = 24
    for place, character in enumerate(reversed(nine)):
        digit = int(character) * (2 if place % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return nine + str(-total % 10)


@given(st.from_regex(r"[12][0-9]{8}", fullmatch=True), st.integers(0, 9), st.integers(1, 9))
def test_the_check_digit_of_an_npi_catches_every_single_wrong_digit(nine: str, place: int, by: int) -> None:
    npi = _with_check_digit(nine)
    assert valid_npi(npi)
    wrong = npi[:place] + str((int(npi[place]) + by) % 10) + npi[place + 1 :]
    assert not valid_npi(wrong)


@pytest.mark.parametrize(
    "text", ["1234567890", "123456789", "12345678931", "3234567893", " 1234567893", "0000000000", "", "１234567893"]
)
def test_what_is_no_npi_is_refused(text: str) -> None:
    assert valid_npi("1234567893")
    assert not valid_npi(text)


@given(st.text(max_size=500))
def test_tidy_text_is_composed_short_and_free_of_invisible_characters(text: str) -> None:
    clean = tidy(text)
    assert len(clean) <= 300
    assert clean == clean.strip()
    assert "  " not in clean
    assert not any(unicodedata.category(character) in ("Cc", "Cf") for character in clean)
    assert tidy(clean) == clean


def test_tidy_keeps_accents_composed_and_drops_zero_width_characters() -> None:
    assert tidy("Nu\u0301n\u0303ez\u200b  \t Ada\u202e") == "Núñez Ada"


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("94612-0102", "US", "94612"),
        ("946120102", "US", "94612"),
        ("94612", "US", "94612"),
        ("9461", "US", "9461"),
        ("k1a 0b1", "CA", "K1A 0B1"),
        ("", "US", ""),
    ],
)
def test_postal_codes(text: str, country: str, code: str) -> None:
    assert postal_code(text, country) == code


@pytest.mark.parametrize(
    ("text", "country", "phone"),
    [
        ("(201) 555-0101", "US", "+12015550101"),
        ("201.555.0101 x7", "US", "+12015550101"),
        ("02 5550 0101", "AU", "+61255500101"),
        ("call me", "US", "call me"),
    ],
)
def test_phones(text: str, country: str, phone: str) -> None:
    assert bare_phone(text, country) == phone


@pytest.mark.parametrize(
    ("published", "order", "given", "middle", "family", "suffix", "credentials"),
    [
        ("HOLLOWAY, WREN M", "family_comma_given", "WREN", "M", "HOLLOWAY", "", ""),
        ("LI, WEI", "family_comma_given", "WEI", "", "LI", "", ""),
        ("van der Berg, Anna M.", "family_comma_given", "Anna", "M.", "van der Berg", "", ""),
        ("OKAFOR, ADAEZE, L.Ac.", "family_comma_given", "ADAEZE", "", "OKAFOR", "", "L.Ac."),
        ("WREN M HOLLOWAY", "given_first", "WREN", "M", "HOLLOWAY", "", ""),
        ("Minh Anh Nguyen Jr", "given_first", "Minh", "Anh", "Nguyen", "Jr", ""),
        ("Wei Li, L.Ac., DAOM", "given_first", "Wei", "", "Li", "", "L.Ac., DAOM"),
        ("Wren Holloway LAc MSOM", "given_first", "Wren", "", "Holloway", "", "LAc, MSOM"),
        ("Olga Petrova, Dipl. O.M. (NCCAOM)®", "given_first", "Olga", "", "Petrova", "", "Dipl. O.M. (NCCAOM)"),
        ("Wei Ma", "given_first", "Wei", "", "Ma", "", ""),
        ("Minh Do", "given_first", "Minh", "", "Do", "", ""),
        ("NGUYEN MINH ANH", "family_first", "", "", "", "", ""),
    ],
)
def test_names_are_split_as_the_registry_orders_them(
    published: str, order: str, given: str, middle: str, family: str, suffix: str, credentials: str
) -> None:
    holder = split_name(published, order)
    found = (holder.given, holder.middle, holder.family, holder.suffix, holder.credentials)
    assert found == (given, middle, family, suffix, credentials)
    assert holder.raw == published


@given(st.text(max_size=80))
def test_no_name_makes_the_splitter_fall_over(text: str) -> None:
    assert split_name(text, "given_first").raw == tidy(text)
    name, credentials = cut_credentials(tidy(text))
    assert len(name) + len(credentials) <= len(tidy(text)) + 2 * len(tidy(text).split()) + 2
