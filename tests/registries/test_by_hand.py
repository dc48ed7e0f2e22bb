"""Registries that a person looks into: what their descriptions must say, and that no program reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scrapers.adapter import adapter_for
from scrapers.captures import Captures
from scrapers.checks import doubts_about
from scrapers.errors import SpecError
from scrapers.listing import by_hand_of
from scrapers.run import Scrape
from scrapers.spec import RegistrySpec, known_specs
from tests.scrapers.making import make_spec

BY_HAND = {name: spec for name, spec in known_specs().items() if spec.only_by_hand}
LOOK = {"address": "https://register.example/", "look_at": "the row", "write_down": ["number", "standing"]}


@pytest.fixture(params=sorted(BY_HAND))
def spec(request: pytest.FixtureRequest) -> RegistrySpec:
    return BY_HAND[request.param]


def by_hand_only(tmp_path: Path, **look: Any) -> RegistrySpec:
    given = {key: value for key, value in {**LOOK, **look}.items() if value is not None}
    return make_spec(tmp_path, platform=None, standing=None, columns=None, key=None, channels={"manual": given})


def test_each_says_where_to_look_and_what_to_write_down(spec: RegistrySpec) -> None:
    look = by_hand_of(spec)
    assert look is not None
    assert look.address or look.ask
    assert "standing" in look.write_down
    assert {"holder.name", "number"} & set(look.write_down)
    assert spec.home
    assert spec.unverified
    assert not spec.needs_network
    assert not spec.allowed_hosts
    assert list(doubts_about(spec)) == []


def test_no_program_reads_it(tmp_path: Path) -> None:
    spec = by_hand_only(tmp_path)
    page = tmp_path / "page.html"
    page.write_text("<p>Wren Holloway, current</p>")
    with pytest.raises(SpecError, match="looked up by hand"):
        adapter_for(spec)
    other = make_spec(tmp_path, channels={"file": {}, "manual": LOOK})
    with pytest.raises(SpecError, match="a check by hand"):
        Scrape(
            other,
            channel="manual",
            captures=Captures(tmp_path),
            now=lambda: datetime(2026, 5, 3, tzinfo=UTC),
            files=[page],
        )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"address": None}, "either address or ask"),
        ({"ask": "the board"}, "either address or ask"),
        ({"address": "javascript:alert(1)"}, "http or https"),
        ({"look_at": " "}, "look_at should say"),
        ({"search_by": ["birthday"]}, "search_by should be"),
        ({"write_down": ["standing", "shoe size"]}, "shoe size is not a field"),
        ({"write_down": ["number"]}, "should name standing"),
        ({"number_pattern": "["}, "no regular expression"),
        ({"color": "red"}, "unknown key: color"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(SpecError, match=told):
        by_hand_only(tmp_path, **change)


def test_numbers_are_held_against_the_form_that_is_known(tmp_path: Path) -> None:
    stated = by_hand_of(by_hand_only(tmp_path, number_pattern=r"AK\d{3,6}"))
    unstated = by_hand_of(by_hand_only(tmp_path))
    assert stated is not None
    assert unstated is not None
    assert [stated.could_be_a_number(text) for text in (" ak739 ", "739")] == [True, False]
    assert unstated.could_be_a_number("anything")
