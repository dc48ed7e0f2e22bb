"""A merge that is pressed while a run applies to one of the two: it comes before a portion or after it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.listings.listing_merges import merge_listings
from directory.models.account import Account
from directory.models.credential import CredentialCheck
from directory.models.flag import Flag
from directory.models.listing import SearchEntry
from directory.models.listing_version import ListingVersion
from directory.models.registry import RecordMatch
from directory.registries import applying
from directory.registries.applying import Sizes
from directory.rules.vocabulary import FlagKind, Outcome, Role, RunState, Verdict
from tests.conftest import NOW
from tests.makers import make_account
from tests.merges.two_listings import WHY, outcomes, the_two, two_listings
from tests.registry_files import Register, read_file

LATER = NOW + timedelta(days=1)


def test_what_a_run_finds_while_two_are_merged_is_found_of_the_kept_one(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register, mo = Register(tmp_path), make_account(session, "mo", role=Role.MODERATOR)
    (kept, other), by = (each.id for each in two_listings(session, register)), mo.id
    session.commit()
    in_the_middle, pressed = applying.match_and_check, []

    def press() -> None:
        with app.app_context():
            merge_listings(db.session(), kept, other, reason=WHY, by=db.session.get_one(Account, by), at=LATER)
            db.session.commit()

    def match_and_press(*args: Any, **options: Any) -> Any:
        found = in_the_middle(*args, **options)
        if found.touched == {other}:  # the last portion: nothing comes later that would put the kept one right
            pressed.append(Thread(target=press))
            pressed[0].start()
            pressed[0].join(timeout=0.2)
        return found

    monkeypatch.setattr(applying, "match_and_check", match_and_press)
    first, last = the_two()
    rows = [first, {**last, "Status": "Revoked", "Expires": "2029-01-31"}]
    assert read_file(session, register, rows, at=LATER, sizes=Sizes(match=1)).state is RunState.APPLIED
    session.rollback()
    pressed[0].join(timeout=20)
    assert outcomes(session, kept) == {"AC 10001": Outcome.CONFIRMED, "AC 10002": Outcome.REVOKED}
    assert outcomes(session, other) == {}
    flags = session.scalars(select(Flag).where(Flag.closed_at.is_(None), Flag.kind == FlagKind.LICENSE_REVOKED)).all()
    assert [flag.listing_id for flag in flags] == [kept]
    assert set(session.scalars(select(RecordMatch.listing_id).where(RecordMatch.verdict != Verdict.NO))) == {kept}
    assert set(session.scalars(select(SearchEntry.listing_id))) == {kept}
    noted = select(func.max(ListingVersion.last_check_id)).where(ListingVersion.listing_id == kept)
    assert session.scalar(noted) == session.scalar(select(func.max(CredentialCheck.id)))
