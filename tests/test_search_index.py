"""The search index holds what the evidence says, for as long as it says it."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.listing import Listing, Location, SearchEntry
from directory.moderation.listing_facts import facts_of
from directory.rules.freshness import CONFIRMING_GRADES, public_state
from directory.rules.vocabulary import CosmeticScope, Grade, ListingState, Outcome, PublicState, StatedBy
from directory.search.search import find_listings, index_listing, index_listings, parse_search
from directory.search.search_index import confirmed_until, credentials_of
from scrapers.record import CredentialKind, Method
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing
from tests.test_search import statements


def make_check(
    session: Session, credential: Credential, outcome: Outcome = Outcome.CONFIRMED, **given: Any
) -> CredentialCheck:
    """A check of a credential with evidence of grade A from yesterday."""
    seen_at = given.pop("retrieved_at", NOW - timedelta(days=1))
    registry = given.pop("registry_id", "us_ca")
    evidence = Evidence(
        source=registry,
        source_title="California Acupuncture Board",
        method=Method.BULK_FILE_ROW,
        grade=given.pop("grade", Grade.A),
        retrieved_at=seen_at,
        recorded_at=seen_at,
    )
    session.add(evidence)
    session.flush()
    check = CredentialCheck(
        **{"credential_id": credential.id, "registry_id": registry, "outcome": outcome, "reason": "Read.", **given},
        evidence_id=evidence.id,
        at=seen_at,
    )
    session.add(check)
    session.flush()
    return check


def the_entry(session: Session, listing: Listing, *, now: datetime = NOW) -> SearchEntry:
    assert index_listing(session, listing.id, now=now) == 1
    session.expire_all()
    return session.scalars(select(SearchEntry).where(SearchEntry.listing_id == listing.id)).one()


def found(session: Session, now: datetime = NOW, **asked: str) -> int:
    return find_listings(session, parse_search({"near": "90012", **asked}), now=now).total


def test_a_license_confirmed_yesterday_is_found_for_119_more_days(session: Session) -> None:
    listing = make_listing(session)
    make_check(session, make_credential(session, listing))
    assert the_entry(session, listing).license_until == NOW + timedelta(days=119)
    assert found(session, license="yes") == 1
    assert found(session, NOW + timedelta(days=119), license="yes") == 1
    assert found(session, NOW + timedelta(days=119, seconds=1), license="yes") == 0
    assert found(session, NOW + timedelta(days=400)) == 1  # still listed, without the claim


def test_a_license_is_not_shown_beyond_its_own_end(session: Session) -> None:
    listing = make_listing(session)
    make_check(session, make_credential(session, listing), expires_on=NOW.date() + timedelta(days=3))
    until = the_entry(session, listing).license_until
    assert until is not None
    assert until.date() == NOW.date() + timedelta(days=3)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.CONFIRMED])
def test_only_a_confirmed_license_counts(session: Session, outcome: Outcome) -> None:
    listing = make_listing(session)
    credential = make_credential(session, listing)
    make_check(session, credential)
    make_check(session, credential, outcome)
    assert the_entry(session, listing).license_until is None


def test_another_registrys_silence_does_not_hide_what_the_board_confirmed(session: Session) -> None:
    listing = make_listing(session)
    credential = make_credential(session, listing)
    make_check(session, credential)
    make_check(session, credential, Outcome.COULD_NOT_CHECK, registry_id="us_nppes")
    assert the_entry(session, listing).license_until is not None


@pytest.mark.parametrize(
    "jurisdiction, profession, region, country, here",
    [
        ("US-CA", "acupuncturist", "CA", "US", True),
        ("US-NV", "acupuncturist", "CA", "US", False),  # licensed, but not here
        ("AU", "acupuncturist", "NSW", "AU", True),  # national registration holds everywhere
        ("US-CA", "massage_therapist", "CA", "US", False),
    ],
)
def test_licensed_means_licensed_here(
    session: Session, jurisdiction: str, profession: str, region: str, country: str, here: bool
) -> None:
    listing = make_listing(session, region=region, country=country)
    make_check(session, make_credential(session, listing, jurisdiction=jurisdiction, profession=profession))
    assert (the_entry(session, listing).license_until is not None) is here


def test_the_index_agrees_with_what_a_page_says_of_each_credential(session: Session) -> None:
    """`confirmed_until` is `public_state`, solved for the time: the two may never part."""
    chosen = random.Random(11)
    kinds = [kind for kind in CredentialKind if kind is not CredentialKind.EXCLUSION]
    listing = make_listing(session)
    for _ in range(200):
        end = chosen.choice([None, NOW.date() + timedelta(days=chosen.choice([-1, 0, 200]))])
        credential = make_credential(session, listing, kind=chosen.choice(kinds), expires_on=end)
        for _check in range(chosen.choice([0, 1, 1, 2, 3])):
            make_check(
                session,
                credential,
                chosen.choice([Outcome.CONFIRMED, Outcome.CONFIRMED, chosen.choice(list(Outcome))]),
                registry_id=chosen.choice(["us_ca", "us_nppes"]),
                grade=chosen.choice(list(Grade)),
                name_agrees=chosen.choice([None, True, True, False]),
                retrieved_at=NOW - timedelta(days=chosen.choice([-3, 0, 60, 119, 120, 121])),
                expires_on=chosen.choice([None, NOW.date() + timedelta(days=chosen.choice([-1, 0, 30]))]),
            )
    confirmed = 0
    rows = {row.id: row for row in credentials_of(session, [listing.id])[listing.id]}
    facts = facts_of(session, [listing.id], NOW)[listing.id]
    assert len(rows) == len(facts.credentials) == 200
    for credential_facts in facts.credentials:
        row = rows[credential_facts.id]
        for days in (0, 1, 2, 59, 60, 90, 119, 121, 300):
            now = NOW + timedelta(days=days)
            said = public_state(credential_facts, None, None, now) is PublicState.CONFIRMED
            until = confirmed_until(row, NOW)
            if days == 0 or (until is not None and row.retrieved_at <= NOW):
                assert (until is not None and until >= now) is said, (row, days)
                confirmed += said
    assert confirmed > 50


def test_insurance_counts_only_where_a_person_saw_it_and_until_its_last_day(session: Session) -> None:
    ada = make_account(session)
    listing = make_listing(session, claimed_by=ada)
    ends = NOW.date() + timedelta(days=10)
    cover = make_credential(
        session, listing, kind=CredentialKind.LIABILITY_INSURANCE, jurisdiction="", expires_on=ends, number_key="",
        cosmetic_scope=CosmeticScope.COVERED, stated_by=StatedBy.PRACTITIONER,
    )  # fmt: skip
    make_check(session, cover, Outcome.STATED_ONLY, grade=Grade.D)
    assert the_entry(session, listing).insured_until is None
    make_check(session, cover, grade=Grade.B)
    entry = the_entry(session, listing)
    assert (entry.insured_until, entry.insured_cosmetic) == (ends, True)
    assert found(session, insured="cosmetic") == 1
    assert found(session, NOW + timedelta(days=10), insured="cosmetic") == 1
    assert found(session, NOW + timedelta(days=11), insured="yes") == 0


def test_cover_that_excludes_cosmetic_work_is_not_found_as_cosmetic(session: Session) -> None:
    listing = make_listing(session, claimed_by=make_account(session))
    cover = make_credential(
        session, listing, kind=CredentialKind.LIABILITY_INSURANCE, jurisdiction="", number_key="",
        expires_on=date(2027, 6, 1), cosmetic_scope=CosmeticScope.EXCLUDED,
    )  # fmt: skip
    make_check(session, cover, grade=Grade.B)
    index_listing(session, listing.id, now=NOW)
    assert (found(session, insured="yes"), found(session, insured="cosmetic")) == (1, 0)


@pytest.mark.parametrize(
    "awards, hours, grade",
    [
        ([(120, None)], 120, "D"),
        ([(120, None), (40, Grade.B)], 40, "B"),  # self-stated hours are not added to those that were checked
        ([(24, Grade.A), (40, Grade.B)], 64, "B"),
        ([(24, Grade.C), (90, None)], 24, "C"),
        ([(None, Grade.A)], 0, "A"),
        ([], 0, ""),
    ],
)
def test_hours_of_training_stand_at_their_grade(
    session: Session, awards: list[tuple[int | None, Grade | None]], hours: int, grade: str
) -> None:
    listing = make_listing(session, claimed_by=make_account(session))
    for hours_total, seen in awards:
        award = make_credential(
            session, listing, kind=CredentialKind.TRAINING_AWARD, jurisdiction="", number_key="",
            hours_total=hours_total, stated_by=StatedBy.PRACTITIONER,
        )  # fmt: skip
        if seen:
            make_check(session, award, grade=seen)
    entry = the_entry(session, listing)
    assert (entry.training_hours, entry.training_grade) == (hours, grade)
    assert Grade.B in CONFIRMING_GRADES


@pytest.mark.parametrize(
    "seen", [{"outcome": Outcome.NOT_FOUND}, {"name_agrees": False}, {"grade": Grade.C, "name_agrees": False}]
)
def test_training_that_was_looked_for_in_vain_is_found_as_if_nobody_had_looked(
    session: Session, seen: dict[str, Any]
) -> None:
    listing = make_listing(session, claimed_by=make_account(session))
    award = make_credential(
        session, listing, kind=CredentialKind.TRAINING_AWARD, jurisdiction="", number_key="",
        hours_total=90, stated_by=StatedBy.PRACTITIONER,
    )  # fmt: skip
    make_check(session, award, **seen)
    entry = the_entry(session, listing)
    assert (entry.training_hours, entry.training_grade) == (90, "D")


def test_of_an_unclaimed_listing_only_name_and_town_are_found(session: Session) -> None:
    said: dict[str, Any] = {"techniques": ["mei_zen"], "languages": ["es"], "price_session": 90, "new_patients": True}
    unclaimed = make_listing(session, lat=34.061423, lon=-118.238517, **said)
    make_credential(session, unclaimed, kind=CredentialKind.TRAINING_AWARD, number_key="", hours_total=100)
    entry = the_entry(session, unclaimed)
    assert (entry.lat, entry.lon) == (34.06, -118.24)
    assert (entry.techniques, entry.languages, entry.price_session, entry.new_patients) == ("", "", None, None)
    assert (entry.training_hours, entry.training_grade) == (0, "")
    assert entry.search_text == " ottoline vasquez thorne los angeles"
    assert found(session, q="vasquez") == 1
    assert found(session, q="mei zen") == found(session, technique="mei_zen") == found(session, language="es") == 0


def test_a_claimed_listing_is_found_by_what_its_owner_says(session: Session) -> None:
    listing = make_listing(
        session, claimed_by=make_account(session), given="Séan", family="O'Brien", street="1 Any Street",
        lat=34.061423, lon=-118.238517, techniques=["mei_zen"], languages=["es"], price_session=90, new_patients=True,
    )  # fmt: skip
    entry = the_entry(session, listing)
    assert (entry.lat, entry.lon) == (34.061423, -118.238517)
    for asked in ({"q": "O'Brien"}, {"q": "obrien sean"}, {"q": "mei zen"}, {"technique": "mei_zen"}, {"price": "90"}):
        assert found(session, **asked) == 1
    assert found(session, price="89") == 0
    row = find_listings(session, parse_search({"near": "90012"}), now=NOW).rows[0]
    assert (row.name, row.at_address, row.techniques, row.languages) == ("Séan O'Brien", True, ("mei_zen",), ("es",))


def test_a_card_says_who_confirmed_what_and_when(session: Session) -> None:
    listing = make_listing(session)
    make_check(session, make_credential(session, listing))
    make_check(session, make_credential(session, listing, jurisdiction="US-NV"))
    index_listing(session, listing.id, now=NOW)
    row = find_listings(session, parse_search({"near": "90012"}), now=NOW).rows[0]
    assert row.license_confirmed
    assert [(c.fact, c.jurisdiction, c.source_title, c.checked_at) for c in row.confirmations] == [
        ("license", "US-CA", "California Acupuncture Board", NOW - timedelta(days=1))
    ]


def test_a_listing_with_two_places_is_one_result_at_the_nearer(session: Session) -> None:
    listing = make_listing(session)
    far = Location(
        listing_id=listing.id, position=1, city="Pasadena", region="CA", country="US", lat=34.15, lon=-118.14
    )
    session.add(far)
    assert index_listing(session, listing.id, now=NOW) == 2
    page = find_listings(session, parse_search({"near": "Pasadena, CA"}), now=NOW)
    assert (page.total, [row.city for row in page.rows]) == (1, ["Pasadena"])


@pytest.mark.parametrize("state", [ListingState.HIDDEN, ListingState.REMOVED])
def test_a_hidden_or_removed_listing_leaves_the_index(session: Session, state: ListingState) -> None:
    listing = make_listing(session)
    index_listing(session, listing.id, now=NOW)
    listing.state = state
    assert index_listing(session, listing.id, now=NOW) == 0
    assert session.scalar(select(func.count()).select_from(SearchEntry)) == 0


def test_indexing_twice_and_indexing_all_give_the_same_entries(session: Session) -> None:
    for number in range(5):
        credential = make_credential(session, make_listing(session))
        if number % 2:  # entries with and without a value go in together
            make_check(session, credential)

    def content() -> list[Any]:
        return [tuple(row) for row in session.execute(select(SearchEntry.__table__).order_by("location_id"))]

    assert index_listings(session, now=NOW) == 5
    first = content()
    with statements(session) as seen:
        assert index_listings(session, [row[1] for row in first], now=NOW) == 5
    assert content() == first
    assert len([line for line in seen if not line.startswith(("SAVEPOINT", "BEGIN"))]) <= 5


def test_a_withdrawn_credential_is_not_counted(session: Session) -> None:
    listing = make_listing(session)
    held = make_credential(session, listing)
    make_check(session, held)
    held.withdrawn_at = NOW
    assert the_entry(session, listing).license_until is None


def test_two_who_index_one_listing_take_turns(session: Session) -> None:
    if session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time anyway")
    listing_id = make_listing(session).id
    session.commit()
    index_listing(session, listing_id, now=NOW)
    with Session(session.get_bind()) as other:
        other.execute(text("SET lock_timeout = '50ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            index_listing(other, listing_id, now=NOW)
        other.rollback()
        session.commit()
        assert index_listing(other, listing_id, now=NOW) == 1
        other.commit()
