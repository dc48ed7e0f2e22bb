"""What the pages of a case say: its steps in order, and whether everybody can read it, as the listing's page has it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.listings.listing_rows import published_findings
from directory.models.account import Account
from directory.models.credential import Credential
from directory.models.due_process import CaseNotice
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.notice import Notice
from directory.moderation import due_process
from directory.moderation.case_steps import steps_of
from directory.moderation.due_mails import seal, what_was_found
from directory.rules.vocabulary import AppealOutcome, FlagKind, FlagState, Outcome
from tests.conftest import NOW
from tests.evidence_makers import make_check
from tests.makers import make_account
from tests.test_due_process import DAY, GOOD, flag, mails_go_out, people, published
from tests.views.people import Visitor, signed_in

__all__ = ["flag", "people"]

HIDDEN = "Our page does not show it while the appeal is decided."
STAYS = "it rests on a final public order, and stays while the appeal is decided."


def by_order(session: Session, flag: Flag, mo: Account, mia: Account) -> None:
    flag.kind = FlagKind.LICENSE_REVOKED
    order = "https://board.example/order"
    due_process.propose_order(session, flag.id, order_url=order, reasons=GOOD, by=mo, at=NOW)
    due_process.confirm_order(session, flag.id, by=mia, at=NOW)
    mails_go_out(session, 0)


@pytest.mark.parametrize(("ordered", "words", "shown"), [(False, HIDDEN, 0), (True, STAYS, 1)])
def test_an_appealed_mark_is_hidden_unless_it_rests_on_a_public_order_and_every_page_says_so(
    app: Flask, session: Session, flag: Flag, people: tuple[Account, Account], *, ordered: bool, words: str, shown: int
) -> None:
    if ordered:
        by_order(session, flag, *people)
    else:
        published(session, flag, people[0])
    assert len(session.execute(published_findings(Flag.id == flag.id)).all()) == 1
    due_process.appeal(session, flag.id, "I renewed it in time.", at=NOW + 21 * DAY)
    session.commit()
    assert flag.state is FlagState.APPEALED
    assert len(session.execute(published_findings(Flag.id == flag.id)).all()) == shown == int(flag.is_public)
    told = seal(session.scalars(select(CaseNotice.id)).one())
    moderator = signed_in(app, people[0])
    pages = [moderator.get(f"/moderation/flags/{flag.id}/case").text, Visitor(app).get(f"/notices/{told}").text]
    mail = session.scalars(select(Notice.text).order_by(Notice.id.desc())).first()
    assert mail is not None
    for text in (*pages, mail):
        assert words in text
        assert ("Everybody can read it" in text) is ordered
    assert ("Everybody can read it." in moderator.get(f"/moderation/flags/{flag.id}").text) is ordered


def test_steps_are_told_in_their_order_with_who_took_them(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    mo, mia = people
    published(session, flag, mo)
    due_process.appeal(session, flag.id, "I renewed it in time.", at=NOW + 21 * DAY)
    due_process.decide_appeal(session, flag.id, AppealOutcome.UPHELD, reasons=GOOD, by=mia, at=NOW + 22 * DAY)
    due_process.confirm(session, flag.id, reasons=GOOD, by=mo, at=NOW + 90 * DAY)
    session.commit()
    assert [(step.what, step.by or step.by_id) for step in steps_of(session, flag)] == [
        ("Found", "a program"),
        ("Notice written", mo.id),
        ("Notice taken for delivery", "a mail server"),
        ("Decided: it may be told in public", mo.id),
        ("Statement of reasons taken for delivery", "a mail server"),
        ("It became public", "a program"),
        ("Appeal", "the practitioner"),
        ("Appeal decided: the decision stands", mia.id),
        ("Looked at again: it still holds", mo.id),
    ]


def test_of_one_moment_an_order_comes_before_what_came_of_it(
    session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    by_order(session, flag, *people)
    assert [step.what for step in steps_of(session, flag)] == [
        "Found",
        "A final public order: the short way is proposed",
        "It became public",
        "Notice written",
        "Notice taken for delivery",
    ]


def test_whoever_it_is_about_reads_roles_and_never_the_addresses_of_moderators(
    app: Flask, session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    published(session, flag, people[0])
    told = seal(session.scalars(select(CaseNotice.id)).one())
    page = Visitor(app).get(f"/notices/{told}").text
    assert GOOD in page and "by a moderator" in page and people[0].email not in page
    assert people[0].email in signed_in(app, people[1]).get(f"/moderation/flags/{flag.id}/case").text


def test_owners_find_the_notices_about_their_own_listing_and_nobody_elses(
    app: Flask, session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    due_process.notify(session, flag.id, by=people[0], at=NOW)
    mails_go_out(session, 0)
    link = f"/notices/{seal(session.scalars(select(CaseNotice.id)).one())}"
    owner = session.get_one(Account, session.get_one(Listing, flag.listing_id).owner_id)
    page = signed_in(app, owner).get("/account/notices")
    assert link in page.links() and "Told" in page.text and "by 7 December 2026" in page.text.replace("\xa0", " ")
    other = signed_in(app, make_account(session, "ben")).get("/account/notices")
    assert link not in other.links() and "There is no notice" in other.text
    assert Visitor(app).client.get("/account/notices").status_code == 302


def test_a_notice_tells_the_day_of_the_last_look_that_found_the_same(session: Session, flag: Flag) -> None:
    credential = session.get_one(Credential, flag.credential_id)
    first = make_check(session, credential, Outcome.EXPIRED, days_ago=90, standing_raw="Lapsed")
    make_check(session, credential, Outcome.EXPIRED, days_ago=2, standing_raw="Lapsed")
    make_check(session, credential, Outcome.CONFIRMED, days_ago=1, standing_raw="Active")
    flag.evidence_id = first.evidence_id
    session.flush()
    told = what_was_found(session, flag)
    assert "read on 20 November 2026" in told and "“Lapsed”" in told


def test_who_may_not_decide_is_told_why_in_words(
    app: Flask, session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    mo, mia = people
    published(session, flag, mo)
    due_process.appeal(session, flag.id, "It was renewed; look again.", at=NOW + 21 * DAY)
    session.commit()
    words = "Somebody who had no part in the decision has to look at the appeal."
    queue = signed_in(app, mo).get("/moderation/")
    assert "1 appeal" in queue.text and "/moderation/?state=appealed" in queue.links()
    assert words in signed_in(app, mo).get(f"/moderation/flags/{flag.id}/case").text
    assert words not in signed_in(app, mia).get(f"/moderation/flags/{flag.id}/case").text


def test_before_a_notice_the_page_says_where_it_would_go_and_that_nobody_needs_to_be_told(
    app: Flask, session: Session, flag: Flag, people: tuple[Account, Account]
) -> None:
    page = signed_in(app, people[0]).get(f"/moderation/flags/{flag.id}/case").text
    owner = session.get_one(Account, session.get_one(Listing, flag.listing_id).owner_id)
    assert f"A notice goes to {owner.email}." in page and "and tell them" not in page
    due_process.notify(session, flag.id, by=people[0], at=NOW)
    session.commit()
    page = signed_in(app, people[0]).get(f"/moderation/flags/{flag.id}/case").text
    assert "A notice goes to" not in page and "There is nothing in it: close, and tell them" in page
