"""What two people have in common, in bits."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.likeness import bits_in_common, given_names_agree, name_bits, phone_bits, place_bits
from directory.rules.name_reading import parse_name
from directory.rules.persons import Person
from directory.rules.rarity import Rarity
from directory.rules.streets import street_parts, words_of


def person(name="Rosalind Ferncastle", street="", town="", postal="", region="", phone=""):
    house, words = street_parts(street)
    codes, regions = frozenset({postal} - {""}), frozenset({region} - {""})
    return Person("1", (parse_name(name),), frozenset(), "", phone, house, words, words_of(town), regions, codes)


TOWNS = {"Sonora": (37.98, -120.38), "Angels Camp": (38.07, -120.54), "Reno": (39.53, -119.81)}
HOME = person(street="12 Kestrel Street", town="Sonora", postal="95370", region="US-CA")


@pytest.mark.parametrize(
    "closer, further",
    [
        (person(), person("Rosalind Fernkastle")),
        (person("Rosalind Fernkastle"), person("Rosalind Quill")),
        (person("Ferncastle Rosalind"), person("Bartholomew Quill")),
        (person("R Ferncastle"), person("B Ferncastle")),
    ],
)
def test_names_that_are_closer_have_more_in_common(closer, further):
    rarity = Rarity()
    assert name_bits(person(), closer, rarity) > name_bits(person(), further, rarity)


@pytest.mark.parametrize(
    "closer, further",
    [
        (HOME, person(street="12 Kestral St", town="Sonora", postal="95370", region="US-CA")),
        (person(street="12 Kestrel St"), person(street="14 Kestrel St")),
        (person(town="Sonora"), person(town="Reno")),
        (person(postal="95371"), person(postal="89501")),
        (person(), person(region="US-NV")),
    ],
)
def test_places_that_are_closer_have_more_in_common(closer, further):
    rarity = Rarity()
    assert place_bits(HOME, closer, rarity) > place_bits(HOME, further, rarity)


def test_two_addresses_within_a_drive_speak_less_against_one_person_than_two_far_apart():
    sonora, angels_camp, reno = (replace(person(town=town), points=(point,)) for town, point in TOWNS.items())
    rarity = Rarity()
    near, far = place_bits(sonora, angels_camp, rarity), place_bits(sonora, reno, rarity)
    assert near > far
    assert far == place_bits(sonora, person(town="Reno", region="US-NV", postal="89501"), rarity)


def test_a_short_form_that_two_names_share_does_not_make_them_one():
    assert given_names_agree(person("Anna Ferncastle"), person("Briana Ferncastle")) is None


def test_what_is_not_given_says_nothing():
    assert place_bits(HOME, person(), Rarity()) == 0.0
    assert phone_bits(HOME, person(phone="2095550101")) == (None, 0.0)


def test_a_former_name_counts_like_the_one_in_use():
    married = Person("2", (parse_name("Rosalind Quill"), parse_name("Rosalind Ferncastle")))
    assert name_bits(person(), married, Rarity()) == name_bits(person(), person(), Rarity())


@pytest.mark.parametrize(
    "one, other, agree",
    [
        ("Rosalind Ferncastle", "Rosalind Quill", True),
        ("Rosalind Ferncastle", "ROSALYND A QUILL", True),
        ("Wei Li", "Li Wei", None),
        ("Thi Hong Truong", "Long Dang", None),
        ("Van Hung Huynh", "Eric Van Thanh Do", None),
        ("Thi Hong Truong", "Hong Dang", True),
        ("Maria Elena del Rio", "Beatriz Garcia", None),
        ("Joon-ho Cho", "Yoon-ah Oh", None),
        ("Robert Marsh", "Bob Quill", True),
        ("Rosalind Ferncastle", "Bartholomew Ferncastle", False),
        ("R Ferncastle", "Rosalind Quill", None),
        ("Ferncastle", "Rosalind Quill", None),
    ],
)
def test_whether_given_names_agree_whatever_the_family_name(one, other, agree):
    assert given_names_agree(person(one), person(other)) is agree
    assert given_names_agree(person(other), person(one)) is agree


PEOPLE = st.builds(
    person,
    name=st.sampled_from(["Wei Li", "Li Wei Min", "Rosalind Ferncastle", "R Fern Castle", "Ada Fernkastle Jr", ""]),
    street=st.sampled_from(["12 Kestrel St", "14 Kestral Road", "PO Box 12", "Kestrel Alder Alder 7", ""]),
    town=st.sampled_from(["Sonora", "Sonara", "Los Angeles", ""]),
    postal=st.sampled_from(["95370", "95371", "89501", ""]),
    region=st.sampled_from(["US-CA", "US-NV", ""]),
    phone=st.sampled_from(["2095550101", "442095550101", ""]),
)


@given(PEOPLE, PEOPLE)
def test_it_does_not_matter_who_is_first(one, other):
    rarity = Rarity()
    assert bits_in_common(one, other, rarity) == pytest.approx(bits_in_common(other, one, rarity))


@given(PEOPLE, PEOPLE)
def test_nobody_is_more_like_another_than_like_oneself(one, other):
    rarity = Rarity()
    assert name_bits(one, other, rarity) <= max(name_bits(one, one, rarity), name_bits(other, other, rarity)) + 0.01
