"""The audit log: an unbroken chain, also when several write at once, and a database that refuses to change it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from directory import audit
from directory.extensions import db
from directory.listings.listing_removal import remove_listing
from directory.models.account import Account
from directory.models.audit import AuditLine
from directory.models.credential import CredentialCheck, Evidence
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing
from directory.rules.vocabulary import FlagKind, FlagState, Grade, Outcome, Role, Severity
from scrapers.record import Method
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing


def write(session: Session, number: int) -> AuditLine:
    return audit.record(
        session, actor=f"run {number}", action="run applied", subject=f"run:{number}", after={"records": number}, at=NOW
    )


def without_triggers(session: Session, statement: str) -> None:
    """What somebody with the database's own password could do."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit_line DISABLE TRIGGER USER"))
    else:
        for name in ("audit_line_no_update", "audit_line_no_delete"):
            session.execute(text(f"DROP TRIGGER {name}"))
    session.execute(text(statement))
    session.expire_all()


def test_each_line_follows_the_one_before(session: Session) -> None:
    lines = [write(session, number) for number in range(3)]
    session.commit()
    assert [line.previous_hash for line in lines] == [audit.FIRST, lines[0].hash, lines[1].hash]
    report = audit.verify(session)
    assert (report.sound, report.lines, report.head) == (True, 3, lines[2].hash)


def test_what_was_logged_reads_back_to_the_same_hash(session: Session) -> None:
    audit.record(
        session,
        actor="run 1",
        action="price changed",
        subject="listing:1",
        before={"price": Decimal("95.50"), "on": NOW.date(), "kinds": {Role.OPERATOR, Role.MODERATOR}, "big": 10**17},
        after={"price": None, "words": "né \0 日本", "nested": [{"b": 1, "a": 2.50}]},
        at=NOW,
    )
    session.commit()
    session.expire_all()
    assert audit.verify(session).sound


def test_a_value_that_would_not_read_back_is_refused(session: Session) -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        audit.record(session, actor="run 1", action="a", subject="b", after={"what": object()}, at=NOW)


@pytest.mark.parametrize(
    "statement, place",
    [
        ("UPDATE audit_line SET reason = 'another' WHERE subject = 'run:1'", 2),
        ("UPDATE audit_line SET at = '2020-01-01 00:00:00+00:00' WHERE subject = 'run:1'", 2),
        ("DELETE FROM audit_line WHERE subject = 'run:1'", 3),
        ("DELETE FROM audit_line WHERE subject = 'run:0'", 2),
    ],
)
def test_a_line_that_was_tampered_with_is_found(session: Session, statement: str, place: int) -> None:
    ids = [write(session, number).id for number in range(4)]
    session.commit()
    without_triggers(session, statement)
    report = audit.verify(session)
    assert not report.sound
    assert report.broken_at == ids[place - 1]


def test_a_chain_cut_off_at_its_end_is_found_by_the_hash_noted_earlier(session: Session) -> None:
    head = [write(session, number) for number in range(3)][-1].hash
    session.commit()
    assert audit.verify(session, head_seen=head).sound
    without_triggers(session, "DELETE FROM audit_line WHERE subject = 'run:2'")
    assert audit.verify(session).sound
    assert not audit.verify(session, head_seen=head).sound


def test_lines_written_at_the_same_time_form_one_chain(app: Flask) -> None:
    def several(worker: int) -> None:
        with app.app_context():
            for number in range(8):
                write(db.session, worker * 100 + number)
                db.session.commit()
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(several, range(4)))
    with app.app_context():
        report = audit.verify(db.session)
    assert (report.sound, report.lines) == (True, 32)


def test_people_who_moderate_are_named_and_others_are_numbered(session: Session) -> None:
    ada, mo = make_account(session), make_account(session, "mo", role=Role.MODERATOR)
    assert audit.record(session, actor=ada, action="a", subject="b", at=NOW).actor == f"account {ada.id}"
    assert audit.record(session, actor=mo, action="a", subject="b", at=NOW).actor == mo.email


def test_a_deleted_account_leaves_the_chain_sound(session: Session) -> None:
    ada = make_account(session)
    audit.record(session, actor=ada, action="a", subject="b", at=NOW)
    session.commit()
    session.execute(delete(Account).where(Account.id == ada.id))
    session.commit()
    session.expire_all()
    assert session.scalar(select(AuditLine.actor_id)) is None
    assert audit.verify(session).sound


def make_rows(session: Session) -> None:
    """One row in each table that is appended only."""
    credential = make_credential(session, make_listing(session))
    evidence = Evidence(
        source="us_wa",
        source_title="Washington",
        method=Method.API_RESPONSE,
        grade=Grade.A,
        retrieved_at=NOW,
        recorded_at=NOW,
    )
    flag = Flag(
        listing_id=credential.listing_id,
        subject=f"listing:{credential.listing_id}",
        kind=FlagKind.LICENSE_MISSING,
        severity=Severity.HIGH,
        reason="No license is stated.",
        fingerprint="f",
        opened_at=NOW,
    )
    session.add_all([evidence, flag])
    session.flush()
    session.add(
        CredentialCheck(
            credential_id=credential.id,
            registry_id="us_wa",
            outcome=Outcome.CONFIRMED,
            reason="Found.",
            evidence_id=evidence.id,
            at=NOW,
        )
    )
    session.add(FlagChange(flag_id=flag.id, to_state=FlagState.DETECTED, reason="Opened.", at=NOW))
    write(session, 1)
    session.commit()


@pytest.mark.parametrize("model", [Evidence, CredentialCheck, FlagChange, AuditLine])
def test_the_database_refuses_to_change_or_delete_what_is_appended(session: Session, model: type) -> None:
    make_rows(session)
    first = next(column for column in ("reason", "source") if column in model.__table__.columns)
    for statement in (update(model).values({first: "another"}), delete(model)):
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(statement)
        session.rollback()


@pytest.mark.parametrize("table", ["listing", "credential", "flag"])
def test_checks_and_steps_of_flags_cannot_be_deleted_with_what_they_are_about(session: Session, table: str) -> None:
    make_rows(session)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(f"DELETE FROM {table}"))


def test_they_go_when_somebody_leaves_for_good(session: Session) -> None:
    make_rows(session)
    listing = session.scalars(select(Listing)).one()
    assert remove_listing(session, listing, by="operator", reason="Asked for it.", at=NOW)
    session.commit()
    assert session.scalars(select(CredentialCheck)).all() == session.scalars(select(FlagChange)).all() == []
    assert audit.verify(session).sound


def test_nobody_can_write_another_actor_into_a_line(session: Session) -> None:
    ada, ben = make_account(session), make_account(session, "ben")
    audit.record(session, actor=ada, action="a", subject="b", at=NOW)
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(update(AuditLine).values(actor_id=ben.id))


def test_the_command_says_whether_the_chain_is_sound(app: Flask) -> None:
    with app.app_context():
        head = write(db.session, 1).hash
        db.session.commit()
    told = app.test_cli_runner().invoke(args=["audit", "verify", "--json"])
    assert told.exit_code == 0
    assert json.loads(told.stdout) == {"lines": 1, "sound": True, "head": head, "broken_at": None, "reason": ""}
    with app.app_context():
        without_triggers(db.session, "UPDATE audit_line SET actor = 'somebody'")
        db.session.commit()
    told = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert told.exit_code == 1
    assert "not as it was written" in told.output
