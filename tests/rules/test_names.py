"""Names: the golden pairs, parsing, and what must hold for any two names."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules import names
from directory.rules.name_reading import Name, name_of, name_of_holder, parse_name
from directory.rules.names import ACCEPT, name_score, same_name, sound_keys
from directory.rules.romanization import chinese_readings, chinese_table, fold
from scrapers.record import Entity, Holder

HERE = Path(__file__).parent
with (HERE / "golden_names.csv").open(encoding="utf-8", newline="") as file:
    GOLDEN = [(row["same"] == "yes", row["one"], row["other"]) for row in csv.DictReader(file)]
with (HERE / "further_names.csv").open(encoding="utf-8", newline="") as file:
    OF_EVERY_ORIGIN = [(row["same"] == "yes", row["one"], row["other"]) for row in csv.DictReader(file)]

FURTHER = [
    (True, "J. R. Smith", "JR Smith"),
    (True, "Jane Doe (née Smith)", "Jane Smith"),
    (True, "Aka Tanaka", "TANAKA, AKA"),
    (True, 'Elizabeth "Beth" Johnson', "Beth Johnson"),
    (True, "김현정", "Hyun Jung Kim"),
    (True, "Сергей Петров", "Sergei Petrov"),
    (True, "LEE, JENNIFER", "Jennifer Lee"),
    (True, "Lee Jennifer Soo", "Jennifer Lee"),
    (True, "Anna van der Berg", "Anna Vanderberg"),
    (True, "MacDonald, Ian", "Ian Mac Donald"),
    (True, "Hans Müller", "Hans Mueller"),
    (True, "Kathryn Jones", "Katherine Jones"),
    (True, "Stephen Ross", "Steven Ross"),
    (True, "Siobhan O’Neil", "Siobhan O'Neill"),
    (False, "Jennifer S. Lee", "Sarah Lee"),
    (False, "Anne Hanson", "Anne Manson"),
    (False, "Daniel Kim", "Daniela Kim"),
    (False, "Eric Tran", "Erica Tran"),
    (False, "Maria Lopez", "Mario Lopez"),
    (False, "Joan Miller", "John Miller"),
    (False, "Young Kim", "Yong Kim"),
    (False, "Wei Wang", "Wen Wang"),
    (False, "Mei Ling Chen", "Mei Lin Chen"),
    (False, "Bill Jack", "Bill John"),
]


@pytest.mark.parametrize("same, one, other", GOLDEN + FURTHER + OF_EVERY_ORIGIN)
def test_which_names_can_be_one_persons(same, one, other):
    assert same_name(parse_name(one), parse_name(other)) is same


@pytest.mark.parametrize(
    "text, given, family",
    [
        ("LI, WEI", ("wei",), ("li",)),
        ("van der Berg, Anna M.", ("anna", "m"), ("van", "der", "berg")),
        ("Wei Li, L.Ac., DAOM", ("wei",), ("li",)),
        ("Dr. Robert A. Smith, DACM, LAc", ("robert", "a"), ("smith",)),
        ("Rosalind Ferncastle LAc MSOM", ("rosalind",), ("ferncastle",)),
        ("Jane MAcOM Doe", ("jane", "macom"), ("doe",)),
        ("", (), ()),
        (",,", (), ()),
    ],
)
def test_credentials_are_no_part_of_a_name(text, given, family):
    name = parse_name(text)
    assert (name.given, name.family) == (given, family)


def test_fields_that_a_registry_gives_apart_are_not_parsed_again():
    assert name_of("Mary Kate", "", "O'Brien-Smith", "Jr.") == Name(("mary", "kate"), ("obrien", "smith"), (), "jr")


@pytest.mark.parametrize("filler", ["", "--", "-", "N/A", "NMN", "None", "Unknown"])
def test_fillers_are_no_names(filler):
    assert name_of("Ada", filler, "Crow").tokens == ("ada", "crow")


def test_na_is_a_name():
    assert name_of("Na", "", "Li").tokens == ("na", "li")


def test_an_organization_has_no_name_to_compare():
    name = name_of_holder(Holder(raw="Golden Needle Clinic", entity=Entity.ORGANIZATION))
    assert name == Name()
    assert same_name(name, parse_name("Golden Needle")) is None


def test_letters_without_vowels_cannot_be_compared_with_latin_ones():
    assert same_name(parse_name("محمد الحسن"), parse_name("Mohammed Al-Hassan")) is None
    assert same_name(parse_name("משה כהן"), parse_name("Moshe Cohen")) is None


def test_a_kanji_name_that_no_table_reads_cannot_be_compared():
    assert same_name(parse_name("佐藤瓔珞"), parse_name("Yuko Sato")) is None


def test_one_word_cannot_be_compared():
    assert same_name(parse_name("Cher"), parse_name("Cher Bono")) is None


def test_the_table_of_chinese_syllables_is_what_pypinyin_gives():
    stored = json.loads((HERE.parents[1] / "directory/rules/romanization/chinese.json").read_text(encoding="utf-8"))
    assert stored == chinese_table()


def test_wade_giles_is_read_without_its_apostrophes():
    assert chinese_readings("hsiaohung") == {("xiao", "hong")}
    assert chinese_readings("chang") == {("chang",), ("zhang",)}


LATIN = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=9)
NAMES = st.builds(
    lambda given, family: Name(tuple(given), tuple(family)),
    st.lists(LATIN, min_size=1, max_size=3),
    st.lists(LATIN, min_size=1, max_size=2),
)


@given(NAMES, NAMES)
def test_a_score_is_a_share_and_does_not_depend_on_who_is_first(one, other):
    score = name_score(one, other)
    assert 0.0 <= score <= 1.0
    assert score == pytest.approx(name_score(other, one))


@given(NAMES)
def test_a_name_is_itself_in_any_order(name):
    assert name_score(name, Name(name.family, name.given)) == 1.0


@given(NAMES, LATIN)
def test_a_middle_name_more_is_still_the_same_name(name, middle):
    longer = Name((*name.given, middle + "x"), name.family)  # no pinyin syllable ends in x
    assert name_score(name, longer) >= ACCEPT


@given(st.text(max_size=40))
def test_any_text_can_be_parsed_and_folded(text):
    parse_name(text)
    assert fold(fold(text)) == fold(text) or not fold(text).isascii()


def sounds(text: str) -> set[str]:
    return {key for token in parse_name(text).tokens if len(token) > 1 for key in sound_keys(token)}


@pytest.mark.parametrize("one, other", [(one, other) for same, one, other in GOLDEN if same])
def test_the_same_people_meet_under_one_sound(one, other):
    assert sounds(one) & sounds(other)


@pytest.mark.parametrize("initials", [6, 12])
def test_ways_to_join_tokens_do_not_double_with_each_token(initials: int) -> None:
    """Else a name of ten initials takes a minute for each comparison."""
    long, short = name_of("a " * initials, "", "li"), name_of("aa aaa", "", "li")
    joined = list(names._with_neighbors_joined(long, short))
    assert len(joined) == len(set(joined)) < 100
