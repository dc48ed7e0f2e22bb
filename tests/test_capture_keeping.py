"""How long captures are kept: never shorter than what rests on them, and not much longer."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.evidence.capture_keeping import sweep_captures
from directory.evidence.evidence import evidence_page
from directory.listings import listings
from directory.models.credential import CredentialCheck, Evidence
from directory.models.listing import Listing
from directory.models.page_check import PageCheck
from directory.models.registry import PublishedRecord, RecordMatch, RegistryRun
from directory.registries import storage
from directory.rules.freshness import CAPTURE_AGE
from directory.rules.vocabulary import ListingState, PageCheckState, PageKind, Role, RunChannel, RunState
from tests.conftest import NOW
from tests.evidence_makers import make_check
from tests.listing_histories import Life
from tests.makers import make_account, make_credential, make_listing
from tests.registry_files import Register, read_file, row
from tests.source_histories import make_run

DAY = timedelta(days=1)
MUCH_LATER = NOW + CAPTURE_AGE + DAY


def keep(body: str, *, at: datetime = NOW) -> str:
    """A capture of these words, last seen at `at`."""
    capture = storage.captures().keep([body.encode()], url=f"https://register.example/{body}", retrieved_at=at)
    last_seen([capture.sha256], at)
    return capture.sha256


def last_seen(hashes: Iterable[str], at: datetime) -> None:
    for sha256 in hashes:
        for path in (storage.captures().folder / sha256[:2]).glob(f"{sha256}*"):
            os.utime(path, (at.timestamp(), at.timestamp()))


def kept() -> set[str]:
    return {sha256 for sha256, _ in storage.captures().kept()}


def test_what_nothing_rests_on_goes_after_its_age_and_not_before(session: Session) -> None:
    old, young = keep("old"), keep("young", at=NOW + 2 * DAY)
    assert sweep_captures(session, now=NOW + CAPTURE_AGE).deleted == 0
    dry = sweep_captures(session, now=MUCH_LATER, dry_run=True)
    assert (dry.captures, dry.deleted, dry.bytes) == (2, 1, 3)
    assert kept() == {old, young}
    assert sweep_captures(session, now=MUCH_LATER).deleted == 1
    assert kept() == {young}
    assert [path.name for path in storage.captures().folder.rglob(f"{old}*")] == []


def test_what_a_source_confirmed_again_is_young_again(session: Session) -> None:
    sha256, store = keep("unchanged", at=NOW - 60 * DAY), storage.captures()
    before = set(store.folder.rglob("*.json"))
    store.keep_again(sha256, url="https://register.example/other", retrieved_at=NOW, media_type="")
    (note,) = set(store.folder.rglob("*.json")) - before
    os.utime(note, (NOW.timestamp(), NOW.timestamp()))
    assert sweep_captures(session, now=NOW + DAY).deleted == 0
    assert sweep_captures(session, now=MUCH_LATER).deleted == 1


def test_the_capture_behind_a_check_stays_and_goes_with_whoever_leaves(session: Session) -> None:
    listing = make_listing(session)
    check = make_check(session, make_credential(session, listing))
    sha256 = keep("hers")
    evidence = session.get_one(Evidence, check.evidence_id)
    row_id = insert_like(session, evidence, sha256)
    session.add(CredentialCheck(**{**columns(check), "evidence_id": row_id}))
    session.commit()
    assert sweep_captures(session, now=NOW + 900 * DAY).deleted == 0
    listings.remove_listing(session, listing, by="operator", reason="asked", at=NOW)
    session.commit()
    assert sweep_captures(session, now=MUCH_LATER).deleted == 1
    assert session.get_one(Evidence, row_id).sha256 == sha256, "the hash stays"


def columns(check: CredentialCheck) -> dict[str, object]:
    return {each.key: getattr(check, each.key) for each in check.__table__.columns if each.key != "id"}


def insert_like(session: Session, evidence: Evidence, sha256: str) -> int:
    fields = {each.key: getattr(evidence, each.key) for each in evidence.__table__.columns if each.key != "id"}
    other = Evidence(**{**fields, "sha256": sha256})
    session.add(other)
    session.flush()
    return other.id


def test_a_list_stays_while_its_records_are_current(session: Session, tmp_path: Path) -> None:
    register = Register(tmp_path)
    first = read_file(session, register, [row(), row("AC 10002", "Benedikt", "Okonkwo")], at=NOW)
    last_seen(first.report["captures"], NOW)
    assert sweep_captures(session, now=MUCH_LATER).deleted == 0
    second = read_file(session, register, [row(), row("AC 10002", "Benedikt", "Okonkwo")], at=NOW + DAY)
    last_seen([*first.report["captures"], *second.report["captures"]], NOW)
    third = read_file(session, register, [row(), row("AC 10003", "Wilhelmina", "Oyelaran")], at=NOW + 2 * DAY)
    last_seen(third.report["captures"], NOW)
    sweep_captures(session, now=MUCH_LATER)
    assert kept() == set(third.report["captures"])


def test_what_was_looked_up_about_somebody_who_left_goes_although_its_record_is_current(
    session: Session, tmp_path: Path
) -> None:
    listing = make_listing(session)
    make_credential(session, listing, number="AC 10001", number_key="10001")
    session.commit()
    run = read_file(session, Register(tmp_path), [row()], at=NOW)
    run.channel = RunChannel.LOOKUP
    session.commit()
    last_seen(run.report["captures"], NOW)
    assert sweep_captures(session, now=MUCH_LATER).deleted == 0
    listings.remove_listing(session, listing, by="operator", reason="asked", at=NOW)
    session.commit()
    assert session.scalars(select(PublishedRecord.is_current)).all() == [True]
    assert session.scalars(select(RecordMatch)).all() == []
    assert sweep_captures(session, now=MUCH_LATER).deleted == 1


@pytest.mark.parametrize(("state", "deleted"), [(RunState.HELD, 0), (RunState.STAGED, 0), (RunState.REJECTED, 1)])
def test_what_a_person_has_still_to_decide_about_stays(session: Session, state: RunState, deleted: int) -> None:
    run = make_run(session, "us_wa", at=NOW, report={"captures": [keep("held")]})
    run.state = state
    session.commit()
    assert sweep_captures(session, now=MUCH_LATER).deleted == deleted


def test_a_page_that_a_moderator_confirmed_stays_with_its_credential(session: Session) -> None:
    mo, listing = make_account(session, "mo", role=Role.MODERATOR), make_listing(session)
    credential = make_credential(session, listing)
    check = make_check(session, credential)
    settled = {"settled_by_id": mo.id, "settled_at": NOW, "evidence_id": check.evidence_id}
    page = PageCheck(
        credential_id=credential.id,
        registry_id="us_ca",
        state=PageCheckState.CONFIRMED,
        kind=PageKind.HTML,
        sha256=keep("page"),
        uploaded_by_id=mo.id,
        uploaded_at=NOW,
        **settled,
    )
    session.add(page)
    session.commit()
    assert sweep_captures(session, now=MUCH_LATER).deleted == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_that_a_current_public_fact_points_to_is_ever_deleted(
    session: Session, tmp_path: Path, seed: int
) -> None:
    life, chosen = Life(session, tmp_path, seed=seed, at=NOW - 900 * DAY), random.Random(seed)
    deleted = 0
    for step in range(40):
        life.step()
        if chosen.random() < 0.3:
            last_seen(kept(), life.at - chosen.choice([DAY, 40 * DAY]))
            keep(f"stray {step}", at=life.at - 40 * DAY)
            deleted += sweep_captures(session, now=life.at).deleted
        for fact_of in life.listings:
            for sha256 in hashes_behind(session, fact_of, life.at):
                assert sha256 in kept()
    assert deleted > 3


def hashes_behind(session: Session, listing: Listing, now: datetime) -> set[str]:
    """The captures that were really made, of all that the listing's evidence page rests on."""
    states = (ListingState.PUBLISHED, ListingState.HIDDEN)
    page = evidence_page(session, listing.slug, now=now, states=states)
    assert page is not None
    shown = {each.sha256 for fact in page.facts for each in (fact, *fact.checks) if each.sha256}
    read = session.scalars(select(RegistryRun.report["captures"])).all()
    return {sha256 for captures in read for sha256 in captures or () if sha256[:12] in shown}


def test_the_command_says_what_it_would_do(app: Flask, session: Session) -> None:
    keep("old", at=NOW - 4000 * DAY)
    result = app.test_cli_runner().invoke(args=["captures", "sweep", "--dry-run", "--json"])
    assert json.loads(result.stdout) == {"captures": 1, "deleted": 1, "bytes": 3, "dry_run": True}
    words = app.test_cli_runner().invoke(args=["captures", "sweep"]).stdout
    assert "1 of 1 captures (3 bytes) were deleted" in words
    assert kept() == set()
