"""The rehearsal: a cast with every story, and registries that answer as the real ones do, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from directory.demo.site import REGISTRIES
from scrapers.captures import Captures
from scrapers.fetch import Fetcher
from scrapers.normalize import valid_npi
from scrapers.pace import Pace
from scrapers.record import RegistryRecord
from scrapers.rehearsal import files
from scrapers.rehearsal.cast import FEWEST, Player, Story, cast
from scrapers.rehearsal.server import RehearsalServer
from scrapers.report import Outcome, RunReport
from scrapers.run import Scrape
from scrapers.spec import known_specs

TODAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
SPECS = known_specs([REGISTRIES])


@pytest.fixture(scope="module")
def players() -> tuple[Player, ...]:
    return cast(FEWEST, today=TODAY)


@pytest.fixture(scope="module")
def server(players: tuple[Player, ...]) -> Iterator[RehearsalServer]:
    with RehearsalServer(players) as running:
        yield running


def read(registry: str, server: RehearsalServer, folder: Path) -> tuple[list[RegistryRecord], RunReport]:
    """A whole reading of one rehearsed registry. Nobody real is asked, so the pauses are skipped."""
    spec = SPECS[registry].with_base_url(server.address)
    captures, now = Captures(folder / "captures"), lambda: AT
    pace = Pace(folder / "pace", sleep=lambda seconds: None)
    fetcher = Fetcher(spec, captures=captures, now=now, contact="oz@true-meridian.example", rehearsal=True, pace=pace)
    scrape = Scrape(spec, channel="roster", captures=captures, now=now, fetcher=fetcher)
    return list(scrape.records()), scrape.report


def test_the_same_seed_gives_the_same_people_and_every_story(players: tuple[Player, ...]) -> None:
    assert cast(FEWEST, today=TODAY) == players
    assert {player.story for player in players} == set(Story)


def test_every_invented_npi_has_its_check_digit(players: tuple[Player, ...]) -> None:
    assert all(valid_npi(player.npi) for player in players if player.npi)


def test_a_small_cast_is_refused() -> None:
    with pytest.raises(ValueError, match="too small to show every story"):
        cast(40, today=TODAY)


@pytest.mark.parametrize("registry", ["us_wa", "us_co", "us_il", "us_md", "us_oig_leie", "rehearsal_nj"])
def test_each_shape_is_read_whole_over_http(registry: str, server: RehearsalServer, tmp_path: Path) -> None:
    records, report = read(registry, server, tmp_path)
    assert report.outcome is Outcome.COMPLETE, report.reason
    assert records


def test_the_board_behind_postbacks_is_read_page_by_page(
    server: RehearsalServer, players: tuple[Player, ...], tmp_path: Path
) -> None:
    records, report = read("rehearsal_nj", server, tmp_path)
    on_list = [player for player in players if player.town.region == "NJ" and player.is_on_record]
    assert {record.number for record in records} == {player.number for player in on_list}
    assert report.declared == len(on_list) > 10  # more than one page


def test_the_registry_behind_a_challenge_is_blocked(server: RehearsalServer, tmp_path: Path) -> None:
    records, report = read("us_ct", server, tmp_path)
    assert (records, report.outcome) == ([], Outcome.BLOCKED)


@pytest.mark.parametrize(
    ("registry", "channel", "name", "make"),
    [
        ("us_ca_file", "file", "acupuncture_Data00.xls", files.ca_file),
        ("us_nppes_file", "file", "npidata_pfile_20261109-20261115.csv", files.nppes_file),
        ("us_ncbahm", "saved_page", "page.html", lambda cast: files.ncbahm_page(cast, "WA")),
    ],
)
def test_the_files_an_operator_drops_are_read(registry, channel, name, make, players, tmp_path: Path) -> None:
    (tmp_path / name).write_text(make(players), encoding="utf-8")
    captures = Captures(tmp_path / "captures")
    scrape = Scrape(SPECS[registry], channel=channel, captures=captures, now=lambda: AT, files=[tmp_path / name])
    assert list(scrape.records())
    assert scrape.report.outcome is Outcome.COMPLETE, scrape.report.reason
