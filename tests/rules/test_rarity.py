"""How much a shared token says: the rarer, the more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.rarity import MOST_BITS, Rarity, common_names

NAMES = st.sampled_from(["lee", "min", "ottoline", "ferncastle", "s"])


def counted(*people):
    rarity = Rarity()
    for tokens in people:
        rarity.count(("name", token) for token in tokens)
    return rarity


def test_a_rare_name_says_more_than_a_common_one_from_the_first_row_on():
    rarity = Rarity()
    assert rarity.bits("name", "ottoline") > rarity.bits("name", "lee") > rarity.bits("name", "s") > 0


def test_what_many_of_these_people_are_called_says_less():
    rarity = counted(*[("fern", "ada")] * 3_000, *[("quill", "ada")] * 3_000)
    assert rarity.bits("name", "ada") < rarity.bits("name", "quill") < Rarity().bits("name", "quill")


def test_a_few_rows_do_not_make_a_common_name_rare():
    rarity = counted(("ada", "crow"), ("min", "lee"))
    assert rarity.bits("name", "lee") == pytest.approx(Rarity().bits("name", "lee"), abs=0.1)


def test_a_token_twice_in_one_person_counts_once():
    assert counted(("ada", "ada")).bits("name", "ada") == counted(("ada",)).bits("name", "ada")
    assert counted(("ada", "ada")).share("name", "ada") == 1.0


def test_kinds_are_counted_apart():
    rarity = counted(*[("mission",)] * 100)
    assert rarity.share("place", "mission") == 0.0
    assert Rarity().share("place", "mission") == 0.0


def test_the_more_people_the_more_must_agree():
    assert counted(*[("ada",)] * 100_000).least_bits > Rarity().least_bits


@given(st.lists(st.tuples(NAMES, NAMES), max_size=30), NAMES)
def test_bits_are_never_negative_and_bounded(people, name):
    assert 0.0 <= counted(*people).bits("name", name) <= MOST_BITS


def test_the_table_of_common_names_holds_shares_of_folded_names():
    names = common_names()
    assert len(names) > 250
    assert all(name == name.casefold().strip() and name.isascii() and 0 < share < 0.1 for name, share in names.items())
    assert names["lee"] > names["aaron"]
