"""What due process did stands in the file of a dispute: what was said, never where it was sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from directory.evidence.dispute_cases import Happened, of_cases
from directory.models.account import Account
from directory.models.flag import Flag
from directory.moderation import due_process
from directory.rules.vocabulary import AppealOutcome
from tests.conftest import NOW
from tests.test_due_process import DAY, GOOD, flag, people, published

__all__ = ["flag", "people"]


def test_each_step_of_a_case_is_told_with_its_words(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    mo, mia = people
    published(session, flag, mo)
    due_process.appeal(session, flag.id, "I renewed it in time.", at=NOW + 21 * DAY)
    due_process.decide_appeal(session, flag.id, AppealOutcome.UPHELD, reasons=GOOD, by=mia, at=NOW + 22 * DAY)
    session.commit()
    steps = told(session, flag, NOW + 30 * DAY)
    assert [(step.what.partition(": ")[2], step.by) for step in steps] == [
        ("found", "a program"),
        ("notice written", "account 1"),
        ("notice taken for delivery", "a mail server"),
        ("decided: it may be told in public", "account 1"),
        ("statement of reasons taken for delivery", "a mail server"),
        ("it became public", "a program"),
        ("appeal", "the practitioner"),
        ("appeal decided: the decision stands", "account 2"),
    ]
    assert not any("@" in f"{step.what} {step.by} {step.reason}" for step in steps)
    assert flag.reason in steps[1].reason and "The ground: our rules" in steps[3].reason


def test_what_came_later_is_not_told_of_an_earlier_day(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    published(session, flag, people[0])
    words = {step.what.partition(": ")[2] for step in told(session, flag, NOW + DAY)}
    assert words == {"found", "notice written", "notice taken for delivery"}


def told(session: Session, flag: Flag, moment: datetime) -> list[Happened]:
    return list(of_cases(session, flag.listing_id or 0, moment, lambda number: f"account {number}"))
