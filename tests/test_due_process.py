"""Due process on the rows: the whole way, returned mail, answers, appeals by another person, and what the database
itself refuses."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from directory.listings.leaving import leave
from directory.listings.listing_changes import settle
from directory.models.account import Account
from directory.models.due_process import CaseNotice
from directory.models.flag import Flag
from directory.models.notice import Notice
from directory.moderation import due_process, due_rounds
from directory.moderation.claims import ClaimDecision, decide_claim, make_claim
from directory.moderation.due_mails import forget_address, seal
from directory.moderation.due_rounds import go_round
from directory.moderation.moderation import DecisionRefused, can_undo, decide_flag
from directory.notifications import send_waiting
from directory.rules.due_process import MoveRefused
from directory.rules.vocabulary import (
    AppealOutcome,
    Delivery,
    Finding,
    FlagDecision,
    FlagKind,
    FlagState,
    Outcome,
    Role,
)
from tests.conftest import NOW
from tests.evidence_makers import make_check, make_flag
from tests.makers import make_account, make_credential, make_listing
from tests.views.people import Visitor, fill, signed_in

DAY = timedelta(days=1)
GOOD = "The register shows it so, and nothing that was answered speaks against it."


@pytest.fixture
def people(session: Session) -> tuple[Account, Account]:
    return make_account(session, "mo", role=Role.MODERATOR), make_account(session, "mia", role=Role.MODERATOR)


@pytest.fixture
def flag(session: Session, people: tuple[Account, Account]) -> Flag:
    listing = make_listing(session, claimed_by=make_account(session))
    found = make_flag(session, listing, make_credential(session, listing), FlagKind.LICENSE_EXPIRED, FlagState.TRIAGED)
    session.commit()
    return found


def mails_go_out(session: Session, at_day: int, *, accepted: bool = True) -> None:
    session.commit()
    send_waiting(session, now=NOW + at_day * DAY, send=lambda notice: accepted)
    for _ in range(2):
        go_round(session, now=NOW + at_day * DAY)


def published(session: Session, flag: Flag, mo: Account) -> None:
    due_process.notify(session, flag.id, by=mo, at=NOW)
    mails_go_out(session, 0)
    due_process.decide(session, flag.id, Finding.PUBLISH, reasons=GOOD, by=mo, at=NOW + 20 * DAY)
    mails_go_out(session, 20)


def test_a_finding_is_published_after_notice_time_and_reasons_and_an_appeal_is_for_another(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    mo, mia = people
    due_process.notify(session, flag.id, by=mo, at=NOW)
    mails_go_out(session, 0)
    assert flag.state is FlagState.NOTIFIED
    with pytest.raises(MoveRefused, match="time to answer"):
        due_process.decide(session, flag.id, Finding.PUBLISH, reasons=GOOD, by=mo, at=NOW + 13 * DAY)
    session.rollback()
    due_process.decide(session, flag.id, Finding.PUBLISH, reasons=GOOD, by=mo, at=NOW + 20 * DAY)
    assert flag.state is FlagState.DECIDED
    mails_go_out(session, 20)
    assert flag.state is FlagState.PUBLISHED
    due_process.appeal(session, flag.id, "I renewed it in time.", at=NOW + 21 * DAY)
    with pytest.raises(MoveRefused, match="no part"):
        due_process.decide_appeal(session, flag.id, AppealOutcome.UPHELD, reasons=GOOD, by=mo, at=NOW + 22 * DAY)
    due_process.decide_appeal(session, flag.id, AppealOutcome.OVERTURNED, reasons=GOOD, by=mia, at=NOW + 22 * DAY)
    assert flag.state is FlagState.DISMISSED


def test_returned_mail_begins_again(session: Session, flag: Flag, people: tuple[Account, Account]) -> None:
    due_process.notify(session, flag.id, by=people[0], at=NOW)
    mails_go_out(session, 0, accepted=False)  # shown in the log only: no server took it
    assert flag.state is FlagState.TRIAGED
    assert flag.history[-1].reason == due_process.NOT_SENT  # in words that the practitioner may read
    published(session, flag, people[0])
    due_process.mark_returned(session, flag.id, reason="mailbox unknown", at=NOW + 21 * DAY)
    assert (flag.state, flag.holds_since) == (FlagState.TRIAGED, None)
    states = session.scalars(select(CaseNotice.delivery)).all()
    assert states == [Delivery.RETURNED, Delivery.RETURNED]


def test_an_answer_is_read_before_anything_is_decided(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    due_process.notify(session, flag.id, by=people[0], at=NOW)
    mails_go_out(session, 0)
    due_process.reply(session, flag.id, "That is somebody else.", at=NOW + DAY)
    with pytest.raises(MoveRefused, match="nobody has read"):
        due_process.decide(session, flag.id, Finding.PUBLISH, reasons=GOOD, by=people[0], at=NOW + 40 * DAY)
    due_process.handle_replies(session, flag.id, note=GOOD, by=people[0], at=NOW + 2 * DAY)
    due_process.decide(session, flag.id, Finding.NOTHING, reasons=GOOD, by=people[0], at=NOW + 2 * DAY)
    assert flag.state is FlagState.DISMISSED


def test_reminders_come_once_and_a_mark_that_nobody_confirms_ends(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    due_process.notify(session, flag.id, by=people[0], at=NOW)
    mails_go_out(session, 0)
    before = session.scalar(select(func.count(Notice.id))) or 0
    for _ in range(3):
        go_round(session, now=NOW + 8 * DAY)
    assert session.scalar(select(func.count(Notice.id))) == before + 1
    due_process.decide(session, flag.id, Finding.PUBLISH, reasons=GOOD, by=people[0], at=NOW + 20 * DAY)
    mails_go_out(session, 20)
    go_round(session, now=NOW + 123 * DAY)
    assert flag.state is FlagState.PUBLISHED
    go_round(session, now=NOW + 124 * DAY)
    assert flag.state is FlagState.EXPIRED


def test_the_owner_decides_nothing_about_their_own_listing(session: Session, flag: Flag) -> None:
    ada = session.scalars(select(Account).where(Account.email.startswith("ada"))).one()
    with pytest.raises(MoveRefused, match="no part in this listing"):
        due_process.notify(session, flag.id, by=ada, at=NOW)


def test_the_database_itself_refuses_a_mark_without_due_process(session: Session, flag: Flag) -> None:
    with pytest.raises(DatabaseError, match="due process"):
        session.execute(text("UPDATE flag SET state = 'published'"))


def test_the_emergency_path_takes_two_people_and_sends_the_notice_with_it(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    mo, mia = people
    flag.kind = FlagKind.LICENSE_REVOKED
    url = "https://board.example/orders/7"
    due_process.propose_order(session, flag.id, order_url=url, reasons=GOOD, by=mo, at=NOW)
    with pytest.raises(MoveRefused, match="second person"):
        due_process.confirm_order(session, flag.id, by=mo, at=NOW)
    due_process.confirm_order(session, flag.id, by=mia, at=NOW + timedelta(hours=23))
    assert (flag.state, flag.order_url) == (FlagState.PUBLISHED, url)
    assert session.scalars(select(CaseNotice.delivery)).one() is Delivery.WAITING


def test_once_decided_in_the_ordinary_way_an_appeal_hides_what_an_order_had_published(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    mo, mia = people
    flag.kind = FlagKind.LICENSE_REVOKED
    order = "https://board.example/orders/7"
    due_process.propose_order(session, flag.id, order_url=order, reasons=GOOD, by=mo, at=NOW)
    due_process.confirm_order(session, flag.id, by=mia, at=NOW)
    mails_go_out(session, 0)
    row = due_process.decide(session, flag.id, Finding.PUBLISH, reasons=GOOD, by=mo, at=NOW + 20 * DAY)
    assert "until then our page does not show it" in row.statement
    mails_go_out(session, 20)
    assert (flag.state, flag.order_url) == (FlagState.PUBLISHED, "")
    due_process.appeal(session, flag.id, "The order was lifted.", at=NOW + 21 * DAY)
    assert not flag.is_public


def test_whoever_claims_the_listing_in_mid_case_is_told_before_anything_is_decided(
    session: Session, people: tuple[Account, Account]
) -> None:
    listing, ben = make_listing(session, email="front-desk@studio.example"), make_account(session, "ben")
    make_check(session, make_credential(session, listing), Outcome.EXPIRED, at=NOW)
    settle(session, [listing.id], at=NOW)
    kept = session.scalars(select(Flag).where(Flag.kind == FlagKind.LICENSE_EXPIRED)).one()
    decide_flag(session, kept, FlagDecision.TRIAGE, reason=GOOD, by=people[0], at=NOW)
    due_process.notify(session, kept.id, by=people[0], at=NOW)
    mails_go_out(session, 0)
    claim = make_claim(session, listing, ben, number="", jurisdiction="", statement="It is me.", at=NOW + 18 * DAY)
    decide_claim(session, claim, ClaimDecision.APPROVE, reason=GOOD, by=people[1], at=NOW + 18 * DAY)
    with pytest.raises(MoveRefused, match="not for deciding now"):
        due_process.decide(session, kept.id, Finding.PUBLISH, reasons=GOOD, by=people[0], at=NOW + 20 * DAY)
    assert due_process.notify(session, kept.id, by=people[0], at=NOW + 20 * DAY).to == ben.email


def test_a_case_that_is_closed_while_its_notice_waits_is_told_to_be_and_then_left_alone(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    due_process.notify(session, flag.id, by=people[0], at=NOW)
    with pytest.raises(DecisionRefused, match="on its own page"):
        decide_flag(session, flag, FlagDecision.DISMISS, reason=GOOD, by=people[0], at=NOW)
    due_process.decide(session, flag.id, Finding.NOTHING, reasons=GOOD, by=people[0], at=NOW)
    assert not can_undo(session, flag)
    subjects = session.scalars(select(Notice.subject).order_by(Notice.id)).all()
    assert [each.partition(":")[0] for each in subjects] == [
        "A question about the listing of Ottoline Vasquez-Thorne",
        "Closed",
    ]
    mails_go_out(session, 0)
    assert go_round(session, now=NOW + DAY) == 0 and due_rounds._mails(session) == []


def test_whoever_was_written_to_hears_that_it_is_over(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    published(session, flag, people[0])
    settle(session, [flag.listing_id or 0], at=NOW + 21 * DAY)  # there is no check that says so
    assert flag.state is FlagState.WITHDRAWN
    news = session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert news is not None and news.to == "ada@practice.example" and "need not do anything" in news.text


def test_whoever_leaves_keeps_an_address_with_us_only_while_a_case_is_open(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    ada = session.scalars(select(Account).where(Account.email == "ada@practice.example")).one()
    published(session, flag, people[0])
    forget_address(session, ada.email)
    assert session.scalars(select(CaseNotice.to)).one() == ada.email
    settle(session, [flag.listing_id or 0], at=NOW + 21 * DAY)  # there is no check that says so: it is over
    mails_go_out(session, 21)
    leave(session, ada, remove_listings=False, at=NOW + 22 * DAY)
    session.commit()
    assert session.scalars(select(CaseNotice.to)).one() == ""
    assert "ada@practice.example" not in session.scalars(select(Notice.to)).all()


def test_once_the_decider_has_left_everybody_who_moderates_is_asked_to_look_again(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    mo, mia = people
    published(session, flag, mo)
    leave(session, mo, remove_listings=False, at=NOW + 30 * DAY)
    session.commit()
    go_round(session, now=NOW + 111 * DAY)
    asked = session.scalars(select(Notice.to).where(Notice.subject.startswith("Does the finding"))).all()
    assert asked == [mia.email]


def test_a_case_that_breaks_holds_up_no_other_and_is_not_passed_over_in_silence(
    session: Session, flag: Flag, people: tuple[Account, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_listing(session, email="two@studio.example")
    broken = make_flag(session, other, make_credential(session, other), FlagKind.LICENSE_EXPIRED, FlagState.TRIAGED)
    for number in (broken.id, flag.id):
        due_process.notify(session, number, by=people[0], at=NOW)
    accept = due_process.mark_accepted

    def break_once(session: Session, flag_id: int, *, at: datetime) -> None:
        if flag_id == broken.id:
            raise RuntimeError("the table is gone")
        accept(session, flag_id, at=at)

    monkeypatch.setattr(due_process, "mark_accepted", break_once)
    with pytest.raises(ExceptionGroup, match="taken round"):
        mails_go_out(session, 0)
    assert (flag.state, broken.state) == (FlagState.NOTIFIED, FlagState.TRIAGED)


def test_the_link_of_a_notice_takes_an_answer_without_an_account_and_moderators_read_it(
    app: Flask, session: Session, flag: Flag, people: tuple[Account, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.clock.utc_now", lambda: NOW + DAY)
    moderator = signed_in(app, people[0])
    page = f"/moderation/flags/{flag.id}/case"
    fill(moderator, page, {"step": "notify"})
    mails_go_out(session, 0)
    notice = session.scalars(select(CaseNotice)).one()
    path = f"/notices/{seal(notice.id)}"
    fill(Visitor(app), path, {"text": "That license is my sister's."})
    assert "my sister" in moderator.get(page).text
    assert Visitor(app).client.get(f"{path}x").status_code == 404


def test_an_operator_says_that_a_notice_bounced(
    app: Flask, session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    published(session, flag, people[0])
    told = app.test_cli_runner().invoke(args=["notices", "bounced", "Ada@Practice.example", "--reason", "unknown"])
    assert told.exit_code == 0, told.output
    session.expire_all()
    assert flag.state is FlagState.TRIAGED
    again = app.test_cli_runner().invoke(args=["notices", "bounced", "ada@practice.example", "--reason", "unknown"])
    assert again.exit_code == 1
