"""Runs weigh family names by how many listings have them."""

from types import SimpleNamespace

from directory.registries.name_counts import rarity_among_listings
from directory.rules.rarity import Rarity
from tests.makers import make_listing


def rows(*keys):
    return [(SimpleNamespace(family_key=key), None) for key in keys]


def test_a_family_name_that_many_listings_have_says_less(session):
    for _ in range(30):
        make_listing(session, family="Ferncastle", family_key="ferncastle")
    make_listing(session, family="Quill", family_key="quill")
    session.flush()
    rarity = rarity_among_listings(session, rows("ferncastle", "quill", "nobody", ""))
    common, rare = rarity.bits("name", "ferncastle"), rarity.bits("name", "quill")
    assert common < rare < rarity.bits("name", "nobody")
    assert rarity.share("name", "ferncastle") == 30 / 31


def test_nothing_is_asked_where_no_record_has_a_family_name(session):
    assert rarity_among_listings(session, rows("", "")).least_bits == Rarity().least_bits
