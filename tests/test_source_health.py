"""The health of registries over time: what changes it, what heals it, who is told, and what nobody knew."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from directory.models.flag import Flag
from directory.models.notice import Notice
from directory.models.registry import RegistryRun
from directory.models.source import HealthChange, Novelty
from directory.registries import source_health
from directory.registries.run_endings import note_health
from directory.rules.vocabulary import NoveltyKind, Role, RunChannel, RunState, SourceHealth
from tests.conftest import NOW
from tests.makers import make_account
from tests.registry_files import Register, read_file, row
from tests.source_histories import DESCRIBED, make_run

ID = "us_wa"  # a known registry: a roster over the network
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROSTER, LOOKUP, FILE, PAGE = RunChannel.ROSTER, RunChannel.LOOKUP, RunChannel.FILE, RunChannel.SAVED_PAGE


def end(session: Session, at: datetime, outcome: str = "complete", **given: Any) -> RegistryRun:
    """A run that ended at `at`, noted."""
    run = make_run(session, given.pop("registry_id", ID), at=at, outcome=outcome, **given)
    note_health(session, run, at=at)
    return run


def healths(session: Session) -> list[str]:
    return [each.value for each in session.scalars(select(HealthChange.health).order_by(HealthChange.id))]


def health(session: Session, registry_id: str = ID) -> SourceHealth:
    return source_health.source_facts(session, NOW)[registry_id].health


def subjects(session: Session) -> list[str]:
    return list(session.scalars(select(Notice.subject).order_by(Notice.id)))


@pytest.mark.parametrize(
    ("channel", "outcome", "report", "found"),
    [
        (ROSTER, "complete", {}, "ok"),
        (ROSTER, "incomplete", {}, "degraded"),
        (ROSTER, "down", {}, "unreachable"),
        (LOOKUP, "down", {"in_maintenance": True}, "maintenance"),
        (ROSTER, "blocked", {}, "blocked"),
        (ROSTER, "changed", {}, "changed_layout"),
        (LOOKUP, "suspect", {"canaries_missing": ["A-1"]}, "changed_layout"),
        (FILE, "changed", {}, "changed_layout"),
        (FILE, "down", {}, None),
        (PAGE, "complete", {}, "ok"),
        (PAGE, "changed", {}, None),
        (PAGE, "blocked", {}, None),
        (ROSTER, "", {}, None),
    ],
)
def test_what_a_run_says_about_its_registry(
    session: Session, channel: RunChannel, outcome: str, report: dict[str, Any], found: str | None
) -> None:
    end(session, NOW, outcome, channel=channel, report=report)
    assert healths(session) == ([found] if found else [])


def test_a_state_lasts_from_the_first_run_that_met_it(session: Session) -> None:
    for hours, outcome in enumerate(["complete", "down", "down", "down"]):
        end(session, NOW + hours * HOUR, outcome)
    assert healths(session) == ["ok", "unreachable"]
    assert source_health.source_facts(session, NOW)[ID].since == NOW + HOUR


@pytest.mark.parametrize(
    ("broken", "answer", "healed"),
    [
        ((ROSTER, {}), (LOOKUP, {}), False),
        ((ROSTER, {}), (PAGE, {}), False),
        ((ROSTER, {}), (ROSTER, {}), True),
        ((ROSTER, {}), (FILE, {}), True),
        ((FILE, {}), (ROSTER, {}), True),
        ((LOOKUP, {}), (LOOKUP, {}), True),
        ((LOOKUP, {}), (ROSTER, {}), False),
        ((LOOKUP, {"canaries_missing": ["A-1"]}), (LOOKUP, {}), False),
        ((LOOKUP, {"canaries_missing": ["A-1"]}), (LOOKUP, {"canaries_found": ["A-1"]}), True),
    ],
)
def test_a_change_of_layout_is_healed_by_who_met_it(
    session: Session,
    broken: tuple[RunChannel, dict[str, Any]],
    answer: tuple[RunChannel, dict[str, Any]],
    healed: bool,
) -> None:
    unknown = "us_of_a_description_on_disk"
    end(session, NOW, "suspect", channel=broken[0], report=broken[1], registry_id=unknown)
    end(session, NOW + HOUR, "down", channel=ROSTER, registry_id=unknown)
    end(session, NOW + 2 * HOUR, "complete", channel=answer[0], report=answer[1], registry_id=unknown)
    assert health(session, unknown) is (SourceHealth.OK if healed else SourceHealth.CHANGED_LAYOUT)


def test_maintenance_opens_no_flag_and_makes_silence_an_outage(session: Session) -> None:
    end(session, NOW, "down", report={"in_maintenance": True})
    assert health(session) is SourceHealth.MAINTENANCE
    assert session.scalar(select(func.count()).select_from(Flag)) == 0


# Who is told ---------------------------------------------------------------------------------------------------------


def test_a_change_is_told_once_both_ways_to_moderators_and_operators(session: Session) -> None:
    make_account(session)
    for name, role in (("mo", Role.MODERATOR), ("oz", Role.OPERATOR)):
        make_account(session, name, role=role)
    for day, outcome in enumerate(["complete", "blocked", "blocked", "complete", "complete"]):
        end(session, NOW + day * DAY, outcome, reason="answers 403" if outcome == "blocked" else "")
    told = session.execute(select(Notice.to, Notice.subject).order_by(Notice.id)).all()
    title = DESCRIBED["title"]
    for_each = [f"{title} is closed to programs, and we stopped asking", f"{title} is read normally again"]
    assert [tuple(each) for each in told] == [
        (f"{name}@practice.example", subject) for subject in for_each for name in ("mo", "oz")
    ]
    mail = session.scalars(select(Notice.text).order_by(Notice.id)).first() or ""
    assert "answers 403" in mail
    assert f"/moderation/registries/{ID}" in mail


def test_a_first_reading_that_goes_well_is_no_news(session: Session) -> None:
    make_account(session, "mo", role=Role.MODERATOR)
    end(session, NOW)
    assert subjects(session) == []


def test_back_and_forth_within_a_day_is_one_message_and_what_lasts_is_told_afterwards(session: Session) -> None:
    make_account(session, "mo", role=Role.MODERATOR)
    for hours, outcome in enumerate(["complete", "down", "complete", "down", "complete"]):
        end(session, NOW + hours * HOUR, outcome)
    assert len(subjects(session)) == 1
    end(session, NOW + 25 * HOUR)
    end(session, NOW + 26 * HOUR)
    assert [subject.removeprefix(DESCRIBED["title"]) for subject in subjects(session)] == [
        " cannot be reached",
        " is read normally again",
    ]


OUTCOMES = st.sampled_from(["complete", "incomplete", "down", "blocked", "changed", "suspect", "maintenance"])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(min_value=1, max_value=40), OUTCOMES), min_size=1, max_size=14))
def test_no_history_sends_two_messages_a_day_nor_keeps_a_lasting_change_to_itself(
    session: Session, history: list[tuple[int, str]]
) -> None:
    outer = session.begin_nested()
    make_account(session, "mo", role=Role.MODERATOR)
    at = NOW
    for hours, outcome in history:
        at += hours * HOUR
        maintained = outcome == "maintenance"
        end(session, at, "down" if maintained else outcome, report={"in_maintenance": maintained})
    last = "down" if (maintained := history[-1][1] == "maintenance") else history[-1][1]
    end(session, at + DAY, last, report={"in_maintenance": maintained})
    sent = list(session.scalars(select(Notice.queued_at).order_by(Notice.id)))
    assert all(later - earlier >= timedelta(hours=23) for earlier, later in pairwise(sent))
    rows = session.scalars(select(HealthChange).order_by(HealthChange.id)).all()
    told = max((row for row in rows if row.told_at), key=lambda row: row.told_at or NOW, default=None)
    assert (told.health if told else SourceHealth.OK) is rows[-1].health
    outer.rollback()


# Words and columns nobody knew ---------------------------------------------------------------------------------------


def novelties(session: Session) -> dict[str, bool]:
    """Each, and whether it still stands."""
    return {each.text: each.gone_at is None for each in session.scalars(select(Novelty).order_by(Novelty.id))}


def test_a_new_standing_word_shows_the_day_it_appears_is_told_once_and_goes_when_it_is_gone(
    session: Session, register: Register
) -> None:
    make_account(session, "mo", role=Role.MODERATOR)
    fine, odd = row("AC 1"), row("AC 2", Status="Gone fishing")
    for day, rows in enumerate([[fine, odd], [fine, odd], [fine, row("AC 2")], [fine, odd]]):
        read_file(session, register, rows, at=NOW + day * DAY)
        assert novelties(session) == {"Gone fishing": day != 2}
    found = session.scalars(select(Novelty)).one()
    assert (found.kind, found.records, found.first_seen_at) == (NoveltyKind.WORD, 1, NOW)
    assert [subject for subject in subjects(session) if "description" in subject] == [
        "Invented California register publishes what its description doesn't know"
    ]
    assert "Gone fishing" in (session.scalars(select(Notice.text)).first() or "")


def test_a_new_column_is_told_in_the_message_about_the_change(session: Session, register: Register) -> None:
    make_account(session, "mo", role=Role.MODERATOR)
    read_file(session, register, [row("AC 1")], at=NOW)
    strange = register.file([row("AC 1")], "strange.csv")
    strange.write_text(strange.read_text().replace("NPI", "NPI,Shoe size", 1), encoding="utf-8")
    rows = strange.read_text()
    for day in (1, 2):
        (register.folder / f"strange-{day}.csv").write_text(rows + "\n" * day, encoding="utf-8")
        _read(session, register, f"strange-{day}.csv", at=NOW + day * DAY)
    assert novelties(session) == {"Shoe size": True}
    assert subjects(session) == ["Invented California register has changed, and its reader needs a look"]
    read_file(session, register, [row("AC 1")], at=NOW + 3 * DAY)
    assert novelties(session) == {"Shoe size": False}


def _read(session: Session, register: Register, name: str, *, at: datetime) -> None:
    from directory.registries import registry_runs
    from directory.registries.registry_runs import Asked

    asked = Asked(FILE, files=(str(register.folder / name),), spec_path=str(register.spec_path))
    run = registry_runs.queue_run(session, register.spec, asked, at=at)
    session.commit()
    registry_runs.work_on(session, run.id, clock=lambda: at)


def test_a_lookup_without_the_word_does_not_take_it_off_the_page(session: Session) -> None:
    end(session, NOW, report={"unknown_words": {"Gone fishing": 3}}, channel=ROSTER)
    end(session, NOW + HOUR, channel=LOOKUP)
    assert novelties(session) == {"Gone fishing": True}


def test_a_word_that_the_description_knows_by_now_is_no_open_question(session: Session) -> None:
    end(session, NOW, report={"unknown_words": {"Activ": 3, "Gone fishing": 1}})
    session.scalars(select(Novelty).where(Novelty.text == "Activ")).one().text = "Active"
    line = next(line for line in source_health.public_registries(session, now=NOW) if line.id == ID)
    assert dict(line.unknown_words) == {"Gone fishing": 1}


def test_a_held_run_tells_its_words_on_the_day(session: Session, register: Register) -> None:
    read_file(session, register, [row(f"AC {n}") for n in range(40)], at=NOW)
    odd = [row(f"AC {n}", Status="Gone fishing") for n in range(40)]
    assert read_file(session, register, odd, at=NOW + DAY).state is RunState.HELD
    assert novelties(session) == {"Gone fishing": True}


def test_the_migration_takes_over_how_registries_were(session: Session) -> None:
    for hours, (outcome, channel) in enumerate([("complete", ROSTER), ("blocked", ROSTER), ("changed", PAGE)]):
        make_run(session, ID, at=NOW + hours * HOUR, outcome=outcome, channel=channel, reason="answers 403")
    [migration] = (Path(__file__).parent.parent / "migrations" / "versions").glob("0006_*.py")
    statement = migration.read_text(encoding="utf-8").split('TAKE_OVER = """')[1].split('"""')[0]
    session.execute(text(statement))
    taken = session.scalars(select(HealthChange)).one()
    assert (taken.health, taken.since, taken.reason) == (SourceHealth.BLOCKED, NOW + HOUR, "answers 403")
    assert (taken.canaries, taken.told_at) == ([], NOW + HOUR)
