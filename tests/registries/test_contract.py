"""What every registry on disk must keep, tried on its recording. A new registry is found by itself.

A folder `tests/registries/<id>/` holds `recording.yaml`, its files and `expected.json`; a `spec.yaml` beside them
describes an invented registry, for reading shapes that no built-in registry has yet. A second way into a registry has
its recording in `tests/registries/<id>.<what it is>/`. Registries that are only looked up by hand have none.

Registries of an operator's own are tried too: for each folder of REGISTRIES_PATH, its `recordings/<id>/`.
One registry alone: `pytest tests/registries -k us_md`.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from scrapers.adapter import adapter_for
from scrapers.captures import Captures
from scrapers.channels import Channel
from scrapers.leftovers import leftovers_of
from scrapers.record import RegistryRecord, Standing
from scrapers.record_commands import folder_of
from scrapers.recording import Recording, expected_json, load_recording, replay
from scrapers.run import Outcome
from scrapers.spec import RegistrySpec, known_specs, load_spec
from tests.registries import tampering

HERE = Path(__file__).parent
INVENTED = {folder.parent.name: load_spec(folder) for folder in sorted(HERE.glob("*/spec.yaml"))}
OWN = [Path(folder) for folder in os.environ.get("REGISTRIES_PATH", "").split(os.pathsep) if folder]
SPECS = {name: spec for name, spec in (known_specs(OWN) | INVENTED).items() if not spec.only_by_hand}
FOLDERS = {name: folder_of(spec, built_in=HERE) for name, spec in SPECS.items()}
FOLDERS |= {  # second ways into a registry
    found.parent.name: found.parent
    for folder in (HERE, *(own / "recordings" for own in OWN))
    for found in folder.glob("*.*/recording.yaml")
}


@dataclass(frozen=True)
class Case:
    spec: RegistrySpec
    recording: Recording
    expected: str

    @property
    def channel(self) -> Channel:
        return self.spec.channel(self.recording.channel)


@pytest.fixture(params=sorted(FOLDERS))
def case(request: pytest.FixtureRequest) -> Case:
    spec, folder = SPECS[request.param.partition(".")[0]], FOLDERS[request.param]
    if not (folder / "expected.json").exists():
        pytest.fail(f"no recording in {folder}: python -m scrapers record {spec.id} --from SAVED_PAGE", pytrace=False)
    return Case(spec, load_recording(folder), (folder / "expected.json").read_text(encoding="utf-8"))


def test_each_description_is_sound_and_has_a_reader(case: Case) -> None:
    assert adapter_for(case.spec).spec is case.spec
    assert case.spec.home
    assert case.spec.unverified or case.spec.id in INVENTED, "unverified: say what nobody has checked at the source"


def test_replay_gives_what_is_expected(case: Case, tmp_path: Path) -> None:
    records, report, _ = replay(case.spec, case.recording, tmp_path)
    assert json.loads(expected_json(records, report)) == json.loads(case.expected)
    assert report.outcome.is_usable
    assert bool(records) != case.recording.finds_nobody
    assert [RegistryRecord.from_json(record).as_json() for record in records] == records


def test_reading_twice_gives_the_same(case: Case, tmp_path: Path) -> None:
    first, second = (replay(case.spec, case.recording, tmp_path / name) for name in ("one", "two"))
    assert expected_json(*first[:2]) == expected_json(*second[:2])


def test_each_record_points_to_the_bytes_it_was_read_from(case: Case, tmp_path: Path) -> None:
    records, report, _ = replay(case.spec, case.recording, tmp_path)
    captures = Captures(tmp_path / "captures")
    for record in records:
        assert record["evidence"]["sha256"] in report.captures
        assert captures.path_of(record["evidence"]["sha256"])
        assert record["evidence"]["retrieved_at"] == case.recording.retrieved_at.isoformat()
    keys = [record["source_key"] for record in records]
    assert len(set(keys)) == len(keys)


def test_what_is_withheld_is_kept_nowhere(case: Case, tmp_path: Path) -> None:
    records, _, _ = replay(case.spec, case.recording, tmp_path)
    for record in records:
        assert not set(record["as_published"]) & set(case.spec.withheld)


def test_an_unknown_standing_is_kept_as_unknown_and_never_guessed(case: Case, tmp_path: Path) -> None:
    columns = case.spec.standing.columns
    if not columns:
        pytest.skip("this registry prints no standing word in a column")
    bodies = list(case.recording.bodies)
    for column in columns:
        last = column.rpartition(".")[2].encode()
        bodies = [
            tampering.with_word(body, case.channel, column, "Zonked") if last in body else body for body in bodies
        ]
    if bodies == list(case.recording.bodies):
        pytest.skip(
            "nobody is found in it"
            if case.recording.finds_nobody
            else "its standing stands in no column of its own; its own test tries unknown words"
        )
    records, report, _ = replay(case.spec, case.recording.with_bodies(bodies), tmp_path)
    assert records
    assert {record["standing"] for record in records} == {Standing.UNKNOWN}
    assert any("Zonked" in word for word in report.unknown_words)
    assert any("Zonked" in warning for warning in report.warnings)


@pytest.mark.parametrize("instead", [b"", b"\n", tampering.APOLOGY], ids=["empty", "blank", "apology"])
def test_an_empty_or_apologetic_page_is_refused(case: Case, tmp_path: Path, instead: bytes) -> None:
    for place, body in enumerate(case.recording.bodies):
        bodies = [*case.recording.bodies]
        bodies[place] = instead
        _, report, _ = replay(case.spec, case.recording.with_bodies(bodies), tmp_path / str(place))
        assert not report.outcome.is_usable, f"page {place} ({len(body)} bytes) was not missed"
        assert report.reason


def test_a_challenge_page_is_a_block(case: Case, tmp_path: Path) -> None:
    for place in range(len(case.recording.bodies)):
        bodies = [*case.recording.bodies]
        bodies[place] = tampering.CHALLENGE
        _, report, _ = replay(case.spec, case.recording.with_bodies(bodies), tmp_path / str(place))
        assert (report.outcome, "Turnstile" in report.reason) == (Outcome.BLOCKED, True)


def test_a_list_whose_end_is_missing_is_incomplete_and_not_smaller(case: Case, tmp_path: Path) -> None:
    if case.recording.cannot_be_cut:
        pytest.skip(case.recording.cannot_be_cut)
    *before, last = case.recording.bodies
    _, report, _ = replay(case.spec, case.recording.with_bodies([*before, tampering.cut(last)]), tmp_path)
    assert report.outcome is not Outcome.COMPLETE, (
        "a list without its end was read as complete: give options.total (or total_at), or say in recording.yaml why "
        "cannot_be_cut"
    )
    assert report.reason


def test_each_thing_the_reader_relies_on_stops_the_run_when_it_is_renamed(case: Case, tmp_path: Path) -> None:
    _, _, asked = replay(case.spec, case.recording, tmp_path / "whole")
    unnoticed, tried = [], 0
    for place, body in enumerate(case.recording.bodies):
        for name, spoiled in tampering.renamings(body, case.channel, asked):
            if name in case.recording.may_vanish or spoiled == body:
                continue
            tried += 1
            bodies = [*case.recording.bodies]
            bodies[place] = spoiled
            _, report, _ = replay(case.spec, case.recording.with_bodies(bodies), tmp_path / str(tried))
            if report.outcome.is_usable:
                unnoticed.append(name)
    assert not unnoticed, (
        f"renamed, and the reader does not notice: {', '.join(dict.fromkeys(unnoticed))}. Read them, list them under "
        "ignored, or, where losing them harms no record, write them in recording.yaml as may_vanish: [NAME, NAME]"
    )
    packed = all(tampering.shape_of(body) == "packed" for body in case.recording.bodies)
    assert tried or packed or case.recording.finds_nobody


def test_a_recording_holds_nobody_real(case: Case, tmp_path: Path) -> None:
    records, _, _ = replay(case.spec, case.recording, tmp_path)
    assert list(leftovers_of(case.recording, case.spec, records)) == [], "invent others: 555-01xx, .example, 199000…"
