"""What an accepted run does to listings: matches, credentials, checks, flags; and nothing the second time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing, Location, SearchEntry
from directory.models.registry import MatchJudgement, PublishedRecord, RecordMatch
from directory.moderation import listing_facts
from directory.registries import checks
from directory.registries.applying import Sizes
from directory.rules.vocabulary import FlagKind, Grade, Judgement, Outcome, Role, StatedBy, Verdict
from scrapers.record import CredentialKind
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing
from tests.registry_files import Register, everything, read_file, row

DAY = timedelta(days=1)
NPI, OTHER_NPI = "1234567893", "1245319599"  # the check digit's own examples
BEN = {"first": "Benedikt", "last": "Okonkwo-Lindqvist"}


@pytest.fixture
def listing(session: Session) -> Listing:
    """Ottoline Vasquez-Thorne, who states license AC 10001."""
    listing = make_listing(session)
    make_credential(session, listing, number="AC 10001", number_key="10001")
    session.commit()
    return listing


def latest(session: Session, listing: Listing) -> CredentialCheck:
    return session.scalars(
        select(CredentialCheck)
        .join(Credential)
        .where(Credential.listing_id == listing.id)
        .order_by(CredentialCheck.id.desc())
        .limit(1)
    ).one()


def open_flags(session: Session) -> list[FlagKind]:
    kinds = session.scalars(select(Flag.kind).where(Flag.closed_at.is_(None), Flag.listing_id.is_not(None)))
    return sorted(kinds, key=lambda kind: kind.value)


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


# New listings --------------------------------------------------------------------------------------------------------


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


# Doubt ---------------------------------------------------------------------------------------------------------------


def test_records_of_one_number_that_disagree_confirm_nothing(
    session: Session, register: Register, listing: Listing
) -> None:
    rows = [row(), row(Status="Revoked", NPI="1")]

    run = read_file(session, register, rows, at=NOW)

    assert run.counts["conflicts"] == 2
    assert latest(session, listing).outcome is Outcome.AMBIGUOUS
    assert open_flags(session) == [FlagKind.LICENSE_AMBIGUOUS]


def test_a_word_nobody_has_read_up_on_is_never_guessed(session: Session, register: Register, listing: Listing) -> None:
    run = read_file(session, register, [row(Status="Emeritus")], at=NOW)

    assert "'Emeritus'" in " ".join(run.report["warnings"])
    assert latest(session, listing).outcome is Outcome.COULD_NOT_CHECK
    assert open_flags(session) == [FlagKind.LICENSE_STANDING_UNREAD]


@pytest.mark.parametrize(("judgement", "outcome"), [(Judgement.SAME, Outcome.CONFIRMED), (Judgement.DIFFERENT, None)])
def test_a_persons_word_on_a_pair_outlives_every_run(
    session: Session, register: Register, listing: Listing, judgement: Judgement, outcome: Outcome | None
) -> None:
    mo = make_account(session, "mo", role=Role.MODERATOR)
    read_file(session, register, [row(**BEN)], at=NOW)
    match = session.scalars(select(RecordMatch)).one()
    session.add(
        MatchJudgement(
            registry_id=match.registry_id,
            source_key=match.source_key,
            listing_id=listing.id,
            judgement=judgement,
            reason="I asked.",
            by_id=mo.id,
            at=NOW,
        )
    )
    checks.check_listing(session, [listing.id], now=NOW + DAY)
    session.commit()
    for day in (2, 3):
        read_file(session, register, [row(**BEN, Expires=f"2027-0{day}-28")], at=NOW + day * DAY)

    verdict = session.scalars(select(RecordMatch.verdict)).one()
    if outcome is not None:
        assert (verdict, latest(session, listing).outcome) == (Verdict.SURE, outcome)
    else:
        assert verdict is Verdict.NO
        assert latest(session, listing).at < NOW + 2 * DAY


def test_a_record_that_a_person_parts_from_its_listing_no_longer_confirms(
    session: Session, register: Register, listing: Listing
) -> None:
    mo = make_account(session, "mo", role=Role.MODERATOR)
    read_file(session, register, [row()], at=NOW)
    match = session.scalars(select(RecordMatch)).one()
    session.add(
        MatchJudgement(
            registry_id=match.registry_id,
            source_key=match.source_key,
            listing_id=listing.id,
            judgement=Judgement.DIFFERENT,
            reason="Her cousin.",
            by_id=mo.id,
            at=NOW,
        )
    )

    checks.check_listing(session, [listing.id], now=NOW + DAY)

    assert latest(session, listing).outcome is Outcome.COULD_NOT_CHECK


# Silence -------------------------------------------------------------------------------------------------------------


def others(count: int = 3) -> list[dict[str, Any]]:
    return [row(f"AC 2000{number}", "Wilhelmina", f"Oyelaran{chr(97 + number)}") for number in range(count)]


def test_a_license_missing_twice_on_different_days_is_flagged(
    session: Session, register: Register, listing: Listing
) -> None:
    read_file(session, register, others(), at=NOW)
    assert (latest(session, listing).outcome, latest(session, listing).misses) == (Outcome.NOT_FOUND, 1)
    assert open_flags(session) == []

    read_file(session, register, others(), at=NOW + timedelta(hours=1))
    assert latest(session, listing).misses == 1

    read_file(session, register, others(), at=NOW + DAY)
    assert latest(session, listing).misses == 2
    assert open_flags(session) == [FlagKind.LICENSE_NOT_FOUND]


def test_the_silence_of_a_list_of_active_ones_is_no_finding(session: Session, tmp_path: Path, listing: Listing) -> None:
    register = Register(tmp_path, completeness="active_only")
    read_file(session, register, [row(), *others()], at=NOW)

    for day in (1, 2):
        read_file(session, register, others(), at=NOW + day * DAY)

    assert latest(session, listing).outcome is Outcome.COULD_NOT_CHECK
    assert open_flags(session) == []


def test_the_silence_of_a_list_that_was_cut_off_is_no_finding(
    session: Session, register: Register, listing: Listing
) -> None:
    read_file(session, register, [*others(), row("AC 9", Expires="soon")], at=NOW)

    assert session.scalar(select(func.count()).select_from(CredentialCheck)) == 0


# Exclusions ----------------------------------------------------------------------------------------------------------


def test_an_exclusion_is_a_question_to_a_moderator_and_nothing_else(
    session: Session, tmp_path: Path, listing: Listing
) -> None:
    register = Register(tmp_path, id="us_exclusions", kind="exclusion")
    listing.npi = NPI
    session.commit()

    run = read_file(session, register, [row(NPI=NPI, Status="Excluded")], at=NOW, create_listings=True)

    assert session.scalars(select(RecordMatch.verdict)).one() is Verdict.UNSURE
    assert open_flags(session) == [FlagKind.EXCLUSION_POSSIBLE]
    assert session.scalar(select(func.count()).select_from(CredentialCheck)) == 0
    assert session.scalars(select(Credential.kind)).all() == [CredentialKind.LICENSE]
    assert run.counts["listings_created"] == 0


# Looking again -------------------------------------------------------------------------------------------------------


def test_a_listing_that_comes_later_is_checked_against_what_was_read(session: Session, register: Register) -> None:
    read_file(session, register, [row()], at=NOW)
    listing = make_listing(session)
    make_credential(session, listing, number="10001", number_key="10001")

    found = checks.check_listing(session, [listing.id], now=NOW + DAY)

    assert found["checks"] == 1
    assert latest(session, listing).outcome is Outcome.CONFIRMED
    assert checks.check_listing(session, [listing.id], now=NOW + DAY)["checks"] == 0


def test_a_number_that_was_corrected_is_checked_anew(session: Session, register: Register, listing: Listing) -> None:
    read_file(session, register, [row(), row("AC 10002", **BEN)], at=NOW)
    credential = session.scalars(select(Credential)).one()
    credential.number, credential.number_key = "AC 10002", "10002"

    checks.check_listing(session, [listing.id], now=NOW + DAY)

    assert (latest(session, listing).outcome, latest(session, listing).name_agrees) == (Outcome.AMBIGUOUS, False)


def test_a_license_past_its_end_date_is_looked_at_again_without_a_new_run(
    session: Session, register: Register, listing: Listing
) -> None:
    read_file(session, register, [row(Expires="2026-12-01")], at=NOW)

    checks.check_listing(session, [listing.id], now=NOW + 30 * DAY)

    assert latest(session, listing).outcome is Outcome.AMBIGUOUS


# Portions ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [Sizes(1, 1, 1, 1), Sizes(3, 3, 3, 3), Sizes()])
def test_what_comes_of_a_run_hangs_on_no_portions_border(session: Session, register: Register, sizes: Sizes) -> None:
    ada = {"first": "Adalind", "last": "Ferreira-Koch"}
    rows = [*others(), row(), row("AC 3", NPI=NPI, **ada), row("AC 4", NPI=NPI, **ada), row("AC 5", **BEN)]
    rows.append(row("PENDING", NPI=OTHER_NPI))  # may be the one with AC 10001: nobody can tell

    run = read_file(session, register, rows, at=NOW, create_listings=True, sizes=sizes)

    assert {name: run.counts[name] for name in ("listings_created", "unsure", "checks")} == {
        "listings_created": 6,
        "unsure": 1,
        "checks": 7,
    }
    models = (Listing, Credential, CredentialCheck, RecordMatch)
    assert [session.scalar(select(func.count()).select_from(model)) for model in models] == [6, 7, 7, 8]
