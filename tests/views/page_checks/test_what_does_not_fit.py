"""Checks by hand: a page about somebody else, about nobody, or older than what is known."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models.credential import Credential
from directory.models.flag import Flag
from directory.models.page_check import PageCheck
from directory.moderation.page_checks import subject_of
from directory.moderation.page_doubts import doubts_about_record
from directory.rules.vocabulary import FlagKind, Outcome
from scrapers.record import RegistryRecord
from tests.mhtml_files import chrome
from tests.views.page_checks.desk import (
    DCA,
    EARLIER,
    NM,
    NOON,
    RESULTS,
    TYPED,
    WHOLE_PAGE,
    checks,
    kept_files,
    latest_draft,
    state,
    upload,
)
from tests.views.people import Visitor, fill

NOBODY = WHOLE_PAGE.format("<p>Your search for license number 99101 has returned no results. Please try again.</p>")


def test_another_number_needs_an_explicit_decision_and_is_then_a_question(
    session: Session, browser: Visitor, hers: Credential
) -> None:
    hers.number, hers.number_key = "AC 55555", "55555"
    page = upload(browser, hers, chrome(RESULTS, DCA))
    assert "Nobody on the page has the number AC 55555" in page.text
    said = {**TYPED, "number": "99101", "standing_raw": "Current"}
    page = state(browser, latest_draft(session), **said, aware="y", status=422)
    assert "The listing gives the number AC 55555, you state 99101." in page.text and checks(session) == []
    again = {**said, "aware": "y", "seen": page.one("#seen")["value"]}
    state(browser, latest_draft(session), **again)
    assert checks(session)[0].outcome is Outcome.AMBIGUOUS


def test_another_name_is_a_question_unless_somebody_knows_the_person(
    session: Session, browser: Visitor, hers: Credential
) -> None:
    upload(browser, hers, chrome(RESULTS.replace("HOLLOWAY, WREN ADAIR", "QUARLES, BENEDETTA"), DCA))
    page = state(browser, latest_draft(session), status=422)
    assert "“QUARLES, BENEDETTA” is not the name on the listing." in page.text
    page = state(browser, latest_draft(session), same_person="y", status=409)
    assert "how you know" in page.text
    state(browser, latest_draft(session), same_person="y", note="She married in May; the board wrote so.")
    assert checks(session)[0].outcome is Outcome.CONFIRMED and checks(session)[0].name_agrees is None


def test_what_differs_from_what_was_read_is_asked_about(session: Session, browser: Visitor, hers: Credential) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    page = state(browser, latest_draft(session), expires_on="2029-03-31", status=422)
    assert "The reader read “2027-03-31” as the last day, you state “2029-03-31”." in page.text


def test_spaces_that_a_reader_put_between_the_words_of_a_page_are_no_difference(
    session: Session, browser: Visitor, hers: Credential
) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    read = RegistryRecord.from_json(latest_draft(session).read["record"])
    subject = subject_of(session, hers.id, now=NOON)
    assert subject is not None
    for words, doubts in (("CLEAR/Active", 0), ("CLEAR", 1)):
        stated, spaced = replace(read, standing_raw=words), replace(read, standing_raw="CLEAR / Active")
        assert len(doubts_about_record(subject, stated, spaced, same_person=False)) == doubts


def test_a_page_older_than_the_last_look_says_nothing_new(session: Session, browser: Visitor, hers: Credential) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    state(browser, latest_draft(session))
    upload(browser, hers, chrome(RESULTS.replace("Current", "License Revoked"), DCA))
    page = state(browser, latest_draft(session), retrieved_at=EARLIER, status=409)
    assert "looked at later than that" in page.text and len(checks(session)) == 1


def test_a_page_whose_file_is_gone_is_told_in_words(session: Session, browser: Visitor, hers: Credential) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    for file in (*kept_files("waiting"), *kept_files("captures")):
        file.unlink()
    page = state(browser, latest_draft(session), status=409)
    assert "is not kept any more" in page.text and "Errno" not in page.text


def test_nobody_found_is_told_with_the_page_and_flags_nobody_at_once(
    session: Session, browser: Visitor, hers: Credential
) -> None:
    page = upload(browser, hers, chrome(NOBODY, DCA))
    assert "does not know this page" in page.text
    state(browser, latest_draft(session), found="nobody", status=422)
    state(browser, latest_draft(session), found="nobody", aware="y")
    (check,) = checks(session)
    assert (check.outcome, check.misses) == (Outcome.NOT_FOUND, 1) and check.evidence_id is not None
    assert FlagKind.LICENSE_NOT_FOUND not in set(session.scalars(select(Flag.kind)))


def test_silence_of_a_register_whose_gaps_are_not_known_says_nothing(
    session: Session, browser: Visitor, in_new_mexico: Credential
) -> None:
    upload(browser, in_new_mexico, chrome(NOBODY, NM))
    state(browser, latest_draft(session), found="nobody", aware="y", retrieved_at=NOON)
    assert checks(session)[0].outcome is Outcome.COULD_NOT_CHECK


def test_nobody_found_on_a_page_that_shows_them_is_asked_about(
    session: Session, browser: Visitor, hers: Credential
) -> None:
    upload(browser, hers, chrome(RESULTS, DCA))
    page = state(browser, latest_draft(session), found="nobody", status=422)
    assert "The page shows HOLLOWAY, WREN ADAIR with this number" in page.text and checks(session) == []


def test_without_a_page_nothing_can_be_stated(session: Session, browser: Visitor, hers: Credential) -> None:
    fill(browser, f"/moderation/credentials/{hers.id}/by-hand", {}, status=422)
    assert session.scalar(select(func.count()).select_from(PageCheck)) == 0
