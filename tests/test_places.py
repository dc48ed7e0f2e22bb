"""Place names and postal codes, from the shipped tables."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.place_tables import tables
from directory.search.folding import fold
from directory.search.places import (
    Place,
    Point,
    Precision,
    distance_km,
    find_place,
    namesakes,
    point_of,
    suggest_places,
)

TABLES = Path(tables.__file__).parent


@pytest.mark.parametrize(
    "text, label",
    [
        ("94110", "94110 San Francisco, CA"),
        (" 94110-1234 ", "94110 San Francisco, CA"),
        ("９４１１０", "94110 San Francisco, CA"),  # as a Japanese keyboard writes it
        ("10001 New York", "10001 New York, NY"),
        ("123 Main St, Springfield, IL 62704", "62704 Springfield, IL"),
        ("00901", "00901 San Juan, PR"),
        ("m5v 3l9", "M5V Downtown Toronto, ON, Canada"),
        ("M5V3L9", "M5V Downtown Toronto, ON, Canada"),
        ("EH1 1YZ", "EH1 near Edinburgh, Scotland, UK"),
        ("BT1 5GS", "BT1 Belfast, Northern Ireland, UK"),
        ("D02 X285", "D02 Dublin, Ireland"),
        ("Sydney NSW 2000", "2000 Sydney, NSW, Australia"),
        ("1010, New Zealand", "1010 Auckland, New Zealand"),
        ("London N1C", "N1C near King's Cross, England, UK"),
        ("N1C", "N1C Guelph South, ON, Canada"),
    ],
)
def test_a_code_is_found_alone_and_in_an_address(text: str, label: str) -> None:
    place = find_place(text)
    assert place is not None
    assert (place.label, place.precision) == (label, Precision.POSTAL_CODE)


@pytest.mark.parametrize(
    "text, label",
    [
        ("San Francisco, CA", "San Francisco, CA"),
        ("san francisco california usa", "San Francisco, CA"),
        ("Portland", "Portland, OR"),
        ("Portland Maine", "Portland, ME"),
        ("Portland, OR 99999", "Portland, OR"),  # an unknown code does not hide the town
        ("Billings, MT", "Billings, MT"),
        ("Milford, CA", "Milford, CA"),  # California before Canada
        ("st louis", "St. Louis, MO"),
        ("New York", "New York City, NY"),
        ("Washington DC", "Washington, DC"),
        ("Washington", "Washington, DC"),
        ("coeur d’alene", "Coeur d'Alene, ID"),
        ("Montréal", "Montréal, QC, Canada"),
        ("montreal, quebec, canada", "Montréal, QC, Canada"),
        ("London", "London, England, UK"),
        ("London, ON", "London, ON, Canada"),
        ("London, KY", "London, KY"),
        ("Perth WA", "Perth, WA, Australia"),
        ("Vancouver, WA", "Vancouver, WA"),
        ("Auckland", "Auckland, New Zealand"),
        ("Galway, Ireland", "Galway, Ireland"),
    ],
)
def test_a_city_is_found_with_and_without_its_state(text: str, label: str) -> None:
    place = find_place(text)
    assert place is not None
    assert (place.label, place.precision) == (label, Precision.CITY)


@pytest.mark.parametrize(
    "text, country",
    [("Birmingham", "US"), ("Birmingham, UK", "GB"), ("1010", "AU"), ("1010 Auckland", "NZ"), ("N1C, UK", "GB")],
)
def test_of_namesakes_the_one_in_the_us_is_meant_unless_another_country_is_named(text: str, country: str) -> None:
    place = find_place(text)
    assert place is not None
    assert place.country == country


@pytest.mark.parametrize(
    "text", ["California", "UK", "", "  ", "\0", "%", "00000", "٩٤١١٠", "nowhereville", "' OR 1=1"]
)
def test_no_place_is_made_up(text: str) -> None:
    assert find_place(text) is None


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_answered(text: str) -> None:
    for place in (find_place(text), *suggest_places(text)):
        assert place is None or isinstance(place, Place)
    assert point_of(text, text, text, text) is None or isinstance(point_of(text, text, text, text), Point)


def test_the_label_of_a_place_finds_the_same_place_again() -> None:
    chosen = random.Random(7)
    lines = tables._lines("codes.csv.gz")
    for line in chosen.sample(lines, 300):
        found = tables._postal_code(line)
        place = find_place(f"{found.code} {tables.COUNTRY_NAMES[found.country]}")
        assert place is not None
        assert find_place(place.label) == place
    for line in chosen.sample(tables._lines("cities.csv.gz"), 300):
        for place in suggest_places(line.split(",")[0], 1):
            again = find_place(place.label)
            assert again is not None
            assert again.label == place.label


@pytest.mark.parametrize(
    "text, offered",
    [
        ("Springfeild", "Springfield, MO"),
        ("Sacremento, CA", "Sacramento, CA"),
        ("Lundon", "London, England, UK"),
        ("California", "Los Angeles, CA"),
        ("Portl", "Portland, OR"),
        ("Oxford, Oxfordshire", "Oxford, England, UK"),
        ("94101", "94102 San Francisco, CA"),
    ],
)
def test_a_mistyped_place_is_suggested(text: str, offered: str) -> None:
    suggestions = [place.label for place in suggest_places(text)]
    assert offered in suggestions
    assert len(suggestions) == len(set(suggestions)) <= 5


def test_namesakes_are_offered_beside_the_chosen_one() -> None:
    labels = [place.label for place in suggest_places("Springfield")]
    assert labels[:3] == ["Springfield, MO", "Springfield, MA", "Springfield, IL"]


@pytest.mark.parametrize(
    "stated, expected",
    [
        (("94110", "", "", "US"), (37.75, -122.42)),
        (("2139", "", "", "US"), (42.36, -71.10)),  # a spreadsheet ate the zero
        (("021391234", "", "", ""), (42.36, -71.10)),
        (("", "Boston", "MA", ""), (42.36, -71.06)),
        (("", "Boston", "US-MA", "US"), (42.36, -71.06)),
        (("00000", "Boston", "Massachusetts", "US"), (42.36, -71.06)),
        (("M5V 3L9", "", "", "CA"), (43.65, -79.37)),
        (("", "Boston", "XX", "US"), None),
        (("", "Springfield", "", "US"), None),  # which one?
        (("", "Nowhereville", "CA", "US"), None),
        (("94110", "", "", "FR"), None),
    ],
)
def test_the_point_of_a_listing(stated: tuple[str, str, str, str], expected: tuple[float, float] | None) -> None:
    found = point_of(*stated)
    assert found == expected if found is None or expected is None else found == pytest.approx(expected, abs=0.01)


def test_distances_hold_across_the_date_line_and_at_the_poles() -> None:
    assert distance_km(Point(0, 179.5), Point(0, -179.5)) == pytest.approx(111.2, abs=0.1)
    assert distance_km(Point(90, 0), Point(90, 123)) == pytest.approx(0, abs=1e-6)
    assert distance_km(Point(0, 0), Point(0, 180)) == pytest.approx(20015.1, abs=0.1)
    assert distance_km(Point(40.7128, -74.0060), Point(34.0522, -118.2437)) == pytest.approx(3936, abs=2)


def test_folding_takes_accents_case_and_punctuation_away() -> None:
    assert fold("  Ｏ’Brien-GARCÍA, Łódź & Straße\0") == "obrien garcia lodz strasse"
    assert fold(fold("İstanbul Ǆ ﬁ")) == fold("İstanbul Ǆ ﬁ")


def test_the_tables_are_sorted_whole_and_small() -> None:
    for name in ("codes.csv.gz", "cities.csv.gz"):
        lines = gzip.decompress((TABLES / name).read_bytes()).decode().split("\n")
        assert lines == sorted(lines)
        assert len({line.count(",") for line in lines}) == 1
    assert sum(file.stat().st_size for file in TABLES.glob("*.gz")) < 3_000_000
    for line in tables._lines("codes.csv.gz"):
        code = tables._postal_code(line)
        assert -90 <= code.lat <= 90 and -180 <= code.lon <= 180 and (code.lat, code.lon) != (0, 0)


def test_places_are_found_without_flask_database_or_network() -> None:
    script = (
        "import sys, types; sys.modules['directory'] = types.ModuleType('directory');"
        "sys.modules['directory'].__path__ = ['directory'];"
        "import socket; socket.socket = None;"
        "from directory.search.places import find_place; assert find_place('94110');"
        "assert not {'flask', 'sqlalchemy', 'requests'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=TABLES.parent.parent)


@pytest.mark.parametrize(
    "text, others",
    [
        ("Vancouver", ["Vancouver, BC, Canada"]),
        ("Springfield, IL", ["Springfield, MO", "Springfield, MA", "Springfield, OR", "Springfield, OH"]),
        ("1010", ["1010 Auckland, New Zealand"]),
        ("Seattle", []),
        ("98101", []),
        ("M5V 3L9", []),
    ],
)
def test_larger_places_of_the_same_name_are_known(text: str, others: list[str]) -> None:
    place = find_place(text)
    assert place is not None
    assert [other.label for other in namesakes(place)] == others
    assert all(find_place(other.label) == other for other in namesakes(place))
