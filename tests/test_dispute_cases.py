"""What due process did stands in the file of a dispute: what was said, never where it was sent."""

from __future__ import annotations

from sqlalchemy.orm import Session

from directory.evidence.dispute_cases import of_cases
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
    steps = list(of_cases(session, flag.listing_id or 0, NOW + 30 * DAY))
    said = [(step.what.partition(": ")[2], step.by) for step in steps]
    assert said == [
        ("notice written", "a moderator"),
        ("notice accepted", "a mail server"),
        ("decided: publish", "a moderator"),
        ("appeal", "the practitioner"),
        ("appeal upheld", "another moderator"),
    ]
    assert not any("@" in step.what or "@" in step.by for step in steps)


def test_what_came_later_is_not_told_of_an_earlier_day(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    published(session, flag, people[0])
    told = {step.what.partition(": ")[2] for step in of_cases(session, flag.listing_id or 0, NOW + DAY)}
    assert told == {"notice written", "notice accepted"}
