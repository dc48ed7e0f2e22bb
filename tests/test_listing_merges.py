"""Two listings of one person: merged, looked for, read about, taken apart again. By two people, twice, at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import audit
from directory.listings.listing_merges import merge_listings, undo_merge
from directory.listings.listing_past import past_rows
from directory.listings.merge_rows import rows_of
from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.credential import Credential, CredentialCheck
from directory.models.flag import Flag
from directory.models.listing import Listing, SearchEntry
from directory.models.merge import MergeState
from directory.models.registry import RecordMatch
from directory.registries.checks import check_listing
from directory.rules.vocabulary import (
    FlagKind,
    FlagState,
    ListingState,
    Outcome,
    Role,
    Verdict,
)
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing
from tests.registry_files import Register, read_file, row
from tests.views.people import signed_in

WHY = "Same certificate on both walls, seen by hand."
LATER = NOW + timedelta(days=1)
MUCH_LATER = NOW + timedelta(days=2)


@pytest.fixture
def mo(session: Session) -> Account:
    return make_account(session, "mo", role=Role.MODERATOR)


@pytest.fixture
def max_(session: Session) -> Account:
    return make_account(session, "max", role=Role.MODERATOR)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path)


def two_listings(session: Session, register: Register, *, owner: Account | None = None) -> tuple[Listing, Listing]:
    """One person's two listings, read about: the kept one in Los Angeles, the other under a former name in Fresno."""
    kept = make_listing(session, claimed_by=owner)
    make_credential(session, kept, number="AC 10001", number_key="10001")
    other = make_listing(
        session, family="Quarles", family_key="quarles", city="Fresno", postal_code="93701", npi="1234567893"
    )
    make_credential(session, other, number="AC 10002", number_key="10002")
    session.commit()
    check_listing(session, [kept.id, other.id], now=NOW)
    session.commit()
    read_file(session, register, the_two(), at=NOW)
    return session.get_one(Listing, kept.id), session.get_one(Listing, other.id)


def the_two() -> list[dict[str, str]]:
    return [
        row("AC 10001", first="Ottoline", last="Vasquez-Thorne"),
        row("AC 10002", first="Ottoline", last="Quarles", Status="Expired", City="Fresno", Zip="93701"),
    ]


def as_it_stands(session: Session, *ids: int) -> Mapping[str, Any]:
    """Everything that may change about these listings, and what search makes of them."""
    session.rollback()
    entries = session.execute(
        select(*SearchEntry.__table__.c).where(SearchEntry.listing_id.in_(ids)).order_by(SearchEntry.location_id)
    ).mappings()
    return {"rows": dict(rows_of(session, ids)), "search": [dict(each) for each in entries]}


def outcomes(session: Session, listing_id: int) -> dict[str, Outcome]:
    """The last outcome of each credential that stands on the listing, by number."""
    rows = session.execute(
        select(Credential.number, CredentialCheck.outcome)
        .join(CredentialCheck, CredentialCheck.credential_id == Credential.id)
        .where(Credential.listing_id == listing_id, Credential.withdrawn_at.is_(None))
        .order_by(CredentialCheck.id)
    )
    return {number: outcome for number, outcome in rows}


# What a merge does ---------------------------------------------------------------------------------------------------


