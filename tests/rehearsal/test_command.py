"""`python -m scrapers.rehearsal`: what it tells, and what it refuses."""

from __future__ import annotations

import pytest

from scrapers.rehearsal.__main__ import command, listing, main, welcome
from scrapers.rehearsal.misbehavior import COMPLETE
from scrapers.rehearsal.misbehaviors import BY_NAME
from scrapers.rehearsal.server import RehearsalServer
from scrapers.rehearsal.shapes.all_shapes import shapes
from scrapers.report import Outcome
from scrapers.spec import REGISTRIES, known_specs


def test_the_list_names_every_shape_and_every_way_to_misbehave() -> None:
    told = listing()
    assert all(name in told for name in (*shapes(), *BY_NAME))


def test_every_way_to_misbehave_says_what_is_right() -> None:
    for one in BY_NAME.values():
        assert one.outcome in set(Outcome), one.name
        assert one.outcome == COMPLETE or one.reason, one.name
        assert any(one.applies_to(shape) for shape in shapes().values()), one.name


def test_no_two_shapes_answer_at_the_same_place() -> None:
    places = [path for shape in shapes().values() for path in shape.paths]
    assert len(places) == len(set(places))


def test_every_platform_of_the_built_in_registries_has_a_shape() -> None:
    specs = {spec.platform for spec in known_specs().values() if not spec.only_by_hand}
    shown = {shape.spec.platform for shape in shapes().values()}
    # Pages of the certification body and the federal files are made in files.py and published.py, for the demo.
    elsewhere = {"ncbahm", "nppes_file"}
    assert specs - elsewhere <= shown


def test_the_welcome_tells_commands_that_fit(server: RehearsalServer) -> None:
    told = welcome(server, None)
    assert f"fetch us_nd --lookup A1001 --base-url {server.address}" in told
    assert "fetch us_mi --name %" in told
    assert f"curl -sO {server.address}/saved/us_ks.html && python -m scrapers read us_ks us_ks.html" in told
    built_in = shapes()["us_nd"]
    assert built_in.spec_path.parent == REGISTRIES
    assert "--spec" not in command(built_in, server)


def test_only_shapes_that_can_misbehave_so_are_told(server: RehearsalServer) -> None:
    told = welcome(server, BY_NAME["csv_utf16"])
    assert "shape_csv" in told
    assert "us_nd" not in told


@pytest.mark.parametrize("arguments", [["--misbehave", "politely"], ["--people", "3"]])
def test_what_it_does_not_know_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err
