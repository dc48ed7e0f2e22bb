"""Descriptions of registries: strict, and never guessing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scrapers.adapter import Wanted, adapter_for
from scrapers.checks import doubts_about
from scrapers.errors import SpecError
from scrapers.record import CredentialKind, Standing
from scrapers.spec import REGISTRIES, find_spec, known_specs, load_spec, origin_of
from tests.scrapers.making import BOARD, make_spec, make_yaml


def test_a_sound_description_is_read(tmp_path: Path) -> None:
    spec = make_spec(tmp_path)
    assert (spec.id, spec.kind, spec.politeness.delay_seconds) == ("xx_board", CredentialKind.LICENSE, 2.0)
    assert spec.allowed_hosts == {"https://board.example:443"}
    assert not spec.terms.were_read


@pytest.mark.parametrize("key", ["title", "issues", "jurisdiction", "authority", "home", "platform", "standing"])
def test_a_missing_key_is_named_with_its_file(tmp_path: Path, key: str) -> None:
    with pytest.raises(SpecError, match=rf"xx_board\.yaml: {key}"):
        make_spec(tmp_path, **{key: None})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"colour": "red"}, "unknown key: colour"),
        ({"channels": {"fax": {}}}, "fax is not a channel"),
        ({"channels": {"file": {"delimeter": ";"}}}, "unknown key: delimeter"),
        ({"channels": {"file": {"format": "pdf"}}}, "format 'pdf'"),
        ({"channels": {"file": {"max_bytes": "1 GB"}}}, "max_bytes should be a whole number"),
        ({"columns": {"licence": "No"}}, "licence is not a field"),
        ({"columns": {"number": {"form": "No"}}}, "unknown key: form"),
        ({"columns": {"number": {"from": "No", "always": "1"}}}, "either from or always"),
        ({"columns": {"number": {"from": "No", "formats": ["%Y"]}}}, "formats are for dates"),
        ({"columns": {"holder.name": {"from": "N", "split": "sideways"}}}, "split is for holder.name"),
        ({"standing": {"from": "Status", "words": {"active": ["A"], "expired": ["A"]}}}, "under two standings"),
        ({"standing": {"from": "Status", "words": {"fine": ["A"]}}}, "'fine' is not a standing"),
        ({"standing": {"from": "Status", "words": {"inactive": [False]}}}, "put each in quotes"),
        ({"standing": {"from": ["S", "R"], "words": {"active": [["A"]]}}}, "should give 2 words"),
        ({"standing": {"from": ["S", "R"], "words": {"active": [["*", "*"]]}}}, "would fit whatever"),
        ({"standing": {"from": "Status"}}, "give either from with words, or always"),
        ({"completeness": "probably"}, "completeness: 'probably'"),
        ({"authority": "hearsay"}, "authority: 'hearsay'"),
        ({"politeness": {"delay_seconds": 0.1}}, "delay_seconds should be 1 or more"),
        ({"expect": {"least": 10, "most": 5}}, "most is below least"),
        ({"expect": {"fill": {"number": 99}}}, "between 0 and 1"),
        ({"unverified": ["dates"]}, "expected keys with values"),
        ({"allowed_hosts": ["ftp://board.example"]}, "http or https"),
        ({"id": "Board of X"}, "id should be small letters"),
        ({"jurisdiction": "Mars"}, "jurisdiction should be a code such as US-CA"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(SpecError, match=told.replace(".", r"\.")):
        make_spec(tmp_path, **change)


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: [", encoding="utf-8")
    with pytest.raises(SpecError, match=r"broken\.yaml"):
        load_spec(broken)
    broken.write_text("just words", encoding="utf-8")
    with pytest.raises(SpecError, match="expected keys"):
        load_spec(broken)


def test_an_operators_folder_adds_registries_and_cannot_shadow_one(tmp_path: Path) -> None:
    make_yaml(tmp_path)
    assert find_spec("xx_board", [tmp_path]).title == BOARD["title"]
    make_yaml(tmp_path, id="us_md")
    with pytest.raises(SpecError, match="us_md is taken"):
        known_specs([tmp_path])
    with pytest.raises(SpecError, match="not a known registry"):
        find_spec("xx_nobody")


def test_another_base_url_moves_every_address_and_drops_what_is_true_of_the_real_list(tmp_path: Path) -> None:
    spec = make_spec(
        tmp_path,
        channels={
            "roster": {"start": "https://board.example/list.csv", "expect": {"least": 100}},
            "lookup": {"by_number": "https://board.example/{number}?x=1"},
        },
        expect={"least": 1000},
        canaries=["A-1"],
    ).with_base_url("http://127.0.0.1:8001")
    assert spec.channel("roster").start == ("http://127.0.0.1:8001/list.csv",)
    assert spec.allowed_hosts == {"http://127.0.0.1:8001"}
    assert (spec.expect.least, spec.channel("roster").expect, spec.canaries) == (0, None, ())
    [asked] = adapter_for(spec).lookup(Wanted(number="A 1/2"))
    assert asked.url == "http://127.0.0.1:8001/A%201%2F2?x=1"


def test_an_unknown_platform_or_option_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="not a known platform"):
        adapter_for(make_spec(tmp_path, platform="telepathy"))
    with pytest.raises(SpecError, match="knows no option speed"):
        adapter_for(make_spec(tmp_path, options={"speed": "fast"}))


def test_exact_words_go_before_words_with_any(tmp_path: Path) -> None:
    words = {"revoked": [["Revoked", "*"]], "active": [["*", "Y"]]}
    standing = make_spec(tmp_path, standing={"from": ["S", "Now"], "words": words}).standing
    assert standing.of(("Revoked", "Y")) is Standing.REVOKED
    assert standing.of(("Whatever", "Y")) is Standing.ACTIVE
    assert standing.of(("Whatever", "N")) is Standing.UNKNOWN
    assert standing.of(("", "")) is Standing.UNKNOWN


def test_built_in_network_registries_ship_with_terms_unread_and_their_doubts_stated() -> None:
    for spec in known_specs().values():
        assert spec.path is not None
        assert spec.path.parent == REGISTRIES
        assert not spec.terms.were_read
        assert spec.unverified, f"{spec.id} states nothing as unverified"


@pytest.mark.parametrize(
    ("registry", "word", "standing"),
    [
        ("us_wa", ("Active With Conditions",), Standing.RESTRICTED),
        ("us_wa", ("Active On Probation",), Standing.RESTRICTED),
        ("us_co", ("Active - With Conditions",), Standing.RESTRICTED),
        ("us_co", ("Active - Restricted",), Standing.RESTRICTED),
        ("us_co", ("Cancelled",), Standing.INACTIVE),
        ("us_il", ("ACTIVE CHAPERONE REQUIRED",), Standing.RESTRICTED),
        ("us_il", ("NOT RENEWED",), Standing.EXPIRED),
        ("us_de", ("Probation",), Standing.RESTRICTED),
        ("us_ct", ("ACTIVE", "CURRENT"), Standing.ACTIVE),
        ("us_ct", ("ACTIVE", "A NEW REASON"), Standing.UNKNOWN),
        ("us_tx", ("Active", "Y", ""), Standing.ACTIVE),
        ("us_tx", ("Active", "Y", "Suspended in part"), Standing.UNKNOWN),
        ("us_ca_file", ("Delinquent",), Standing.UNKNOWN),
        ("us_ca_file", ("Suspension",), Standing.SUSPENDED),
    ],
)
def test_the_boards_own_words_mean_what_was_read_up_on(
    registry: str, word: tuple[str, ...], standing: Standing
) -> None:
    assert find_spec(registry).standing.of(word) is standing


@pytest.mark.parametrize(
    ("url", "origin"), [("HTTPS://Board.Example/a", "https://board.example:443"), ("http://[::1]:8/", "http://[::1]:8")]
)
def test_origins_are_compared_with_their_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999", "http://127.0.0.1:abc", "http://[::1", "http://:80", "foo"])
def test_an_address_that_is_none_is_wrong_usage(url: str) -> None:
    with pytest.raises(SpecError, match="should be"):
        next(iter(known_specs().values())).with_base_url(url)


@pytest.mark.parametrize("code", ["US-CA", "US-DC", "CA-ON", "AU", "DE-BY", "US-XX", "XX"])
def test_a_jurisdiction_that_iso_knows_or_leaves_to_its_users_is_sound(tmp_path: Path, code: str) -> None:
    assert not [doubt for doubt in doubts_about(make_spec(tmp_path, jurisdiction=code)) if "jurisdiction" in doubt]


@pytest.mark.parametrize(("code", "told"), [("US-QC", "US has no part QC"), ("UK", "UK is no country")])
def test_a_jurisdiction_that_nobody_knows_is_doubted(tmp_path: Path, code: str, told: str) -> None:
    assert any(told in doubt for doubt in doubts_about(make_spec(tmp_path, jurisdiction=code)))
