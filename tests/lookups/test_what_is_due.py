"""Which license numbers are due to be asked for, the most urgent first."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from directory.models.flag import Flag
from directory.rules.vocabulary import (
    FlagKind,
    ListingState,
    Outcome,
    Severity,
)
from scrapers.record import CredentialKind
from tests.lookups.boards import NIGHT, board, numbers_due, stated, told


def test_the_most_urgent_number_comes_first(session: Session, folder: Path) -> None:
    board(session, folder)
    for number, days in ((10002, 40), (10003, 300), (10004, 8), (10005, 29)):
        told(session, stated(session, number), days=days, outcome=Outcome.CONFIRMED)
    told(session, ending := stated(session, 10006), days=8, outcome=Outcome.CONFIRMED, expires_on=date(2026, 11, 25))
    stated(session, 10001)
    assert ending.expires_on is None  # it is the registry's own end date that counts
    assert numbers_due(session) == ["10001", "10003", "10006", "10002"]


def test_a_flag_a_change_and_a_first_miss_bring_a_number_sooner(session: Session, folder: Path) -> None:
    board(session, folder)
    steady, flagged, changed, missed = (stated(session, 10001 + number) for number in range(4))
    for credential in (steady, flagged, changed):
        told(session, credential, days=8, outcome=Outcome.CONFIRMED)
    told(session, changed, days=7.5, outcome=Outcome.SUSPENDED)
    told(session, missed, days=2, outcome=Outcome.NOT_FOUND, misses=1)
    subject = {"listing_id": flagged.listing_id, "subject": f"credential:{flagged.id}"}
    session.add(
        Flag(
            kind=FlagKind.LICENSE_FORMAT,
            severity=Severity.LOW,
            reason="Odd.",
            fingerprint="f",
            opened_at=NIGHT,
            **subject,
        )
    )
    session.commit()
    assert set(numbers_due(session)) == {"10002", "10003", "10004"}


@pytest.mark.parametrize(
    "given",
    [
        {"jurisdiction": "US-WA"},
        {"profession": "physician"},
        {"kind": CredentialKind.BOARD_CERTIFICATION},
        {"withdrawn_at": NIGHT},
        {"state": ListingState.REMOVED},
    ],
)
def test_what_the_board_cannot_know_is_not_asked(session: Session, folder: Path, given: dict[str, Any]) -> None:
    board(session, folder)
    stated(session, **given)
    assert numbers_due(session) == []


def test_a_number_that_cannot_be_one_of_the_boards_is_not_asked(session: Session, folder: Path) -> None:
    board(session, folder)
    stated(session, 10001)
    credential = stated(session, 10002)
    credential.number, credential.number_key = "AC 123456789", "123456789"  # California's have one to six digits
    session.commit()
    assert numbers_due(session) == ["10001"]


def test_a_number_that_two_listings_state_is_asked_once(session: Session, folder: Path) -> None:
    board(session, folder)
    stated(session, 10001)
    stated(session, 10001)
    assert numbers_due(session) == ["10001"]
