"""When a run waits for a person: what changed of many at once, as a rule, and as counted in the database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from directory.models.registry import RegistryRun
from directory.registries import registry_runs, source_health
from directory.registries.differences import Difference
from directory.registries.judging_runs import why_held
from directory.registries.registry_runs import Asked
from directory.rules.vocabulary import RunChannel, RunState, SourceHealth
from scrapers.spec import find_spec
from tests.conftest import NOW
from tests.registry_files import Register, read_file, row


def change(had: int, **counts: int) -> Difference:
    """What a run would change of a list of so many, of which all are there again unless told otherwise."""
    known = dict.fromkeys(("had", "has", "ended", "issued", "placed", "numbered"), had)
    return Difference(**(dict.fromkeys(Difference.__slots__, 0) | known | counts))


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (change(0, has=9, new=9), ""),
        (change(40, other_holder=5, end_lost=5), ""),
        (change(40, other_holder=6), "6 of 40 records bear another name than before"),
        (change(40, end_lost=6), "6 of 40 records have lost their date of expiry"),
        (change(400, other_holder=20), ""),
        (change(4, other_holder=1, end_lost=1), ""),
        (change(4, other_holder=2), "2 of 4 records bear another name than before"),
        (change(4, end_lost=2), "2 of 4 records have lost their date of expiry"),
        (change(4, numbered=2, number_lost=2), "2 of 4 records have lost their number"),
        (change(4, numbered=3, number_lost=1), ""),
        (change(400, numbered=380, number_lost=20), ""),
        (change(400, numbered=379, number_lost=21), "21 of 400 records have lost their number"),
        (change(1, other_holder=1), ""),
        (change(1, other_holder=1, other_person=1), "1 of 1 records belong to somebody else by their names"),
        (change(1, end_earlier=1), "1 of 1 records end earlier than before, or at no day"),
        (change(40, end_earlier=5, issue_other=5, place_lost=5), ""),
        (change(40, end_earlier=6), "6 of 40 records end earlier than before, or at no day"),
        (change(40, ended=8, end_earlier=4), "4 of 40 records end earlier than before, or at no day"),
        (change(40, issue_other=6), "6 of 40 records have another date of issue than before, or none"),
        (change(40, place_lost=6), "6 of 40 records have lost their place"),
        (change(40, disciplined=3, discipline_lost=1), ""),
        (change(40, disciplined=3, discipline_lost=2), "2 of 40 records no longer tell of discipline"),
        (change(2, renumbered=1), "1 of 2 records bear another number than before"),
        (change(9, renumbered=4), ""),
        (change(2, has=0, absent=2), "2 of 2 records are no longer there"),
        (change(1, has=0, absent=1), ""),
        (change(3, has=1, absent=2), "2 of 3 records are no longer there"),
        (change(5, has=3, absent=2), ""),
    ],
)
def test_what_waits_for_a_person(found: Difference, reason: str) -> None:
    assert why_held(found, is_whole=True) == reason


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (change(40, has=4, new=1, other_holder=1, end_lost=1), ""),
        (change(40, has=4, new=1, other_holder=2), "2 of 40 records bear another name than before"),
        (change(400, other_standing=20, listings=40, listings_worse=6), "6 of 40 listings would lose a confirmation"),
    ],
)
def test_of_an_excerpt_only_who_is_on_it_counts(found: Difference, reason: str) -> None:
    assert why_held(found, is_whole=False) == reason


def test_names_and_dates_that_changed_all_at_once_wait_for_a_person_and_their_registry_shows_it(
    session: Session, tmp_path: Path
) -> None:
    register, numbers = Register(tmp_path), ("AC 10001", "AC 10002", "AC 10003")
    read_file(session, register, [row(number) for number in numbers], at=NOW)
    renamed = [row(numbers[0], last="Quist", Expires=""), row(numbers[1], last="Sarn", Expires=""), row(numbers[2])]

    run = read_file(session, register, renamed, at=NOW + timedelta(days=1))

    assert run.state is RunState.HELD
    assert (run.report["difference"]["other_holder"], run.report["difference"]["end_lost"]) == (2, 2)
    line = source_health.registry_line(session, register.id)
    assert line is not None
    assert line.health is SourceHealth.DEGRADED


def test_numbers_that_holders_of_npis_lost_at_once_wait_for_a_person(session: Session, tmp_path: Path) -> None:
    register = Register(tmp_path, authority="self_reported")  # keyed by number and NPI, as providers' files are
    npis = ("1980000214", "1980000248", "1980000255")
    read_file(session, register, [row(f"AC 1000{at}", NPI=npi) for at, npi in enumerate(npis)], at=NOW)
    emptied = [row("", NPI=npis[0]), row("", NPI=npis[1]), row("AC 10002", NPI=npis[2])]

    run = read_file(session, register, emptied, at=NOW + timedelta(days=1))

    assert run.state is RunState.HELD
    assert (run.report["difference"]["number_lost"], run.report["difference"]["numbered"]) == (2, 1)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"Expires": "2023-12-31"}, "1 of 1 records end earlier than before, or at no day"),
        ({"Expires": ""}, "1 of 1 records end earlier than before, or at no day"),
        ({"City": ""}, "1 of 1 records have lost their place"),
        ({"Expires": "2023-12-31", "Status": "Revoked"}, ""),
        ({"Expires": "", "Status": "Revoked"}, ""),
        ({"Expires": "2029-12-31", "City": "Oakland", "Last": "Vasquez"}, ""),
    ],
)
def test_what_boards_seldom_do_waits_for_a_person_even_alone(
    session: Session, tmp_path: Path, changed: dict[str, str], reason: str
) -> None:
    register = Register(tmp_path)
    read_file(session, register, [row()], at=NOW)

    run = read_file(session, register, [row() | changed], at=NOW + timedelta(days=1))

    assert run.state is (RunState.HELD if reason else RunState.APPLIED)
    assert reason in run.reason


def test_the_same_people_under_other_numbers_wait_for_a_person_and_a_namesake_does_not(
    session: Session, tmp_path: Path
) -> None:
    register = Register(tmp_path, completeness="not_known")
    read_file(session, register, [row("AC 10001"), row("AC 10002", first="Inga"), row("AC 10003", first="Ada")], at=NOW)

    namesake = read_file(session, register, [row("AC 55555")], at=NOW + timedelta(days=1))
    others = [row("AC 78887", first="Inga"), row("AC 78880", first="Ada")]
    renumbered = read_file(session, register, others, at=NOW + timedelta(days=2))

    assert namesake.state is RunState.APPLIED
    assert renumbered.state is RunState.HELD
    assert "2 of 4 records bear another number than before" in renumbered.reason


def test_somebody_elses_name_waits_for_a_person_even_alone(session: Session, tmp_path: Path) -> None:
    register = Register(tmp_path)
    read_file(session, register, [row("AC 10001", first="Samira", last="Haddad", Status="Agreed")], at=NOW)
    swapped = [row("AC 10001", first="", last="Agreed", Status="Samira Haddad")]

    run = read_file(session, register, swapped, at=NOW + timedelta(days=1))

    assert run.state is RunState.HELD
    assert "somebody else" in run.reason


def test_a_nul_in_a_heading_ends_the_run_with_a_reason(session: Session, tmp_path: Path) -> None:
    spec, with_nul = find_spec("us_nppes_file"), tmp_path / "npidata_pfile_20050523-20260913.csv"
    with_nul.write_bytes(b'"NPI","Entity Type\0Code"\n"1980000214","1"\n')
    run = registry_runs.queue_run(session, spec, Asked(RunChannel.FILE, files=(str(with_nul),)), at=NOW)
    session.commit()

    assert registry_runs.work_on(session, run.id, clock=lambda: NOW) is RunState.FAILED
    assert "Entity TypeCode" in session.get_one(RegistryRun, run.id, populate_existing=True).reason
