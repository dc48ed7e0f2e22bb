"""The outbox: mails wait in the database, are sent once, tried again with patience, and given up with their error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import create_app, mail_bell
from directory.demo.mail_server import MailServer
from directory.extensions import db
from directory.links import site_link
from directory.models.notice import Notice
from directory.notifications import LEFT_ALONE, WAITS, SendReport, queue_notice, send_waiting
from directory.rules.vocabulary import NoticeState
from tests.conftest import NOW


def waiting(session: Session, text: str = "Words.", **given: str) -> Notice:
    notice = queue_notice(session, given.get("to", "ada@practice.example"), "A subject", text, at=NOW)
    session.commit()
    return notice


def states(session: Session) -> list[NoticeState]:
    session.rollback()
    return list(session.scalars(select(Notice.state).order_by(Notice.id)))


def nobody_answers(notice: Notice) -> None:
    raise ConnectionRefusedError("nobody answers")


def test_mails_are_sent_once_in_order(session: Session) -> None:
    sent: list[str] = []
    for number in range(3):
        waiting(session, f"Mail {number}")
    assert send_waiting(session, now=NOW, send=lambda notice: sent.append(notice.text)) == SendReport(3, 0, 0)
    assert send_waiting(session, now=NOW, send=lambda notice: sent.append(notice.text)) == SendReport(0, 0, 0)
    assert sent == ["Mail 0\n", "Mail 1\n", "Mail 2\n"]


def test_one_that_fails_does_not_hold_up_the_others(session: Session) -> None:
    waiting(session, to="nowhere@practice.example")
    waiting(session)

    def send(notice: Notice) -> None:
        if notice.to.startswith("nowhere"):
            nobody_answers(notice)

    assert send_waiting(session, now=NOW, send=send) == SendReport(1, 1, 0)
    assert states(session) == [NoticeState.QUEUED, NoticeState.SENT]


def test_a_mail_is_tried_again_with_patience_and_then_given_up_with_its_error(session: Session) -> None:
    notice, now = waiting(session), NOW
    for wait in WAITS:
        assert send_waiting(session, now=now, send=nobody_answers).put_off == 1
        assert send_waiting(session, now=now + wait - timedelta(seconds=1), send=nobody_answers).put_off == 0
        now += wait
    assert send_waiting(session, now=now, send=nobody_answers).given_up == 1
    assert states(session) == [NoticeState.FAILED]
    assert "nobody answers" in session.get_one(Notice, notice.id).error
    assert send_waiting(session, now=now + timedelta(days=9), send=nobody_answers) == SendReport(0, 0, 0)


def test_a_mail_whose_worker_was_killed_is_taken_up_again(session: Session) -> None:
    notice = waiting(session)

    def killed(_notice: Notice) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_waiting(session, now=NOW, send=killed)
    assert states(session) == [NoticeState.SENDING]
    assert send_waiting(session, now=NOW + LEFT_ALONE / 2).sent == 0
    assert send_waiting(session, now=NOW + LEFT_ALONE).sent == 1
    assert session.get_one(Notice, notice.id, populate_existing=True).sent_at == NOW + LEFT_ALONE


def test_two_workers_do_not_send_the_same_mail(session: Session) -> None:
    notice = waiting(session)
    sent: list[int] = []

    def send_while_another_looks(each: Notice) -> None:
        sent.append(each.id)
        assert send_waiting(session, now=NOW, send=lambda other: sent.append(other.id)) == SendReport(0, 0, 0)

    send_waiting(session, now=NOW, send=send_while_another_looks)
    assert sent == [notice.id]


def test_an_error_of_ours_is_not_taken_for_a_bad_line(session: Session) -> None:
    waiting(session)

    def broken(_notice: Notice) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        send_waiting(session, now=NOW, send=broken)


def test_what_lets_somebody_in_is_not_kept_after_sending(session: Session) -> None:
    notice = waiting(session, f"Here: {site_link('security.reset_password', token='abc.def')} and more.")
    send_waiting(session, now=NOW, send=lambda each: None)
    session.rollback()
    assert session.get_one(Notice, notice.id).text == "Here: http://127.0.0.1:8000/account/reset/… and more.\n"


def test_without_a_mail_server_mails_are_written_to_the_log(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    waiting(session, "Words for the log.")
    with caplog.at_level("INFO", logger="directory.notifications"):
        assert send_waiting(session, now=NOW).sent == 1
    assert "Words for the log." in caplog.text and "ada@practice.example" in caplog.text


@pytest.mark.parametrize("to", ["", "ada", "a@b@c", "a@b.example\nBcc: all@b.example", "a@b.example, c@d.example"])
def test_an_address_that_would_reach_others_is_refused(session: Session, to: str) -> None:
    with pytest.raises(ValueError, match="not one plain address"):
        queue_notice(session, to, "A subject", "Words.", at=NOW)


def test_a_subject_is_one_line(session: Session) -> None:
    notice = queue_notice(session, "ada@practice.example", "One\r\nBcc: all@b.example", "Words.", at=NOW)
    assert notice.subject == "One Bcc: all@b.example"


@pytest.mark.parametrize(
    ("site", "link"),
    [
        ("https://needles.example", "https://needles.example/account/login"),
        ("https://needles.example:8443", "https://needles.example:8443/account/login"),
    ],
)
def test_links_are_made_from_the_sites_own_address(app: Flask, site: str, link: str) -> None:
    app.config["SITE_URL"] = site
    with app.test_request_context(base_url="http://evil.example/"):
        assert site_link("security.login") == link


def test_a_mail_goes_to_the_configured_server_as_plain_text(database: str, tmp_path: Path) -> None:
    settings = {"ENV": "test", "DATABASE_URL": database, "MAIL_URL": "smtp://127.0.0.1:1", "SECRET_KEY": "t" * 40}
    app = create_app(settings, instance=tmp_path)
    app.extensions[mail_bell.TASK] = lambda: None
    with app.app_context():
        waiting(db.session(), "Words.")
        assert send_waiting(db.session(), now=NOW).put_off == 1  # nobody listens at port 1
        app.extensions["mailman"].backend = "locmem"
        assert send_waiting(db.session(), now=NOW + WAITS[0]).sent == 1
        (mail,) = app.extensions["mailman"].outbox
        sent = mail.message()
        db.session.remove()
        db.engine.dispose()
    headers = (sent["To"], sent["From"], sent["Subject"], sent.get_content_type())
    assert headers == ("ada@practice.example", "contact@true-meridian.example", "A subject", "text/plain")
    assert mail.body == "Words.\n"


def answers(*refusals: tuple[int, bytes]) -> Callable[[Notice], bool]:
    """A server that refuses each recipient in turn so."""

    def send(notice: Notice) -> bool:
        raise SMTPRecipientsRefused({f"{at}@practice.example": refused for at, refused in enumerate(refusals)})

    return send


@pytest.mark.parametrize(
    ("refused", "state"),
    [
        ((550, b"5.1.1 nobody of that name is here"), NoticeState.FAILED),
        ((553, b"mailbox name not allowed"), NoticeState.FAILED),
        ((450, b"4.2.1 mailbox busy"), NoticeState.QUEUED),
        ((550, b"5.7.1 relaying denied"), NoticeState.QUEUED),
    ],
)
def test_an_address_that_does_not_exist_is_given_up_at_once(
    session: Session, refused: tuple[int, bytes], state: NoticeState, caplog: pytest.LogCaptureFixture
) -> None:
    notice = waiting(session)
    with caplog.at_level("INFO", logger="directory.notifications"):
        send_waiting(session, now=NOW, send=answers(refused))
    assert states(session) == [state]
    assert f"recipient refused: {refused[0]}" in caplog.text and "practice.example" not in caplog.text
    assert session.get_one(Notice, notice.id).error == f"{refused[0]} {refused[1].decode()}"


def test_a_page_that_leaves_a_mail_rings_once_it_is_committed_and_answered(app: Flask) -> None:
    rung: list[str] = []
    app.extensions[mail_bell.TASK] = lambda: rung.append("rung")

    def leave_a_mail() -> str:
        with db.session.begin_nested():
            queue_notice(db.session(), "ada@practice.example", "A subject", "Words.", at=NOW)
        assert not rung, "rung before it was committed"
        db.session.commit()
        assert not rung, "rung before it was answered"
        db.session.commit()
        return "done"

    app.before_request_funcs.setdefault(None, []).append(leave_a_mail)
    try:
        app.test_client().get("/").close()
    finally:
        app.before_request_funcs[None].remove(leave_a_mail)
    assert rung == ["rung"]


def test_a_command_that_leaves_a_mail_rings_after_its_commit_and_one_that_leaves_none_does_not(
    app: Flask, session: Session
) -> None:
    rung: list[str] = []
    app.extensions[mail_bell.TASK] = lambda: rung.append("rung")
    session.commit()
    waiting(session)
    session.commit()
    assert rung == ["rung"]


def test_a_queue_that_is_away_costs_no_mail(app: Flask, session: Session, caplog: pytest.LogCaptureFixture) -> None:
    def away() -> None:
        raise ConnectionRefusedError("nobody answers at the queue")

    app.extensions[mail_bell.TASK] = away
    waiting(session)
    assert "wait for the next sweep" in caplog.text
    assert send_waiting(session, now=NOW).sent == 1


def test_what_the_bell_asks_for_sends_the_mail_and_follows_it(database: str, tmp_path: Path) -> None:
    settings = {"ENV": "test", "DATABASE_URL": database, "SECRET_KEY": "t" * 40}
    with MailServer(tmp_path / "mails") as server:
        app = create_app({**settings, "MAIL_URL": server.url}, instance=tmp_path)
        with app.app_context():
            waiting(db.session(), "Words.\n.hidden dot")
            waiting(db.session(), to="returned@practice.example")
            assert states(db.session()) == [NoticeState.SENT, NoticeState.FAILED]
            db.session.remove()
            db.engine.dispose()
    (mail,) = (tmp_path / "mails").iterdir()
    assert mail.read_text().endswith("Words.\n.hidden dot\n") and "To: ada@practice.example" in mail.read_text()
