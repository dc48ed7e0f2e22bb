"""Leaving is final: no import, no run, no merge and no restored backup lists somebody again who has left."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import current_app
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from directory.listings import listings, suppression
from directory.listings.listing_import import ImportReport, import_listings
from directory.listings.publishing import publish_from_record
from directory.listings.suppression import Identity, place_marks
from directory.models.audit import AuditLine
from directory.models.claim import Claim, Suppression
from directory.models.credential import Credential, CredentialCheck
from directory.models.flag import Flag
from directory.models.listing import Listing, Location, SearchEntry
from directory.models.registry import PublishedRecord, RecordMatch, RegistryRun
from directory.rules.vocabulary import ClaimState, FlagKind, FlagState, ListingState, RunChannel, RunState, Verdict
from scrapers.record import CredentialKind, Holder, Place, RegistryRecord
from tests.conftest import NOW
from tests.evidence_makers import NPI, OTHER_NPI, holder_of, make_check, make_flag, make_record
from tests.makers import make_account, make_credential, make_listing

LATER = NOW + timedelta(days=1)
ROW = "name,city,region,postal_code,npi,license_number,license_jurisdiction,phone\n"


def take(session: Session, *rows: str) -> ImportReport:
    body = io.BytesIO((ROW + "\n".join(rows) + "\n").encode())
    return import_listings(session, body, at=LATER, commit=session.commit, progress=lambda _: None)


def remove_everybody(session: Session) -> None:
    mo = make_account(session, "mo")
    for listing in session.scalars(select(Listing)).all():
        listings.remove_listing(session, listing, by=mo, reason="They asked for it.", at=NOW)
    session.commit()


def listed(session: Session) -> int:
    query = select(func.count()).select_from(Listing).where(Listing.state != ListingState.REMOVED)
    return session.scalar(query) or 0


def test_removal_leaves_nothing_of_the_person_but_keyed_hashes(session: Session) -> None:
    ada, mo = make_account(session), make_account(session, "mo")
    record = make_record(npi=NPI, phone="+12135550142", holder=holder_of("OTTOLINE", "QUILL", credentials="L.AC."))
    listing = publish_from_record(session, record, run_id=None, at=NOW)
    assert listing is not None
    listing.owner_id, listing.claimed_at = ada.id, NOW
    listings.edit_listing(session, listing, {"about": "Ottoline's own words", "email": "q@q.example"}, by=ada, at=NOW)
    credential = session.scalars(select(Credential)).one()
    make_check(session, credential)
    make_flag(session, listing, credential, FlagKind.LICENSE_FORMAT, FlagState.DETECTED)
    claim = Claim(
        listing_id=listing.id, account_id=ada.id, license_number="AC10001", statement="I am Quill", made_at=NOW
    )
    session.add(claim)
    session.flush()
    claim.state, claim.decided_at = ClaimState.APPROVED, NOW
    slug = listing.slug
    assert listings.remove_listing(session, listing, by=mo, reason="They asked for it.", at=NOW)
    assert not listings.remove_listing(session, listing, by=mo, reason="Again.", at=NOW)
    session.commit()
    assert listings.find_listing(session, slug) is None
    for model in (Location, SearchEntry, Credential, CredentialCheck, Flag):
        assert session.scalar(select(func.count()).select_from(model)) == 0
    kept = [str(value) for model in (Listing, Claim, Suppression, AuditLine) for value in all_values(session, model)]
    for trace in ("uill", "ttoline", "10001", NPI, "5550142", "own words", "q.example"):
        assert not [value for value in kept if trace in value], trace
    removed = session.scalars(select(AuditLine).where(AuditLine.action == "listing removed")).one()
    assert (removed.subject, removed.reason) == (f"listing:{listing.id}", "They asked for it.")


def all_values(session: Session, model: Any) -> list[Any]:
    columns = [column for column in inspect(model).columns if column.name not in ("hash", "previous_hash", "key")]
    return [value for row in session.execute(select(*columns)) for value in row]


@pytest.mark.parametrize(
    "record",
    [
        make_record(npi=NPI),
        make_record("9", npi=NPI, holder=holder_of("OTTOLINE", "MARRIED-NAME"), place=Place(city="RENO", region="NV")),
        make_record("ac-0010001", holder=holder_of("O.", "V"), place=Place()),
        make_record("", source_key="other", holder=holder_of("Ottoline Q.", "Vasquez Thorne")),
        make_record("", source_key="unsplit", holder=Holder(raw="VASQUEZ-THORNE OTTOLINE")),
        make_record("", source_key="zip", place=Place(postal_code="90012-1234", region="CA", country="US")),
    ],
    ids=["same", "npi", "number", "name and town", "name that nobody split", "name and postal code"],
)
def test_no_record_lists_them_again(session: Session, record: RegistryRecord) -> None:
    publish_from_record(session, make_record(npi=NPI), run_id=None, at=NOW)
    remove_everybody(session)
    assert publish_from_record(session, record, run_id=None, at=LATER) is None
    assert listed(session) == 0


@pytest.mark.parametrize(
    "row",
    [
        f"Other Name,Reno,NV,,{NPI},,,",
        "Other Name,Reno,NV,,,AC 10001,CA,",
        "Ottoline Vasquez-Thorne,Los Angeles,CA,,,,,",
        '"VASQUEZ-THORNE, OTTOLINE",LOS ANGELES,California,,,AC 777,US-CA,',
    ],
)
def test_no_imported_row_lists_them_again(session: Session, row: str) -> None:
    publish_from_record(session, make_record(npi=NPI), run_id=None, at=NOW)
    remove_everybody(session)
    report = take(session, row, "Hollis Quillfeather,Reno,NV,,,,,")
    assert (report.suppressed, report.created, report.rejected) == (1, 1, [])
    assert session.scalars(select(Listing.family).where(Listing.state == ListingState.PUBLISHED)).all() == [
        "Quillfeather"
    ]


def test_whoever_was_imported_is_not_listed_by_a_run(session: Session) -> None:
    take(session, f"Ottoline Vasquez-Thorne,Los Angeles,CA,90012,{NPI},AC 10001,CA,")
    remove_everybody(session)
    assert publish_from_record(session, make_record(), run_id=None, at=LATER) is None
    assert publish_from_record(session, make_record("", npi=NPI), run_id=None, at=LATER) is None


def test_other_people_are_still_listed(session: Session) -> None:
    publish_from_record(session, make_record(npi=NPI), run_id=None, at=NOW)
    remove_everybody(session)
    others = [
        make_record("20002", npi=OTHER_NPI),  # the same name in the same town: another NPI, so somebody else
        make_record("20003", place=Place(city="RENO", region="NV", country="US")),
        make_record("20004", holder=holder_of("HOLLIS", "QUILLFEATHER")),
        make_record("10001", jurisdiction="US-NV", holder=holder_of("ADA", "PENROSE")),
        make_record("10001", kind=CredentialKind.BOARD_CERTIFICATION, holder=holder_of("UNA", "PENROSE")),
    ]
    for record in others:
        assert publish_from_record(session, record, run_id=None, at=LATER) is not None


def test_what_matched_records_say_of_the_person_is_suppressed_too(session: Session) -> None:
    listing = make_listing(session)
    run = RegistryRun(registry_id="us_invented", channel=RunChannel.FILE, state=RunState.APPLIED, queued_at=NOW)
    session.add(run)
    session.flush()
    record = make_record("30003", npi=NPI, source_key="theirs", holder=holder_of("OTTOLINE", "BEFORE"))
    stranger = make_record("40004", npi=OTHER_NPI, source_key="not-theirs", holder=holder_of("ADA", "STRANGER"))
    for each, verdict in ((record, Verdict.SURE), (stranger, Verdict.UNSURE)):
        add_match(session, listing, each, verdict, run.id)
    remove_everybody(session)
    assert publish_from_record(session, record, run_id=None, at=LATER) is None
    assert publish_from_record(session, make_record("30003"), run_id=None, at=LATER) is None
    assert publish_from_record(session, stranger, run_id=None, at=LATER) is not None


def add_match(session: Session, listing: Listing, record: RegistryRecord, verdict: Verdict, run_id: int) -> None:
    session.add(
        PublishedRecord(
            registry_id=record.registry,
            source_key=record.source_key,
            kind=record.kind,
            standing=record.standing,
            jurisdiction=record.jurisdiction,
            profession=record.profession,
            number_key=record.number,
            content_hash="0" * 64,
            record=record.as_json(),
            first_run_id=run_id,
            last_run_id=run_id,
            last_seen_at=NOW,
        )
    )
    session.add(
        RecordMatch(
            registry_id=record.registry,
            source_key=record.source_key,
            listing_id=listing.id,
            verdict=verdict,
            score=0.9,
            run_id=run_id,
            at=NOW,
        )
    )
    session.flush()


def test_a_restored_backup_that_lists_them_again_is_found_out(session: Session) -> None:
    def as_in_the_backup() -> Listing:
        listing = make_listing(session, npi=NPI, slug="ottoline-as-before", origin_key="as-before")
        make_credential(session, listing, number="AC 10001", number_key="10001")
        session.commit()
        return listing

    as_in_the_backup()
    make_listing(session, given="Hollis", family="Quillfeather", npi=OTHER_NPI)
    mo = make_account(session, "mo")
    one = listings.find_listing(session, "ottoline-as-before")
    assert one is not None
    listings.remove_listing(session, one, by=mo, reason="They asked for it.", at=NOW)
    session.commit()
    kept_outside = list(suppression.kept_keys(session))
    for row in session.scalars(select(Suppression)).all():  # the backup was made before they left
        session.delete(row)
    brought_back = as_in_the_backup()
    assert list(suppression.listings_of_suppressed(session)) == []
    assert suppression.keep_keys(session, kept_outside, at=LATER) == len(kept_outside)
    assert suppression.keep_keys(session, kept_outside, at=LATER) == 0
    assert list(suppression.listings_of_suppressed(session)) == [brought_back]


def test_the_list_tells_nobody_who_left_and_is_worthless_with_another_secret(session: Session) -> None:
    publish_from_record(session, make_record(npi=NPI), run_id=None, at=NOW)
    remove_everybody(session)
    keys = session.scalars(select(Suppression.key)).all()
    assert len(set(keys)) == len(keys) >= 4
    assert all(len(key) == 64 for key in keys)
    current_app.config["SECRET_KEY"] = "another" * 8
    assert publish_from_record(session, make_record(npi=NPI), run_id=None, at=LATER) is not None


def test_removing_the_same_person_twice_keeps_each_hash_once(session: Session) -> None:
    identity = Identity(
        npi=NPI, names=frozenset({"ada penrose"}), places=frozenset(place_marks("Reno", "NV", "", "US"))
    )
    assert suppression.suppress(session, identity, at=NOW) == 3
    assert suppression.suppress(session, identity, at=LATER) == 0


@given(st.text(max_size=40), st.text(max_size=12), st.text(max_size=12), st.text(max_size=3))
def test_places_are_the_same_however_they_are_written(city: str, region: str, code: str, country: str) -> None:
    assert set(place_marks(city, region, code, country)) == set(
        place_marks(f" {city.strip()} ", f"{region.strip()} ", code, country.strip())
    )
