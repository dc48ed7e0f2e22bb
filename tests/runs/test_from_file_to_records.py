"""A run from its file to records: read, judged, applied, or held for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models.flag import Flag
from directory.models.notice import Notice
from directory.models.registry import PublishedRecord, StagedRecord
from directory.registries import registries, registry_runs, source_health
from directory.registries.registry_runs import Asked, CannotDecide, NotEnabled
from directory.rules.vocabulary import FlagKind, FlagState, Role, RunChannel, RunState, SourceHealth
from scrapers.errors import SpecError
from tests.conftest import NOW
from tests.makers import make_account
from tests.registry_files import Register, read_file
from tests.runs.told import LATER, people


def current(session: Session) -> int:
    return session.scalar(select(func.count()).where(PublishedRecord.is_current.is_(True))) or 0


def test_a_file_is_read_judged_and_applied(session: Session, register: Register) -> None:
    run = read_file(session, register, people(3), at=NOW)

    assert (run.state, run.outcome, run.is_whole) == (RunState.APPLIED, "complete", True)
    assert (run.attempt, run.worker, run.finished_at) == (1, "", NOW)
    assert run.described["title"] == register.title
    assert current(session) == 3
    assert session.scalar(select(func.count()).select_from(StagedRecord)) == 0


def test_a_changed_record_is_a_new_version_and_an_unchanged_one_is_seen_again(
    session: Session, register: Register
) -> None:
    read_file(session, register, people(2), at=NOW)
    second = people(2)
    second[1]["Status"] = "Expired"

    run = read_file(session, register, second, at=LATER)

    rows = session.scalars(select(PublishedRecord).order_by(PublishedRecord.source_key, PublishedRecord.version)).all()
    assert [(each.version, each.is_current, each.last_run_id) for each in rows] == [
        (1, True, run.id),
        (1, False, run.id - 1),
        (2, True, run.id),
    ]
    assert rows[0].last_seen_at == LATER
    assert rows[0].record["evidence"]["retrieved_at"] == LATER.isoformat()


def test_who_is_gone_from_a_whole_list_is_no_longer_current(session: Session, register: Register) -> None:
    read_file(session, register, people(4), at=NOW)

    run = read_file(session, register, people(3), at=LATER)

    assert run.report["difference"]["absent"] == 1
    assert current(session) == 3


def test_a_list_that_is_not_whole_says_nothing_by_leaving_somebody_out(session: Session, register: Register) -> None:
    read_file(session, register, people(4), at=NOW)
    broken = people(2)
    broken[1]["Expires"] = "no date at all"

    run = read_file(session, register, broken, at=LATER)

    assert (run.state, run.outcome, run.is_whole) == (RunState.APPLIED, "incomplete", False)
    assert current(session) == 4


def test_an_excerpt_of_a_list_confirms_and_its_silence_means_nothing(session: Session, register: Register) -> None:
    text = register.spec_path.read_text(encoding="utf-8")
    expecting = text.replace('all.csv"}', 'all.csv", expect: {least: 100}}')
    register.spec_path.write_text(expecting, encoding="utf-8")

    run = read_file(session, register, people(4), at=NOW)

    assert expecting != text
    assert (run.state, run.outcome, run.is_whole) == (RunState.APPLIED, "complete", False)


def test_a_file_with_another_layout_changes_nothing_and_moderators_are_told_once(
    session: Session, register: Register
) -> None:
    make_account(session, "mo", role=Role.MODERATOR)
    read_file(session, register, people(2), at=NOW)
    strange = register.folder / "strange.csv"
    strange.write_text("Number,Surname\nAC 1,Thorne\n", encoding="utf-8")
    asked = Asked(RunChannel.FILE, files=(str(strange),), spec_path=str(register.spec_path))

    for day in (1, 2):
        run = registry_runs.queue_run(session, register.spec, asked, at=NOW + timedelta(days=day))
        session.commit()
        state = registry_runs.work_on(session, run.id, clock=lambda day=day: NOW + timedelta(days=day))
        assert state is RunState.FAILED

    assert run.outcome == "changed"
    assert current(session) == 2
    flag = session.scalars(select(Flag).where(Flag.registry_id == register.id)).one()
    assert (flag.kind, flag.subject) == (FlagKind.SOURCE_BLOCKED, f"registry:{register.id}")
    assert session.scalar(select(func.count()).select_from(Notice)) == 1
    facts = source_health.source_facts(session, NOW)[register.id]
    assert (facts.health, facts.since) == (SourceHealth.CHANGED_LAYOUT, NOW + timedelta(days=1))

    read_file(session, register, people(2), at=NOW + timedelta(days=3))
    assert session.get_one(Flag, flag.id, populate_existing=True).state is FlagState.WITHDRAWN
    assert source_health.source_facts(session, NOW)[register.id].health is SourceHealth.OK


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (40, people(40, Status="Revoked"), "40 of 40 records have another standing than before"),
        (40, people(34), "6 of 40 records are no longer there"),
        (40, people(46), "there are 46 records, and there were 40"),
    ],
)
def test_a_run_that_differs_too_much_waits_for_a_person(
    session: Session, register: Register, before: int, after: list[dict[str, object]], reason: str
) -> None:
    make_account(session, "mo", role=Role.MODERATOR)
    read_file(session, register, people(before), at=NOW)

    run = read_file(session, register, after, at=LATER)

    assert run.state is RunState.HELD
    assert reason in run.reason
    assert current(session) == before
    assert session.scalars(select(Notice)).one().to == "mo@practice.example"


@pytest.mark.parametrize("after", [people(40)[:35], [*people(35), *people(40, Status="Expired")[35:]], people(45)])
def test_five_changes_are_no_surprise(session: Session, register: Register, after: list[dict[str, object]]) -> None:
    read_file(session, register, people(40), at=NOW)

    assert read_file(session, register, after, at=LATER).state is RunState.APPLIED


def test_an_accepted_run_is_applied_and_a_rejected_one_is_forgotten(session: Session, register: Register) -> None:
    mo = make_account(session, "mo", role=Role.MODERATOR)
    read_file(session, register, people(40), at=NOW)
    held = read_file(session, register, people(20), at=LATER)

    registry_runs.decide_run(session, held.id, True, by=mo, reason="They cleaned up.", at=LATER)
    session.commit()
    assert registry_runs.work_on(session, held.id, clock=lambda: LATER) is RunState.APPLIED
    assert current(session) == 20

    again = read_file(session, register, people(2), at=LATER + timedelta(days=1))
    registry_runs.decide_run(session, again.id, False, by=mo, reason="Half a file.", at=LATER)
    session.commit()
    assert again.state is RunState.REJECTED
    assert session.scalar(select(func.count()).select_from(StagedRecord)) == 0
    with pytest.raises(CannotDecide, match="no longer waits"):
        registry_runs.decide_run(session, again.id, True, by=mo, reason="Or not.", at=LATER)


def test_a_held_run_cannot_be_accepted_after_a_later_one_was_applied(session: Session, register: Register) -> None:
    mo = make_account(session, "mo", role=Role.MODERATOR)
    read_file(session, register, people(40), at=NOW)
    held = read_file(session, register, people(20), at=LATER)
    read_file(session, register, people(40), at=LATER + timedelta(days=1))

    with pytest.raises(CannotDecide, match="later run"):
        registry_runs.decide_run(session, held.id, True, by=mo, reason="Why not?", at=LATER)


def test_the_network_is_not_asked_before_somebody_read_the_terms(session: Session, register: Register) -> None:
    asked = Asked(RunChannel.ROSTER, spec_path=str(register.spec_path))
    with pytest.raises(NotEnabled, match="registries enable us_ca_invented"):
        registry_runs.queue_run(session, register.spec, asked, at=NOW)

    registries.enable(session, register.spec, read_by="oz@directory.example", note="Allows programs.", at=NOW)
    assert registry_runs.queue_run(session, register.spec, asked, at=NOW).state is RunState.QUEUED

    registries.disable(session, register.id, at=LATER)
    with pytest.raises(NotEnabled):
        registry_runs.queue_run(session, register.spec, asked, at=LATER)


def test_a_channel_that_the_registry_lacks_is_refused(session: Session, register: Register) -> None:
    with pytest.raises(SpecError, match="no channel lookup"):
        registry_runs.queue_run(session, register.spec, Asked(RunChannel.LOOKUP, lookup="1"), at=NOW)
