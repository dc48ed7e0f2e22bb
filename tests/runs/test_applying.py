"""What follows for listings from an accepted run: checks with evidence, flags, and new listings."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing, Location, SearchEntry
from directory.models.registry import PublishedRecord, RecordMatch
from directory.moderation import listing_facts
from directory.registries.applying import Sizes
from directory.rules.vocabulary import FlagKind, Grade, Outcome, Role, StatedBy, Verdict
from tests.conftest import NOW
from tests.makers import make_account, make_listing
from tests.registry_files import Register, everything, read_file, row
from tests.runs.told import BEN, DAY, NPI, latest, open_flags


def test_a_stated_license_is_confirmed_with_its_evidence(
    session: Session, register: Register, listing: Listing
) -> None:
    run = read_file(session, register, [row(), row("AC 10002", **BEN)], at=NOW)

    check = latest(session, listing)
    evidence = session.get_one(Evidence, check.evidence_id)
    assert (check.outcome, check.standing_raw, check.name_agrees) == (Outcome.CONFIRMED, "Active", True)
    assert (evidence.grade, evidence.source_title, evidence.retrieved_at) == (Grade.A, register.title, NOW)
    assert evidence.sha256 == run.report["captures"][0]
    assert session.get_one(PublishedRecord, evidence.record_id).source_key.startswith("AC 10001")
    match = session.scalars(select(RecordMatch)).one()
    assert (match.verdict, match.listing_id, match.credential_id) == (Verdict.SURE, listing.id, check.credential_id)
    assert (run.counts["matched"], run.counts["checks"], run.counts["listings_created"]) == (1, 1, 0)
    entry = session.scalars(select(SearchEntry).where(SearchEntry.listing_id == listing.id)).one()
    assert entry.license_until is not None


def test_the_same_file_again_changes_nothing(session: Session, register: Register, listing: Listing) -> None:
    rows = [row(), row("AC 10002", **BEN, Status="Expired"), row("AC 10003", "Wilhelmina", "Oyelaran", Status="?")]
    read_file(session, register, rows, at=NOW, create_listings=True, name="same.csv")
    tables = (Listing, Location, Credential, CredentialCheck, Evidence, Flag, FlagChange, RecordMatch)
    before = everything(session, *tables)

    run = read_file(session, register, rows, at=NOW + DAY, create_listings=True, name="same.csv")

    assert everything(session, *tables) == before
    changes = {"listings_created", "checks", "flags_opened", "flags_closed"}
    assert {run.counts[name] for name in changes} == {0}
    assert run.counts["matched"] == 3


def test_newer_evidence_of_the_same_is_a_new_check(session: Session, register: Register, listing: Listing) -> None:
    read_file(session, register, [row()], at=NOW)
    first = latest(session, listing)

    read_file(session, register, [row()], at=NOW + DAY)

    check = latest(session, listing)
    assert check.id > first.id
    assert session.get_one(Evidence, check.evidence_id).retrieved_at == NOW + DAY


def test_a_lapsed_license_opens_a_flag_and_a_renewed_one_closes_it(
    session: Session, register: Register, listing: Listing
) -> None:
    run = read_file(session, register, [row(Status="Expired", Expires="2026-01-31")], at=NOW)
    assert open_flags(session) == [FlagKind.LICENSE_EXPIRED]
    assert run.counts["flags_opened"] == 1
    assert session.scalars(select(FlagChange.run_id)).one() == run.id

    run = read_file(session, register, [row()], at=NOW + DAY)
    assert open_flags(session) == []
    assert run.counts["flags_closed"] == 1


def test_a_number_under_another_name_is_a_question_and_confirms_nothing(
    session: Session, register: Register, listing: Listing
) -> None:
    read_file(session, register, [row(**BEN)], at=NOW)

    check = latest(session, listing)
    assert (check.outcome, check.name_agrees) == (Outcome.AMBIGUOUS, False)
    assert session.scalars(select(RecordMatch.verdict)).one() is Verdict.UNSURE
    assert open_flags(session) == [FlagKind.LICENSE_NAME_MISMATCH]


def test_a_namesake_nearby_is_a_question_without_evidence(session: Session, register: Register) -> None:
    listing = make_listing(session)
    session.commit()

    run = read_file(session, register, [row()], at=NOW, create_listings=True)

    assert session.scalars(select(RecordMatch.verdict)).one() is Verdict.UNSURE
    assert session.scalar(select(func.count()).select_from(CredentialCheck)) == 0
    assert session.scalars(select(Credential).where(Credential.listing_id == listing.id)).all() == []
    assert (run.counts["unsure"], run.counts["listings_created"]) == (1, 0)


def test_the_npi_brings_a_license_that_the_listing_did_not_state(session: Session, register: Register) -> None:
    listing = make_listing(session, npi=NPI)
    session.commit()

    read_file(session, register, [row(NPI=NPI)], at=NOW)

    credential = session.scalars(select(Credential).where(Credential.listing_id == listing.id)).one()
    assert (credential.number, credential.stated_by) == ("AC 10001", StatedBy.REGISTRY)
    assert latest(session, listing).outcome is Outcome.CONFIRMED


def test_what_holders_type_in_themselves_confirms_nothing(session: Session, tmp_path: Path, listing: Listing) -> None:
    register = Register(tmp_path, id="us_typed_in", authority="self_reported")

    run = read_file(session, register, [row()], at=NOW)

    check = latest(session, listing)
    assert (check.outcome, run.is_whole) == (Outcome.STATED_ONLY, False)
    assert session.get_one(Evidence, check.evidence_id).grade is Grade.D


def test_what_the_issuer_says_counts_before_what_others_repeat(
    session: Session, tmp_path: Path, register: Register, listing: Listing
) -> None:
    read_file(session, register, [row()], at=NOW)
    read_file(session, Register(tmp_path, id="us_typed_in", authority="self_reported"), [row()], at=NOW + DAY)

    facts = listing_facts.facts_of(session, [listing.id], NOW)[listing.id]
    assert [each.check.outcome for each in facts.credentials if each.check] == [Outcome.CONFIRMED]


def test_whoever_is_not_listed_yet_is_listed_on_request(session: Session, register: Register) -> None:
    run = read_file(session, register, [row(), row("AC 10002", **BEN)], at=NOW, create_listings=True)

    assert run.counts["listings_created"] == 2
    listings = session.scalars(select(Listing).order_by(Listing.family)).all()
    assert [each.family for each in listings] == ["Okonkwo-Lindqvist", "Vasquez-Thorne"]
    assert [each.owner_id for each in listings] == [None, None]
    assert latest(session, listings[0]).outcome is Outcome.CONFIRMED
    assert session.scalar(select(func.count()).select_from(SearchEntry)) == 2


def test_several_records_of_one_npi_are_one_listing(session: Session, register: Register) -> None:
    rows = [row(f"AC 1000{number}", NPI=NPI) for number in range(1, 5)]

    run = read_file(session, register, rows, at=NOW, create_listings=True, sizes=Sizes(match=2))

    assert (run.counts["listings_created"], run.counts["checks"]) == (1, 4)
    assert session.scalar(select(func.count()).select_from(Credential)) == 4


def test_two_records_that_may_be_one_person_do_not_become_two_listings(session: Session, register: Register) -> None:
    run = read_file(session, register, [row(), row("", NPI=NPI)], at=NOW, create_listings=True)

    assert (run.counts["listings_created"], run.counts["unsure"]) == (1, 1)


def test_who_left_for_good_is_not_listed_again(session: Session, register: Register) -> None:
    from directory.listings.listing_removal import remove_listing

    read_file(session, register, [row()], at=NOW, create_listings=True)
    listing = session.scalars(select(Listing)).one()
    remove_listing(session, listing, by=make_account(session, "oz", role=Role.OPERATOR), reason="Asked to.", at=NOW)
    session.commit()

    run = read_file(session, register, [row()], at=NOW + DAY, create_listings=True)

    assert (run.counts["suppressed"], run.counts["listings_created"]) == (1, 0)
    assert session.scalar(select(func.count()).select_from(SearchEntry)) == 0
