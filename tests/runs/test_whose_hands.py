"""Whose hands a run is in: claimed once, taken up again, given up, and ended by an error of ours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.credential import CredentialCheck
from directory.models.registry import PublishedRecord, RegistryRun, StagedRecord
from directory.registries import applying, registry_runs, run_claims
from directory.registries.registry_runs import Asked, HalfApplied, RunAtWork
from directory.registries.staging import stage
from directory.rules.vocabulary import Outcome, Role, RunChannel, RunState
from tests.conftest import NOW
from tests.evidence_makers import make_record
from tests.makers import make_account, make_credential, make_listing
from tests.registry_files import Register, read_file, row
from tests.runs.told import LATER, people


def queued(session: Session, register: Register, *, files: tuple[str, ...] = ("x.csv",)) -> RegistryRun:
    asked = Asked(RunChannel.FILE, files=files, spec_path=str(register.spec_path))
    run = registry_runs.queue_run(session, register.spec, asked, at=NOW)
    session.commit()
    return run


def test_text_that_no_database_stores_is_staged_without_what_is_wrong_with_it(
    session: Session, register: Register
) -> None:
    run = queued(session, register)
    claim = run_claims.claim_run(session, run.id, now=NOW)
    assert claim is not None
    record = make_record(source_key="a\0\ud800", as_published={"N\0ame": ["Zo\ud83d", "Zoë\0"]})

    stage(session, claim, [record], at_once=1, clock=lambda: NOW)

    staged = session.scalars(select(StagedRecord)).one()
    assert (staged.source_key, staged.record["as_published"]) == ("a?", {"Name": ["Zo?", "Zoë"]})


def test_a_run_is_claimed_once(session: Session, register: Register) -> None:
    run = queued(session, register)

    assert run_claims.claim_run(session, run.id, now=NOW) == run_claims.Claim(run.id, 1)
    assert run_claims.claim_run(session, run.id, now=NOW) is None


def test_two_runs_of_a_registry_are_not_worked_on_at_once(session: Session, register: Register) -> None:
    first, second = queued(session, register), queued(session, register)

    assert run_claims.claim_run(session, first.id, now=NOW) is not None
    assert run_claims.claim_run(session, second.id, now=NOW) is None
    assert session.get_one(RegistryRun, second.id).state is RunState.QUEUED


def test_who_lost_a_run_can_no_longer_write(session: Session, register: Register) -> None:
    run = queued(session, register)
    old = run_claims.claim_run(session, run.id, now=NOW)
    assert old is not None
    assert run_claims.let_go(session, session.get_one(RegistryRun, run.id, populate_existing=True))
    run_claims.claim_run(session, run.id, now=NOW)

    with pytest.raises(run_claims.RunTaken):
        run_claims.hold(session, old, now=NOW)


@pytest.mark.parametrize(
    ("silent_for", "worker", "left"),
    [
        (timedelta(minutes=1), "", False),
        (timedelta(minutes=1), "elsewhere:1|77|123", False),
        (timedelta(minutes=4), "elsewhere:1|77|123", True),
        (timedelta(seconds=1), "dead here", True),
    ],
)
def test_a_worker_counts_as_gone_when_it_is_silent_or_dead(
    session: Session, register: Register, silent_for: timedelta, worker: str, left: bool
) -> None:
    run = queued(session, register)
    run_claims.claim_run(session, run.id, now=NOW - silent_for)
    run = session.get_one(RegistryRun, run.id, populate_existing=True)
    if worker == "dead here":
        worker = f"{run.worker.partition('|')[0]}|4194999|1"
    run.worker = worker or run.worker

    assert run_claims.is_left(run, now=NOW) is left


def test_the_same_question_takes_up_the_run_that_was_cut_off(session: Session, register: Register) -> None:
    run = queued(session, register)
    run_claims.claim_run(session, run.id, now=NOW)
    same = Asked.from_json(run.asked)
    session.commit()

    with pytest.raises(RunAtWork):
        registry_runs.take_up(session, register.id, same, now=NOW)
    taken = registry_runs.take_up(session, register.id, same, now=NOW + timedelta(minutes=5))
    assert taken is not None
    assert (taken.id, taken.state, taken.worker) == (run.id, RunState.QUEUED, "")


def test_another_question_gives_up_what_was_only_read(session: Session, register: Register) -> None:
    run = queued(session, register)
    run_claims.claim_run(session, run.id, now=NOW)
    other = Asked(RunChannel.FILE, files=("other.csv",))

    assert registry_runs.take_up(session, register.id, other, now=NOW + timedelta(minutes=5)) is None
    assert session.get_one(RegistryRun, run.id, populate_existing=True).state is RunState.FAILED


def test_a_half_applied_run_comes_first(session: Session, register: Register) -> None:
    run = queued(session, register)
    run_claims.claim_run(session, run.id, now=NOW)
    session.get_one(RegistryRun, run.id, populate_existing=True).state = RunState.STAGED
    session.commit()

    with pytest.raises(HalfApplied):
        registry_runs.take_up(session, register.id, Asked(RunChannel.FILE), now=NOW + timedelta(minutes=5))


def test_an_error_of_ours_ends_the_run_and_travels_up(
    session: Session, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = queued(session, register, files=(str(register.file(people(2))),))

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(registry_runs, "stage", broken)
    with pytest.raises(ZeroDivisionError):
        registry_runs.work_on(session, run.id, clock=lambda: NOW)
    run = session.get_one(RegistryRun, run.id, populate_existing=True)
    assert run.state is RunState.FAILED
    assert "ZeroDivisionError" in run.reason


def test_an_error_of_ours_in_the_middle_of_applying_leaves_the_rest_to_a_person(
    session: Session, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = make_listing(session)
    make_credential(session, listing, number="AC 10001", number_key="10001")
    run = queued(session, register, files=(str(register.file([row()])),))

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as patched:
        patched.setitem(applying._STEPS, applying.MATCH, broken)
        with pytest.raises(ZeroDivisionError):
            registry_runs.work_on(session, run.id, clock=lambda: NOW)
    run = session.get_one(RegistryRun, run.id, populate_existing=True)
    assert (run.state, run.applied_step) == (RunState.HELD, "match")

    moderator = make_account(session, "mo", role=Role.MODERATOR)
    registry_runs.decide_run(session, run.id, True, by=moderator, reason="The bug is gone.", at=LATER)
    session.commit()
    assert registry_runs.work_on(session, run.id, clock=lambda: LATER) is RunState.APPLIED
    assert session.scalars(select(CredentialCheck.outcome)).one() is Outcome.CONFIRMED


def test_what_a_run_published_and_did_not_compare_is_compared_by_the_next(
    session: Session, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = make_listing(session)
    make_credential(session, listing, number="AC 10001", number_key="10001")
    session.commit()

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as patched:
        patched.setitem(applying._STEPS, applying.MATCH, broken)
        with pytest.raises(ZeroDivisionError):
            read_file(session, register, [row()], at=NOW)

    read_file(session, register, [row()], at=LATER)

    assert session.scalars(select(CredentialCheck.outcome)).one() is Outcome.CONFIRMED


def test_an_older_file_does_not_bring_back_whom_a_later_whole_list_left_out(
    session: Session, register: Register
) -> None:
    listing = make_listing(session)
    make_credential(session, listing, number="AC 10001", number_key="10001")
    session.commit()
    read_file(session, register, [row("AC 10002", "Benedikt", "Okonkwo-Lindqvist")], at=LATER)

    read_file(session, register, [row()], at=NOW)

    numbers = session.scalars(select(PublishedRecord.number_key).where(PublishedRecord.is_current.is_(True))).all()
    assert numbers == ["10002"]
    assert session.scalars(select(CredentialCheck.outcome)).one() is Outcome.NOT_FOUND


def test_an_older_file_does_not_undo_a_newer_one(session: Session, register: Register) -> None:
    read_file(session, register, people(3, Status="Expired"), at=LATER)

    run = read_file(session, register, people(2), at=NOW)

    assert (run.state, run.is_whole) == (RunState.APPLIED, False)
    standings = session.scalars(select(PublishedRecord.standing).where(PublishedRecord.is_current.is_(True))).all()
    assert [standing.value for standing in standings] == ["expired"] * 3
