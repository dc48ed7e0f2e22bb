"""What follows from records that disagree, from silence, from exclusions, and from looking again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models.credential import Credential, CredentialCheck
from directory.models.listing import Listing
from directory.models.registry import MatchJudgement, RecordMatch
from directory.registries import checks
from directory.registries.applying import Sizes
from directory.rules.vocabulary import FlagKind, Judgement, Outcome, Role, Verdict
from scrapers.record import CredentialKind
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing
from tests.registry_files import Register, read_file, row
from tests.runs.told import BEN, DAY, NPI, OTHER_NPI, latest, open_flags


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
