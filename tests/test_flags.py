"""Flags are opened, kept, refreshed and withdrawn as facts change, and each step is a row of their history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing
from directory.moderation import flags
from directory.moderation.flags import FlagMoved, change_flag, refresh_flags
from directory.rules.vocabulary import FlagKind, FlagState, ListingState, Outcome, Role, Severity
from tests.conftest import NOW
from tests.evidence_makers import make_check, publish_finding
from tests.makers import make_account, make_credential, make_listing

DAY = timedelta(days=1)


@pytest.fixture
def listing(session: Session) -> Listing:
    """Somebody in California who states no license: that is one flag."""
    return make_listing(session)


def flag_of(session: Session, listing: Listing) -> Flag:
    return session.scalars(
        select(Flag).where(Flag.listing_id == listing.id).execution_options(populate_existing=True)
    ).one()


def steps(session: Session) -> list[tuple[FlagState | None, FlagState]]:
    return [(each.from_state, each.to_state) for each in session.scalars(select(FlagChange).order_by(FlagChange.id))]


def test_a_missing_license_opens_one_flag_with_its_reason(session: Session, listing: Listing) -> None:
    assert refresh_flags(session, [listing.id], now=NOW) == (1, 0)

    flag = flag_of(session, listing)
    assert (flag.kind, flag.severity, flag.state) == (FlagKind.LICENSE_MISSING, Severity.HIGH, FlagState.DETECTED)
    assert (flag.subject, flag.opened_at) == (f"listing:{listing.id}", NOW)
    assert "California" in flag.reason
    assert steps(session) == [(None, FlagState.DETECTED)]


def test_looking_again_opens_nothing_twice(session: Session, listing: Listing) -> None:
    refresh_flags(session, [listing.id], now=NOW)

    assert refresh_flags(session, [listing.id], now=NOW + DAY) == (0, 0)
    assert len(steps(session)) == 1


def test_a_flag_whose_facts_are_gone_is_withdrawn(session: Session, listing: Listing) -> None:
    refresh_flags(session, [listing.id], now=NOW)
    make_credential(session, listing)

    assert refresh_flags(session, [listing.id], now=NOW + DAY) == (0, 1)
    flag = flag_of(session, listing)
    assert (flag.state, flag.closed_at) == (FlagState.WITHDRAWN, NOW + DAY)
    assert steps(session)[-1] == (FlagState.DETECTED, FlagState.WITHDRAWN)


def test_a_dismissed_flag_stays_closed_until_its_facts_change(session: Session, listing: Listing) -> None:
    mo = make_account(session, "mo", role=Role.MODERATOR)
    refresh_flags(session, [listing.id], now=NOW)
    change_flag(session, flag_of(session, listing), FlagState.DISMISSED, reason="A hospital's.", by=mo, at=NOW)

    assert refresh_flags(session, [listing.id], now=NOW + DAY) == (0, 0)

    listing.locations[0].region = "NY"
    assert refresh_flags(session, [listing.id], now=NOW + DAY) == (1, 0)


def test_an_open_flag_shows_the_facts_as_they_are_now(session: Session, listing: Listing) -> None:
    refresh_flags(session, [listing.id], now=NOW)
    listing.locations[0].region = "NY"

    assert refresh_flags(session, [listing.id], now=NOW + DAY) == (0, 0)
    assert "New York" in flag_of(session, listing).reason
    assert steps(session)[-1] == (FlagState.DETECTED, FlagState.DETECTED)


@pytest.mark.parametrize("state", [FlagState.DECIDED, FlagState.PUBLISHED])
def test_what_was_decided_on_other_facts_is_decided_anew(session: Session, listing: Listing, state: FlagState) -> None:
    credential = make_credential(session, listing)
    make_check(session, credential, Outcome.RESTRICTED, standing_raw="Probation", days_ago=9)
    flags.refresh_flags(session, [listing.id], now=NOW)
    flag = session.scalars(select(Flag).where(Flag.kind == FlagKind.LICENSE_RESTRICTED)).one()
    if state is FlagState.PUBLISHED:  # the database lets no flag there without due process
        flag = publish_finding(session, flag, at=NOW)
    else:
        flags.change_flag(session, flag, state, reason="after due process", at=NOW)
    flags.refresh_flags(session, [listing.id], now=NOW)
    assert flag.state is state

    make_check(session, credential, Outcome.RESTRICTED, standing_raw="Limited by order", days_ago=1)
    flags.refresh_flags(session, [listing.id], now=NOW)

    session.refresh(flag)
    assert flag.state is FlagState.DETECTED
    step = session.scalars(
        select(FlagChange).where(FlagChange.flag_id == flag.id).order_by(FlagChange.id.desc())
    ).first()
    assert step is not None
    assert (step.from_state, step.to_state) == (state, FlagState.DETECTED)


def test_a_dismissed_suspension_that_was_over_is_looked_at_when_it_comes_again(
    session: Session, listing: Listing
) -> None:
    credential, kind = make_credential(session, listing), Flag.kind == FlagKind.LICENSE_SUSPENDED
    make_check(session, credential, Outcome.SUSPENDED, standing_raw="Suspended", days_ago=9)
    flags.refresh_flags(session, [listing.id], now=NOW)
    change_flag(session, session.scalars(select(Flag).where(kind)).one(), FlagState.DISMISSED, reason="No.", at=NOW)
    make_check(session, credential, Outcome.SUSPENDED, standing_raw="Suspended", days_ago=8)
    flags.refresh_flags(session, [listing.id], now=NOW)
    assert session.scalars(select(Flag.state).where(kind)).all() == [FlagState.DISMISSED]
    make_check(session, credential, Outcome.CONFIRMED, days_ago=5)
    flags.refresh_flags(session, [listing.id], now=NOW)
    make_check(session, credential, Outcome.SUSPENDED, standing_raw="Suspended", days_ago=1)
    flags.refresh_flags(session, [listing.id], now=NOW)
    assert session.scalars(select(Flag.state).where(kind).order_by(Flag.id)).all() == [
        FlagState.EXPIRED,
        FlagState.DETECTED,
    ]


def test_a_removed_listing_has_no_open_flags(session: Session, listing: Listing) -> None:
    refresh_flags(session, [listing.id], now=NOW)
    listing.state = ListingState.REMOVED

    assert refresh_flags(session, [listing.id], now=NOW + DAY) == (0, 1)


def test_two_people_cannot_move_a_flag_at_once(session: Session, listing: Listing) -> None:
    mo = make_account(session, "mo", role=Role.MODERATOR)
    refresh_flags(session, [listing.id], now=NOW)
    flag = flag_of(session, listing)
    session.execute(update(Flag).values(state=FlagState.TRIAGED).execution_options(synchronize_session=False))

    with pytest.raises(FlagMoved):
        change_flag(session, flag, FlagState.DISMISSED, reason="Nothing in it.", by=mo, at=NOW)
    assert len(steps(session)) == 1


def test_each_step_by_a_person_names_them_and_their_reason(session: Session, listing: Listing) -> None:
    mo = make_account(session, "mo", role=Role.MODERATOR)
    refresh_flags(session, [listing.id], now=NOW)

    change_flag(session, flag_of(session, listing), FlagState.TRIAGED, reason="I will write.", by=mo, at=NOW + DAY)

    step = session.scalars(select(FlagChange).order_by(FlagChange.id.desc()).limit(1)).one()
    assert (step.by_id, step.reason, step.at) == (mo.id, "I will write.", NOW + DAY)
    assert flag_of(session, listing).closed_at is None


def test_facts_are_those_of_the_rows(session: Session, listing: Listing) -> None:
    credential = make_credential(session, listing)
    withdrawn = make_credential(session, listing)
    withdrawn.withdrawn_at = NOW
    listing.credentials_text = "L.Ac., Dipl. O.M. (NCCAOM)"

    facts = flags.facts_of(session, [listing.id, 999_999], NOW)

    assert set(facts) == {listing.id}
    found = facts[listing.id]
    assert [each.id for each in found.credentials] == [credential.id]
    assert [place.jurisdictions for place in found.places] == [("US-CA", "US")]
    assert (found.states_certification, found.claimed) == (True, False)


def test_many_listings_are_looked_at_in_a_few_statements(session: Session) -> None:
    from sqlalchemy import event

    ids = [make_listing(session).id for _ in range(30)]
    statements: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    refresh_flags(session, ids, now=NOW)

    assert sum(statement.startswith("SELECT") for statement in statements) < 15
