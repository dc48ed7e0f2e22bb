"""One text at a time: what is replaced in it, and what stays."""

from __future__ import annotations

import re

import pytest

from scrapers.invented import Invented
from scrapers.personal_columns import PersonalColumns
from scrapers.replacing import Replacing
from scrapers.spec import known_specs


@pytest.fixture
def replacing() -> Replacing:
    stays = ["Active", "Long Beach", "Park"]
    made = Replacing(PersonalColumns(known_specs()["us_md"]), Invented("x"), stays=stays, own_hosts=["board.example"])
    for given, family in (("Ferelith", "Osgood"), ("Grace", "Park"), ("Wei", "Li"), ("伟", "李")):
        made.names.learn_person(given, family)
    made.learn("A-04711", "RegNum")
    return made


@pytest.mark.parametrize(
    "text",
    [
        "Osgood",
        "OSGOOD, F.",
        "osgood-ferelith",
        "FerelithOsgood",
        "fosgood.pdf",
        "Grace Park",
        "Wei Li",
        "Li, Wei",
        "李伟",
    ],
)
def test_a_name_is_replaced_however_it_is_written(replacing: Replacing, text: str) -> None:
    new = replacing.text(text)
    assert new != text
    assert not re.search(r"osgood|ferelith|\bgrace\b|\bpark\b|\bwei\b|李", new, re.IGNORECASE)
    assert new.isupper() == text.isupper()


@pytest.mark.parametrize("text", ["Active", "Park Avenue entrance", "Long Beach", "06/30/2027", "2026", "page 4"])
def test_what_is_no_name_stays(replacing: Replacing, text: str) -> None:
    assert replacing.text(text) == text


def test_a_name_that_is_also_a_word_is_told(replacing: Replacing) -> None:
    replacing.text("Park is closed")
    assert replacing.names.alone == {"Park"}


def test_a_name_in_another_script_stays_in_it(replacing: Replacing) -> None:
    assert re.fullmatch("[\u4e00-\u9fff] [\u4e00-\u9fff]", replacing.text("李 伟"))


def test_a_number_keeps_its_letters_and_zeros_and_is_the_same_everywhere(replacing: Replacing) -> None:
    number = replacing.text("A-04711", "RegNum")
    assert re.fullmatch(r"A-0[1-9]\d{3}", number)
    assert number != "A-04711"
    assert replacing.text("License 4711 and 004711") == f"License {number[3:]} and 00{number[3:]}"


def test_a_link_of_the_registry_keeps_its_shape_and_a_strangers_does_not(replacing: Replacing) -> None:
    own = replacing.link("https://board.example/d?n=OSGOOD%2C+FERELITH&size=20")
    assert re.fullmatch(r"https://board\.example/d\?n=[A-Z]+%2C\+[A-Z]+&size=20", own)
    assert "OSGOOD" not in own
    assert re.fullmatch(r"https://site\d\.example/", replacing.link("https://points.com/osgood"))


def test_a_practice_keeps_what_it_is_and_where(replacing: Replacing) -> None:
    new = replacing.text("Osgood Family Acupuncture, 77 Harbor Road, Long Beach", "Practice")
    assert re.fullmatch(r"\w+ Family Acupuncture, 10 Larkspur Lane, Long Beach", new)
    assert "Osgood" not in new


def test_ten_digits_in_the_column_of_the_npi_are_replaced_whatever_their_check_digit_says(replacing: Replacing) -> None:
    assert replacing.text("1883256218", "NPI").startswith("1990")
    assert replacing.text("0000000000", "NPI") == "0000000000"