def test_the_kept_one_has_all_that_both_had_and_the_other_leads_there(
    app: Flask, session: Session, register: Register, mo: Account
) -> None:
    kept, other = two_listings(session, register)
    old = other.slug
    merge = merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=LATER)
    session.commit()
    assert merge.state is MergeState.DONE
    assert outcomes(session, kept.id) == {"AC 10001": Outcome.CONFIRMED, "AC 10002": Outcome.EXPIRED}
    assert kept.npi == "1234567893" and kept.other_names == ["Ottoline Quarles"]
    assert [place.city for place in kept.locations] == ["Los Angeles", "Fresno"]
    assert (other.state, other.merged_into_id) == (ListingState.HIDDEN, kept.id)
    assert session.scalars(select(Flag.listing_id).where(Flag.kind == FlagKind.LICENSE_EXPIRED)).one() == kept.id
    shown = session.scalars(select(SearchEntry.listing_id)).all()
    assert set(shown) == {kept.id} and len(shown) == 2
    visitor = signed_in(app, None)
    for page in ("", "/evidence"):
        answer = visitor.client.get(f"/practitioners/{old}{page}")
        assert (answer.status_code, answer.location) == (301, f"/practitioners/{kept.slug}{page}")
    assert "AC 10002" in visitor.get(f"/practitioners/{kept.slug}").text
    assert audit.verify(session).sound
    assert old.startswith("ottoline") and past_rows(session, old, NOW) is not None  # what its page said stays known


@pytest.mark.parametrize("read_between", [False, True])
def test_taken_back_both_stand_as_they_did(
    session: Session, register: Register, mo: Account, max_: Account, read_between: bool
) -> None:
    kept, other = two_listings(session, register)
    claimant = make_account(session, "ben")
    session.add(Claim(listing_id=other.id, account_id=claimant.id, state="denied", made_at=NOW, decided_at=NOW))
    make_credential(session, other, number="AC 10001", number_key="10001")  # stated on both
    session.commit()
    check_listing(session, [kept.id, other.id], now=NOW)
    session.commit()
    before = as_it_stands(session, kept.id, other.id)
    checks = session.scalars(select(CredentialCheck.id)).all()
    merge = merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=LATER)
    session.commit()
    if read_between:
        renewed = [{**each, "Status": "Active", "Expires": "2029-01-31"} for each in the_two()]
        read_file(session, register, renewed, at=LATER)
        assert outcomes(session, kept.id)["AC 10002"] is Outcome.CONFIRMED
    merge = session.get_one(type(merge), merge.id)
    assert undo_merge(session, merge, reason=WHY, by=max_, at=MUCH_LATER)
    session.commit()
    after = as_it_stands(session, kept.id, other.id)
    if not read_between:
        assert after == before
    else:
        assert outcomes(session, other.id)["AC 10002"] is Outcome.CONFIRMED  # the check is the credential's
        assert set(session.scalars(select(CredentialCheck.id))) > set(checks)
        for name in ("listing", "location", "credential", "claim"):
            assert {key: each for key, each in after["rows"].items() if key[0] == name} == {
                key: each for key, each in before["rows"].items() if key[0] == name
            }
        matches = select(RecordMatch.listing_id).where(RecordMatch.verdict == Verdict.SURE)
        assert set(session.scalars(matches)) == {kept.id, other.id}
    assert not undo_merge(session, merge, reason=WHY, by=mo, at=MUCH_LATER)
    session.commit()
    assert as_it_stands(session, kept.id, other.id) == after
    assert audit.verify(session).sound


def test_what_was_changed_since_is_left_when_a_merge_is_taken_back(
    session: Session, register: Register, mo: Account
) -> None:
    kept, other = two_listings(session, register)
    merge = merge_listings(session, kept.id, other.id, reason=WHY, by=mo, at=LATER)
    session.commit()
    kept.other_names = ["Ottoline Q. Thorne"]
    flag = session.scalars(select(Flag).where(Flag.kind == FlagKind.LICENSE_EXPIRED)).one()
    from directory.moderation import flags

    flags.change_flag(session, flag, FlagState.DISMISSED, reason=WHY, by=mo, at=LATER)
    session.commit()
    undo_merge(session, merge, reason=WHY, by=mo, at=MUCH_LATER)
    session.commit()
    assert kept.other_names == ["Ottoline Q. Thorne"]
    assert (flag.listing_id, flag.state) == (other.id, FlagState.DISMISSED)
    assert session.scalars(select(Flag).where(Flag.kind == FlagKind.LICENSE_EXPIRED)).one().id == flag.id
