"""How far two people are from each other."""

import pytest

from directory.rules.distances import area_of, kilometers_between

SONORA, RENO, FIJI, SAMOA = (37.98, -120.38), (39.53, -119.81), (-17.7, 179.5), (-17.7, -179.5)


def test_the_nearest_two_places_count():
    assert kilometers_between((SONORA, FIJI), (SAMOA, RENO)) == pytest.approx(106, abs=2)


def test_across_the_180th_meridian_it_is_not_far():
    assert kilometers_between((FIJI,), (SAMOA,)) == kilometers_between((SAMOA,), (FIJI,)) < 120


def test_an_unknown_place_cannot_be_compared():
    assert kilometers_between((), (SONORA,)) is None


def test_neighbors_are_in_one_area_and_other_towns_are_not():
    assert area_of(SONORA) == area_of((37.99, -120.4)) != area_of(RENO)
