"""The moderators' desk: what waits, in which order, a flag beside its record, decisions, and who may not take them."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import audit
from directory.models.account import Account
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.registry import MatchJudgement, RecordMatch, RegistryRun
from directory.moderation import flags
from directory.moderation.flag_queue import QueueFilter, queue
from directory.moderation.moderation import DecisionRefused, decide_flag, judge_match, undo_flag
from directory.rules.vocabulary import (
    FlagDecision,
    FlagKind,
    FlagState,
    Judgement,
    RunState,
    Severity,
    Verdict,
)
from directory.search.search_index import index_listings
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing
from tests.registry_files import Register, read_file, row
from tests.views.people import Visitor, fill, signed_in

WHY = "Compared with the board's list by hand."


def open_flags(session: Session) -> dict[FlagKind, Flag]:
    session.rollback()
    return {flag.kind: flag for flag in session.scalars(select(Flag).where(Flag.closed_at.is_(None)))}


def make_flag(session: Session, listing: Listing, severity: Severity, kind: FlagKind) -> Flag:
    flag = Flag(
        listing_id=listing.id,
        subject=f"listing:{listing.id}",
        kind=kind,
        severity=severity,
        reason="As the test wants it.",
        fingerprint="f",
        opened_at=NOW,
    )
    session.add(flag)
    session.flush()
    return flag


def read_expired(session: Session, register: Register) -> Listing:
    """A listing whose license the register shows as expired."""
    listing = make_listing(session)
    make_credential(session, listing, number="AC 10001", number_key="10001")
    session.commit()
    read_file(session, register, [row("AC 10001", first="Ottoline", last="Vasquez-Thorne", Status="Expired")], at=NOW)
    return session.get_one(Listing, listing.id)


def read_namesake(session: Session, register: Register) -> Listing:
    """A listing whose license number the register gives to another name."""
    listing = make_listing(session)
    make_credential(session, listing, number="AC 10001", number_key="10001")
    session.commit()
    read_file(session, register, [row("AC 10001", first="Benedetta", last="Quarles")], at=NOW)
    return session.get_one(Listing, listing.id)


# The queue -----------------------------------------------------------------------------------------------------------


def test_the_worst_that_most_patients_meet_comes_first(session: Session) -> None:
    ada = make_account(session)
    quiet, busy = make_listing(session), make_listing(session, claimed_by=ada, techniques=["mei_zen"])
    hidden = make_listing(session, state="hidden")
    index_listings(session, None, now=NOW)
    expected = [
        make_flag(session, busy, Severity.HIGH, FlagKind.LICENSE_EXPIRED),
        make_flag(session, quiet, Severity.HIGH, FlagKind.LICENSE_EXPIRED),
        make_flag(session, busy, Severity.MEDIUM, FlagKind.TRAINING_MISSING),
        make_flag(session, hidden, Severity.HIGH, FlagKind.LICENSE_EXPIRED),
        make_flag(session, quiet, Severity.LOW, FlagKind.LICENSE_FORMAT),
    ]
    page = queue(session, QueueFilter())
    assert [line.flag.id for line in page.rows] == [flag.id for flag in expected]
    assert [line.rank for line in page.rows] == sorted((line.rank for line in page.rows), reverse=True)
    filtered = queue(session, QueueFilter(kind=FlagKind.LICENSE_EXPIRED, severity=Severity.HIGH))
    assert filtered.total == 3
    assert queue(session, QueueFilter(region="NY")).total == 0


def test_the_landing_page_is_the_queue_with_what_else_waits(app: Flask, session: Session, mo: Account) -> None:
    make_flag(session, make_listing(session), Severity.HIGH, FlagKind.LICENSE_EXPIRED)
    session.commit()
    page = signed_in(app, mo).get("/moderation/")
    assert "1 open flag" in page.text and "License expired" in page.text and "0 claims" in page.text
    assert "Nothing waits here" in signed_in(app, mo).get("/moderation/?kind=exclusion_possible").text
    assert "License expired" in signed_in(app, mo).get("/moderation/?kind=%00&severity=x&page=-1&page=9").text


def test_whoever_only_moderates_is_led_to_the_queue(app: Flask, session: Session, mo: Account) -> None:
    session.commit()
    assert signed_in(app, mo).client.get("/account/").location == "/moderation/"


# A flag --------------------------------------------------------------------------------------------------------------


def test_a_flag_shows_listing_and_record_side_by_side(
    app: Flask, session: Session, register: Register, mo: Account
) -> None:
    listing = read_namesake(session, register)
    flag = open_flags(session)[FlagKind.LICENSE_NAME_MISMATCH]
    page = signed_in(app, mo).get(f"/moderation/flags/{flag.id}")
    lines = {line.th.get_text(): line for line in page.html.select("table.beside tbody tr")}
    assert "beside-line--differs" in lines["Name"]["class"]
    marked = [[mark.get_text() for mark in side.select("mark")] for side in lines["Name"].select("td")]
    assert marked == [[], ["Ottoline", "Vasquez-Thorne"], ["Benedetta", "Quarles"]]
    assert "agrees" in lines["Number"].get_text() and not lines["Number"].select("mark")
    assert "cannot compare" in lines["Standing"].get_text()
    assert listing.name in page.text and "Nothing of this is public" in page.text


def test_two_records_of_one_number_stand_beside_the_listing_under_their_own_names(
    app: Flask, session: Session, register: Register, mo: Account
) -> None:
    make_credential(session, make_listing(session), number="AC 10001", number_key="10001")
    session.commit()
    read_file(session, register, [row(), row(first="Wilhelmina", last="Oddfellow", Status="Expired")], at=NOW)
    flag = open_flags(session)[FlagKind.LICENSE_AMBIGUOUS]
    page = signed_in(app, mo).get(f"/moderation/flags/{flag.id}")
    assert len({region["aria-label"] for region in page.html.select("[role=region]:has(table.beside)")}) == 2


@pytest.mark.parametrize(
    ("severity", "words"), [(Severity.HIGH, "a notice to the practitioner"), (Severity.OPERATIONAL, "an operator")]
)
def test_what_a_moderator_may_decide_fits_what_the_flag_is_about(
    app: Flask, session: Session, mo: Account, severity: Severity, words: str
) -> None:
    flag = make_flag(session, make_listing(session), severity, FlagKind.CHECK_OVERDUE)
    session.commit()
    page = signed_in(app, mo).get(f"/moderation/flags/{flag.id}")
    assert words in page.one("label[for=decision-0]").get_text()


def test_a_moderator_dismisses_a_flag_with_a_reason_and_takes_it_back(
    app: Flask, session: Session, register: Register, mo: Account
) -> None:
    read_expired(session, register)
    flag = open_flags(session)[FlagKind.LICENSE_EXPIRED]
    desk, address = signed_in(app, mo), f"/moderation/flags/{flag.id}"
    page = fill(desk, address, {"decision": "dismiss", "reason": "no"}, status=422)
    assert "at least 10 characters" in page.one(".error-summary").get_text()
    assert page.one("#reason").get_text().strip() == "no"
    fill(desk, address, {"decision": "dismiss", "reason": WHY})
    assert FlagKind.LICENSE_EXPIRED not in open_flags(session)
    session.rollback()
    assert session.get_one(Flag, flag.id).state is FlagState.DISMISSED
    page = desk.get(address)
    assert WHY in page.text and "mo@practice.example" in page.text
    fill(desk, address, {"undo-reason": "I looked at the wrong year."}, to=f"{address}/undo")
    assert open_flags(session)[FlagKind.LICENSE_EXPIRED].state is FlagState.DETECTED
    assert audit.verify(session).sound


def test_a_dismissed_flag_stays_closed_until_the_license_changes(
    session: Session, register: Register, mo: Account
) -> None:
    listing = read_expired(session, register)
    flag = open_flags(session)[FlagKind.LICENSE_EXPIRED]
    decide_flag(session, flag, FlagDecision.DISMISS, reason=WHY, by=mo, at=NOW)
    session.commit()
    flags.refresh_flags(session, [listing.id], now=NOW)
    assert FlagKind.LICENSE_EXPIRED not in open_flags(session)
    holder = {"first": "Ottoline", "last": "Vasquez-Thorne"}
    read_file(session, register, [row("AC 10001", **holder, Status="Revoked")], at=NOW)
    assert FlagKind.LICENSE_REVOKED in open_flags(session)


def test_two_who_press_at_once_do_not_both_decide(session: Session, mo: Account) -> None:
    flag = make_flag(session, make_listing(session), Severity.HIGH, FlagKind.LICENSE_EXPIRED)
    session.commit()
    stale = Flag(id=flag.id, state=FlagState.DETECTED, listing_id=flag.listing_id, subject=flag.subject)
    decide_flag(session, flag, FlagDecision.DISMISS, reason=WHY, by=mo, at=NOW)
    with pytest.raises(DecisionRefused, match="in the meantime"):
        decide_flag(session, stale, FlagDecision.TRIAGE, reason=WHY, by=mo, at=NOW)


def test_a_decision_that_came_too_late_is_told_kindly(app: Flask, session: Session, mo: Account) -> None:
    flag = make_flag(session, make_listing(session), Severity.HIGH, FlagKind.LICENSE_EXPIRED)
    session.commit()
    desk, address = signed_in(app, mo), f"/moderation/flags/{flag.id}"
    page = desk.get(address)
    token = page.html.select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
    decide_flag(session, session.get_one(Flag, flag.id), FlagDecision.DISMISS, reason=WHY, by=mo, at=NOW)
    page = desk.post(address, {"csrf_token": token, "decision": "triage", "reason": WHY}, status=422)
    assert page.one("#decide").get_text() == "Closed"


def test_nobody_decides_about_their_own_listing(session: Session, mo: Account) -> None:
    listing = make_listing(session, claimed_by=mo)
    flag = make_flag(session, listing, Severity.HIGH, FlagKind.LICENSE_EXPIRED)
    with pytest.raises(DecisionRefused, match="your own listing"):
        decide_flag(session, flag, FlagDecision.DISMISS, reason=WHY, by=mo, at=NOW)


def test_a_withdrawn_flag_of_a_run_is_not_taken_back_by_a_person(session: Session, mo: Account) -> None:
    flag = make_flag(session, make_listing(session), Severity.HIGH, FlagKind.LICENSE_EXPIRED)
    flags.change_flag(session, flag, FlagState.WITHDRAWN, reason="The facts changed.", at=NOW)
    with pytest.raises(DecisionRefused, match="nothing to take back"):
        undo_flag(session, flag, reason=WHY, by=mo, at=NOW)


@pytest.mark.parametrize(("who", "status"), [("ada", 404), ("ben", 404), ("signed out", 302)])
def test_nobody_else_decides(app: Flask, session: Session, who: str, status: int) -> None:
    ada, ben = make_account(session), make_account(session, "ben")
    flag = make_flag(session, make_listing(session, claimed_by=ada), Severity.HIGH, FlagKind.LICENSE_EXPIRED)
    session.commit()
    browser = signed_in(app, {"ada": ada, "ben": ben}.get(who))
    page = browser.get("/account/find" if who != "signed out" else "/account/login")
    token = page.html.select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
    fields = {"csrf_token": token, "decision": "dismiss", "reason": WHY}
    assert browser.client.post(f"/moderation/flags/{flag.id}", data=fields).status_code == status
    session.rollback()
    assert session.get_one(Flag, flag.id).state is FlagState.DETECTED


# Matches -------------------------------------------------------------------------------------------------------------


def test_a_persons_word_on_a_match_is_remembered_and_the_license_checked_again(
    app: Flask, session: Session, register: Register, mo: Account
) -> None:
    listing = read_namesake(session, register)
    match = session.scalars(select(RecordMatch).where(RecordMatch.listing_id == listing.id)).one()
    assert match.verdict is Verdict.UNSURE
    desk = signed_in(app, mo)
    assert f"/moderation/matches/{match.id}" in desk.get("/moderation/matches").links()
    assert f"/moderation/matches/{match.id}" not in desk.get(f"/moderation/matches/{match.id}").links()
    fill(desk, f"/moderation/matches/{match.id}", {"decision": "same", "reason": "Married name; the board said so."})
    session.rollback()
    assert session.scalars(select(MatchJudgement.judgement)).all() == [Judgement.SAME]
    assert session.get_one(RecordMatch, match.id).verdict is Verdict.SURE
    assert FlagKind.LICENSE_NAME_MISMATCH not in open_flags(session)
    assert "Nothing is in doubt" in desk.get("/moderation/matches").text
    read_file(session, register, [row("AC 10001", first="Benedetta", last="Quarles", Status="Expired")], at=NOW)
    assert FlagKind.LICENSE_EXPIRED in open_flags(session)


def test_whoever_cannot_tell_is_not_asked_again_until_the_record_changes(
    app: Flask, session: Session, register: Register, mo: Account
) -> None:
    read_namesake(session, register)
    match = session.scalars(select(RecordMatch)).one()
    desk, address = signed_in(app, mo), f"/moderation/matches/{match.id}"
    fill(desk, address, {"decision": "unsure", "reason": "Wrote to the board; no answer yet."})
    assert "Nothing is in doubt" in desk.get("/moderation/matches").text
    assert "Wrote to the board; no answer yet." in desk.get(address).text and mo.email in desk.get(address).text
    read_file(session, register, [row("AC 10001", first="Benedetta", last="Quarles")], at=NOW)
    assert "Nothing is in doubt" in desk.get("/moderation/matches").text  # read again, and nothing is new
    moved = row("AC 10001", first="Benedetta", last="Quarles", City="Fresno", Zip="93701")
    read_file(session, register, [moved], at=NOW)
    assert address in desk.get("/moderation/matches").links()


def test_different_people_stay_different(session: Session, register: Register, mo: Account) -> None:
    listing = read_namesake(session, register)
    match = session.scalars(select(RecordMatch)).one()
    judge_match(
        session,
        registry_id=match.registry_id,
        source_key=match.source_key,
        listing_id=listing.id,
        judgement=Judgement.DIFFERENT,
        reason=WHY,
        by=mo,
        at=NOW,
    )
    session.commit()
    read_file(session, register, [row("AC 10001", first="Benedetta", last="Quarles", Status="Revoked")], at=NOW)
    assert FlagKind.LICENSE_REVOKED not in open_flags(session)
    assert session.scalars(select(RecordMatch.verdict)).all() == [Verdict.NO]


# Runs and the log ----------------------------------------------------------------------------------------------------


def held_run(session: Session, register: Register) -> RegistryRun:
    people = [row(f"AC {10001 + number}", last=f"Thorne{chr(97 + number)}") for number in range(12)]
    read_file(session, register, people, at=NOW)
    run = read_file(session, register, people[:2], at=NOW)
    assert run.state is RunState.HELD
    session.commit()
    return run


@pytest.mark.parametrize(("decision", "state"), [("reject", RunState.REJECTED), ("accept", RunState.APPLIED)])
def test_a_held_run_waits_for_a_word(
    app: Flask, session: Session, register: Register, mo: Account, decision: str, state: RunState
) -> None:
    run = held_run(session, register)
    desk = signed_in(app, mo)
    assert "Waits for a decision" in desk.get("/moderation/runs").text
    page = desk.get(f"/moderation/runs/{run.id}")
    assert "What it would change" in page.text and "No longer there 10" in page.text
    fill(desk, f"/moderation/runs/{run.id}", {"decision": decision, "reason": WHY})
    session.rollback()
    assert session.get_one(RegistryRun, run.id).state is state
    again = desk.get(f"/moderation/runs/{run.id}")
    assert not again.html.select("main form")


def test_the_log_shows_who_did_what_and_whether_it_was_changed(app: Flask, session: Session, mo: Account) -> None:
    flag = make_flag(session, make_listing(session), Severity.HIGH, FlagKind.LICENSE_EXPIRED)
    decide_flag(session, flag, FlagDecision.TRIAGE, reason=WHY, by=mo, at=NOW)
    session.commit()
    desk = signed_in(app, mo)
    page = desk.get(f"/moderation/audit?subject=flag:{flag.id}")
    assert f"Flag {flag.id}: its page" in page.text
    assert "Flag triaged" in page.text and WHY in page.text and "mo@practice.example" in page.text
    assert "The log is as it was written" in desk.get("/moderation/audit?verify=1").text


@pytest.mark.parametrize(
    "path", ["flags/1", "flags/99999999999999999999", "claims/1", "requests/1", "matches/1", "runs/1", "flags/x"]
)
def test_what_is_not_there_answers_404(app: Flask, session: Session, mo: Account, path: str) -> None:
    session.commit()
    signed_in(app, mo).get(f"/moderation/{path}", status=404)


def test_scraped_text_stays_text_on_moderators_pages(
    app: Flask, session: Session, register: Register, mo: Account
) -> None:
    listing = make_listing(session, given="<b>Otto", family='"><script>alert(1)</script>', about="x")
    make_flag(session, listing, Severity.HIGH, FlagKind.LICENSE_EXPIRED).reason = "<img src=x onerror=alert(1)>"
    session.commit()
    for path in ("/moderation/", f"/moderation/flags/{open_flags(session)[FlagKind.LICENSE_EXPIRED].id}"):
        page = signed_in(app, mo).get(path)
        assert not page.html.select("main script, main b, main img")


def test_a_stranger_is_sent_to_sign_in_and_comes_back(app: Flask, session: Session) -> None:
    answer = Visitor(app).client.get("/moderation/runs?page=2")
    assert answer.location == "/account/login?next=/moderation/runs?page%3D2"
