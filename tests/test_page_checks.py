"""Pages confirmed by hand beside runs: two people at once, what was read earlier or later, and somebody who leaves."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.listings.listing_removal import remove_listing
from directory.models.account import Account
from directory.models.credential import Credential, CredentialCheck
from directory.models.listing import Listing
from directory.models.page_check import PageCheck
from directory.models.registry import RegistryRun
from directory.moderation import page_checks
from directory.moderation.page_checks import Settled
from directory.moderation.page_checks_due import due_by_hand
from directory.moderation.page_statements import Statement
from directory.registries import registries, storage
from directory.registries.absences import check_absent
from directory.registries.check_rows import Finding, Seen, append_checks
from directory.registries.registry_as_read import RegistryAsRead
from directory.rules.checking import CheckResult
from directory.rules.vocabulary import Outcome, Role, RunChannel, RunState
from scrapers.record import Method, Standing
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing
from tests.mhtml_files import chrome

RESULTS = (Path(__file__).parent / "registries/us_ca/recording/results.html").read_text(encoding="utf-8")
HOUR = timedelta(hours=1)


@pytest.fixture
def hers(session: Session) -> Credential:
    listing = make_listing(session, given="Wren", family="Holloway", family_key="holloway")
    return make_credential(session, listing, number="AC 99101", number_key="99101")


def uploaded(session: Session, credential: Credential, by: Account) -> PageCheck:
    subject = page_checks.subject_of(session, credential.id, now=NOW)
    assert subject is not None
    spec = registries.find_registry("us_ca")
    draft = page_checks.take_upload(session, subject, spec, chrome(RESULTS), by=by, at=NOW)
    session.commit()
    return draft


def told(at: datetime = NOW - HOUR) -> Statement:
    name = "HOLLOWAY, WREN ADAIR"
    return Statement(True, at, "99101", name, Standing.ACTIVE, "Current", expires_on=datetime(2027, 3, 31).date())


def confirmed(session: Session, credential: Credential, by: Account) -> None:
    page_checks.confirm(session, uploaded(session, credential, by), told(), by=by, at=NOW)
    session.commit()


def outcomes(session: Session) -> list[Outcome]:
    return list(session.scalars(select(CredentialCheck.outcome).order_by(CredentialCheck.id)))


def test_two_moderators_who_confirm_at_once_record_one_check(
    app: Flask, session: Session, hers: Credential, mo: Account
) -> None:
    draft_id, together = uploaded(session, hers, mo).id, Barrier(2)
    may_id = make_account(session, "may", role=Role.MODERATOR).id
    mo_id = mo.id
    session.commit()

    def press(account_id: int) -> str:
        with app.app_context():
            mine = db.session()
            together.wait(timeout=30)
            try:
                draft, by = mine.get_one(PageCheck, draft_id), mine.get_one(Account, account_id)
                page_checks.confirm(mine, draft, told(), by=by, at=NOW)
                mine.commit()
            except Settled:
                mine.rollback()
                return "settled"
            return "confirmed"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(press, (mo_id, may_id)))
    assert answers == ["confirmed", "settled"]
    session.rollback()
    assert outcomes(session) == [Outcome.CONFIRMED]


def test_a_confirmed_page_stays_as_it_is(session: Session, hers: Credential, mo: Account) -> None:
    confirmed(session, hers, mo)
    check = session.scalars(select(PageCheck)).one()
    check.stated = {"standing": "revoked"}
    with pytest.raises(DBAPIError, match="append-only"):
        session.flush()


@pytest.mark.parametrize(
    ("read_at", "expected"),
    [
        (NOW - timedelta(days=3), [Outcome.CONFIRMED]),
        (NOW, [Outcome.CONFIRMED, Outcome.EXPIRED]),
    ],
)
def test_what_was_read_before_a_person_looked_changes_nothing(
    session: Session, hers: Credential, mo: Account, read_at: datetime, expected: list[Outcome]
) -> None:
    confirmed(session, hers, mo)
    registry = RegistryAsRead.described("us_ca", None, registries.describe(registries.find_registry("us_ca")))
    seen = Seen("https://search.dca.ca.gov/", read_at, "f" * 64, Method.WEB_CAPTURE)
    finding = Finding(hers.id, hers.listing_id, CheckResult(Outcome.EXPIRED, "It ended.", "Delinquent"), seen)
    append_checks(session, registry, [finding], at=NOW)
    assert outcomes(session) == expected


@pytest.mark.parametrize(
    ("read_at", "expected"),
    [
        (NOW - timedelta(days=3), [Outcome.CONFIRMED]),
        (NOW, [Outcome.CONFIRMED, Outcome.NOT_FOUND]),
    ],
)
def test_the_silence_of_an_older_list_does_not_outweigh_a_page(
    session: Session, hers: Credential, mo: Account, read_at: datetime, expected: list[Outcome]
) -> None:
    confirmed(session, hers, mo)
    run = RegistryRun(
        registry_id="us_ca",
        channel=RunChannel.FILE,
        state=RunState.APPLIED,
        is_whole=True,
        described=registries.describe(registries.find_registry("us_ca")),
        queued_at=read_at,
        retrieved_at=read_at,
    )
    session.add(run)
    session.flush()
    check_absent(session, run, at=NOW)
    assert outcomes(session) == expected


def test_a_second_look_in_vain_on_another_day_counts_two(session: Session, hers: Credential, mo: Account) -> None:
    for day in (2, 0):
        draft = uploaded(session, hers, mo)
        told_now = Statement(False, NOW - timedelta(days=day, hours=2))
        with pytest.raises(page_checks.NeedsDecision) as asked:  # the page shows her all the same
            page_checks.confirm(session, draft, told_now, by=mo, at=NOW)
        answered = Statement(False, told_now.retrieved_at, answered=asked.value.seen)
        page_checks.confirm(session, draft, answered, by=mo, at=NOW)
        session.commit()
    assert list(session.scalars(select(CredentialCheck.misses).order_by(CredentialCheck.id))) == [1, 2]


def test_who_leaves_takes_the_pages_along(session: Session, hers: Credential, mo: Account) -> None:
    confirmed(session, hers, mo)
    uploaded(session, hers, mo)
    listing = session.get_one(Listing, hers.listing_id)
    remove_listing(session, listing, by=mo, reason="Asked to be removed.", at=NOW)
    session.commit()
    assert session.scalar(select(func.count()).select_from(PageCheck)) == 0
    waiting = [path for path in storage.waiting_pages().folder.glob("??/*") if path.suffix == ""]
    assert len(waiting) == 1
    os.utime(waiting[0], (NOW.timestamp(), NOW.timestamp()))
    assert page_checks.forget_left_files(session, now=NOW + HOUR / 2) == 0
    assert page_checks.forget_left_files(session, now=NOW + 2 * HOUR) == 1
    assert not waiting[0].exists()


def test_a_file_that_a_draft_waits_with_is_left_alone(session: Session, hers: Credential, mo: Account) -> None:
    uploaded(session, hers, mo)
    later = datetime.fromtimestamp(4_000_000_000, tz=NOW.tzinfo)
    assert page_checks.forget_left_files(session, now=later) == 0


def test_what_was_looked_up_within_a_month_is_not_due(session: Session, hers: Credential, mo: Account) -> None:
    def due(days: int) -> list[int]:
        return [each.credential.id for each in due_by_hand(session, now=NOW + timedelta(days=days), most=10)]

    assert due(0) == [hers.id]
    confirmed(session, hers, mo)
    assert due(1) == [] and due(40) == [hers.id]


def test_a_registry_that_a_program_reads_is_nobodys_work(session: Session, hers: Credential) -> None:
    spec = registries.find_registry("us_ca")
    registries.enable(session, spec, read_by="oz@directory.example", note="Read.", at=NOW)
    assert due_by_hand(session, now=NOW, most=10) == []
