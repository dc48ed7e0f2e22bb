"""An invented neighborhood for page tests: every public state, long names, other scripts, claimed and unclaimed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from directory.models.account import Account
from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.listing import Listing
from directory.rules.vocabulary import Consultation, CosmeticScope, Grade, Outcome, StatedBy
from directory.search import search
from scrapers.record import CredentialKind, Method
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing

ABOUT = (
    "I work with people who would like to look rested, and I say so when I think that acupuncture is not for them.\n\n"
    "A first visit takes ninety minutes. We talk for half of it."
)


def checked(
    session: Session, credential: Credential, outcome: Outcome = Outcome.CONFIRMED, *, days_ago: int = 12, **given: Any
) -> CredentialCheck:
    """A check of `credential`, with evidence from an invented register."""
    seen = given.pop("now", NOW) - timedelta(days=days_ago)
    evidence = Evidence(
        **{
            "source": "us_wa",
            "source_title": "the California Acupuncture Board",
            "method": Method.BULK_FILE_ROW,
            "grade": Grade.A,
            "url": "https://register.example/record/1",
            "retrieved_at": seen,
            "sha256": "ab" * 32,
            "recorded_at": seen,
            **given.pop("evidence", {}),
        }
    )
    session.add(evidence)
    session.flush()
    check = CredentialCheck(
        **{
            "credential_id": credential.id,
            "registry_id": evidence.source,
            "outcome": outcome,
            "reason": "number and place agree, the name confirms",
            "standing_raw": "Active",
            "expires_on": date(2027, 5, 31),
            "name_agrees": True,
            "evidence_id": evidence.id,
            "at": seen,
            **given,
        }
    )
    session.add(check)
    session.flush()
    return check


def make_neighborhood(session: Session, *, now: datetime = NOW) -> dict[str, Listing]:
    """Listings in and around Los Angeles, and a few elsewhere, by what they show; indexed for search."""
    ada = make_account(session, "ada")
    listings = {
        "claimed": _claimed(session, ada, now),
        "unclaimed": _unclaimed(session, now),
        "bare": make_listing(
            session,
            slug="nguyen-thi-minh",
            given="Thị Minh Khai",
            family="Nguyễn",
            city="Pasadena",
            postal_code="91101",
            lat=34.146,
            lon=-118.139,
        ),
        "long": make_listing(
            session,
            slug="long-name",
            given="Wilhelmina Bartholomea Konstantina",
            family="von Hohenzollern-Sigmaringen-Featherstonehaugh",
            city="Glendale",
            postal_code="91205",
            lat=34.136,
            lon=-118.243,
        ),
        "arabic": make_listing(
            session,
            slug="layla",
            given="ليلى",
            family="الهاشمي",
            city="Burbank",
            postal_code="91502",
            lat=34.175,
            lon=-118.308,
        ),
        "alabama": make_listing(
            session,
            slug="magnolia-birdsong",
            given="Magnolia",
            family="Birdsong",
            region="AL",
            city="Birmingham",
            postal_code="35203",
            lat=33.521,
            lon=-86.807,
        ),
        "old": _old(session, now),
    }
    search.index_listings(session, now=now)
    return listings


def make_crowd(session: Session, number: int, *, now: datetime = NOW) -> None:
    """`number` more unclaimed listings in Los Angeles, for pages of results."""
    for place in range(number):
        make_listing(
            session,
            slug=f"crowd-{place}",
            given="Juniper",
            family=f"Abernathy-{place:03}",
            lat=34.05 + place / 1000,
            lon=-118.24,
        )
    search.index_listings(session, now=now)


def _claimed(session: Session, owner: Account, now: datetime) -> Listing:
    listing = make_listing(
        session, claimed_by=owner, slug="ottoline-vasquez-thorne", credentials_text="L.Ac., DAOM", about=ABOUT,
        techniques=["facial_acupuncture", "facial_gua_sha"], languages=["en", "es", "vi"], cosmetic_since=2014,
        price_session=Decimal(140), price_sessions=10, price_stated_on=date(2026, 10, 1), phone="+13235550142",
        website="https://www.quiet-needle.example/", email="hello@quiet-needle.example",
        consultation=Consultation.FREE, new_patients=True, street="18 Juniper Walk",
    )  # fmt: skip
    listing.locations[0].practice_name = "The Quiet Needle"
    listing.insurance_asked_at = listing.training_asked_at = now
    checked(session, make_credential(session, listing, number="AC 10001", number_key="10001"), now=now)
    board = make_credential(
        session, listing, kind=CredentialKind.BOARD_CERTIFICATION, jurisdiction="US", title="Dipl. O.M.",
        number="2044", number_key="2044", issuer="NCBAHM (formerly NCCAOM)",
    )  # fmt: skip
    checked(
        session,
        board,
        days_ago=30,
        now=now,
        evidence={"source": "us_ncbahm", "source_title": "the NCBAHM directory", "method": Method.SAVED_PAGE},
    )
    insurance = make_credential(
        session, listing, kind=CredentialKind.LIABILITY_INSURANCE, jurisdiction="", number="", number_key="",
        issuer="Harbor Mutual", cosmetic_scope=CosmeticScope.COVERED, expires_on=date(2027, 2, 1),
        stated_by=StatedBy.PRACTITIONER,
    )  # fmt: skip
    paper = {"source": "practitioner", "source_title": "a certificate", "method": Method.DOCUMENT, "grade": Grade.B}
    checked(
        session,
        insurance,
        days_ago=40,
        now=now,
        expires_on=date(2027, 2, 1),
        standing_raw="",
        evidence={**paper, "url": ""},
    )
    training = make_credential(
        session, listing, kind=CredentialKind.TRAINING_AWARD, jurisdiction="", number="", number_key="",
        title="Constitutional facial acupuncture", issuer="Harbor School", hours_total=64,
        stated_by=StatedBy.PRACTITIONER,
    )  # fmt: skip
    checked(session, training, days_ago=40, now=now, expires_on=None, standing_raw="", evidence={**paper, "url": ""})
    return listing


def _unclaimed(session: Session, now: datetime) -> Listing:
    listing = make_listing(
        session,
        slug="perpetua-lindqvist",
        given="Perpetua",
        family="Lindqvist",
        credentials_text="LAc",
        city="Santa Monica",
        postal_code="90401",
        lat=34.016,
        lon=-118.495,
    )
    credential = make_credential(session, listing, number="AC 10002", number_key="10002")
    checked(session, credential, days_ago=45, now=now)
    checked(session, credential, days_ago=5, now=now)
    return listing


def _old(session: Session, now: datetime) -> Listing:
    """Evidence too old to rely on, and a license that was not found: neither says anything against anybody."""
    listing = make_listing(
        session,
        slug="cosimo-bellweather",
        given="Cosimo",
        family="Bellweather",
        city="Long Beach",
        postal_code="90802",
        lat=33.767,
        lon=-118.19,
    )
    checked(session, make_credential(session, listing, number="AC 10003", number_key="10003"), days_ago=200, now=now)
    checked(
        session,
        make_credential(session, listing, number="AC 10004", number_key="10004"),
        Outcome.NOT_FOUND,
        now=now,
        standing_raw="",
        expires_on=None,
        name_agrees=None,
    )
    return listing
