"""Fills a directory with an invented cast: listings, owners who were asked about insurance and training, and accounts.

Everything goes in through the doors that real people and files use, so that nothing works for the demo alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from flask_security.utils import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts import accounts
from directory.demo.mail_server import UNKNOWN
from directory.listings.listing_import import ImportReport, import_listings
from directory.listings.listing_statements import state_insurance, state_training
from directory.listings.listings import edit_listing
from directory.models.account import Account
from directory.models.listing import Listing
from directory.moderation import claims
from directory.moderation.claims import ClaimDecision
from directory.rules.vocabulary import CosmeticScope, ListingOrigin, Role, Technique
from scrapers.rehearsal.cast import Player, Story

EVERY = 7  # every so-manieth practitioner claimed the listing
USERS = {
    "ada": "owns a listing",
    "ben": "owns another",
    "mo": "moderates, and decided what was decided so far",
    "mia": "moderates too, and had no part in it",
    "oz": "operates, and may moderate",
}
ROLES = {"mo": (Role.MODERATOR,), "mia": (Role.MODERATOR,), "oz": (Role.MODERATOR, Role.OPERATOR)}
ABOUT = (
    (
        "I treat faces as part of whole people. A first visit takes ninety minutes and begins with questions; "
        "we decide together whether to go on."
    ),
    (
        "General practice in the mornings, facial work in the afternoons. I say beforehand what is known about it and "
        "what is not."
    ),
    (
        "Trained in hospital and in private practice. I use single-use needles, keep sessions unhurried, and write "
        "to your physician when you ask me to."
    ),
)
COURSES = (
    (
        "Constitutional facial work, eight modules",
        "Invented Institute of Facial Studies",
        192,
        Technique.CONSTITUTIONAL,
    ),
    ("Facial motor points, a weekend", "Lantern Street Seminars", 16, Technique.MOTOR_POINT),
    ("Facial acupuncture, certificate course", "Quiet Harbor College", 60, Technique.FACIAL_ACUPUNCTURE),
)


def list_everybody(
    session: Session, cast: Sequence[Player], *, password: str, at: datetime, commit: Callable[[], None]
) -> ImportReport:
    """Makes the demo's accounts and imports the cast's listings as a file; again, it changes nothing."""
    stream = io.BytesIO(listings_file(cast).encode())
    report = import_listings(session, stream, at=at, commit=commit, progress=lambda rows: None)
    make_accounts(session, hash_once(password), at=at)
    commit()
    return report


def let_owners_in(
    session: Session, cast: Sequence[Player], *, password: str, at: datetime, commit: Callable[[], None]
) -> int:
    """Lets every seventh practitioner claim and describe the listing. How many did; one that was cut off goes on."""
    hashed = hash_once(password)
    people = make_accounts(session, hashed, at=at)
    claimed = 0
    for number, (listing, player) in enumerate(_claimed_listings(session, cast)):
        if listing.owner_id is not None:  # by a filling that was cut off
            continue
        owner = _owner(session, people, number, hashed, at=at - timedelta(days=45))
        _claim(session, listing, player, owner, moderator=people["mo"], at=at - timedelta(days=20))
        _describe(session, listing, owner, number, at=at - timedelta(days=10))
        commit()
        claimed += 1
    return claimed


def hash_once(password: str) -> str:
    """It is meant to take long, so everybody in the demo has the same."""
    return str(hash_password(password))


def listings_file(cast: Sequence[Player]) -> str:
    """The cast's listings in the form of `listings import`: what their own pages say, right or wrong."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS)
    writer.writeheader()
    for number, player in enumerate(cast):
        writer.writerow(_row(number, player))
    writer.writerows(_rows_of_another_list(cast))
    return text.getvalue()


_COLUMNS = (
    "given_name", "family_name", "credentials", "license_number", "license_jurisdiction", "npi", "certification_number",
    "city", "region", "postal_code", "country", "phone", "email", "external_id",
)  # fmt: skip


def _row(number: int, player: Player) -> dict[str, str]:
    stated = player.number_stated
    return {
        "given_name": player.given,
        "family_name": player.family,
        "credentials": player.credentials,
        "license_number": stated,
        "license_jurisdiction": player.town.jurisdiction if stated else "",
        "npi": player.npi,
        "certification_number": "108204" if player.story is Story.SAYS_CERTIFIED else "",
        "city": player.town.city,
        "region": player.town.region,
        "postal_code": player.town.postal_code,
        "country": player.town.country,
        "phone": player.phone if player.town.country == "US" else "",
        # Whoever is inactive has left the practice: a mail there comes back.
        "email": f"{UNKNOWN if player.story is Story.INACTIVE else 'practice'}-{number}@clinic.example",
        "external_id": external_id(number),
    }


def external_id(number: int) -> str:
    """What the cast's file calls the one of that number."""
    return f"demo-{number}"


def _rows_of_another_list(cast: Sequence[Player]) -> list[dict[str, str]]:
    """Three of the cast a second time, so that somebody has to say who is who: one with the same number and an initial,
    one without a number, one with neither."""
    ordinary = (number for number, player in enumerate(cast) if number % EVERY and player.story is Story.ORDINARY)
    rows = [_row(number, cast[number]) | {"npi": "", "email": ""} for number in islice(ordinary, 3)]
    for row in (rows[0], rows[2]):
        row["given_name"] = f"{row['given_name'][0]}."
    for row in rows[1:]:
        row["license_number"] = row["license_jurisdiction"] = ""
    return [row | {"external_id": f"other-{at}", "credentials": "L.Ac."} for at, row in enumerate(rows)]


def make_accounts(session: Session, hashed: str, *, at: datetime) -> dict[str, Account]:
    """The four people who sign in to the demo, by name."""
    return {name: _account(session, name, hashed, at=at, roles=ROLES.get(name, ())) for name in USERS}


def _account(session: Session, name: str, hashed: str, *, at: datetime, roles: tuple[Role, ...] = ()) -> Account:
    email = f"{name}@true-meridian.example"
    account = accounts.find_account(session, email) or accounts.create_account(session, email, roles=roles, at=at)
    account.password = hashed
    session.flush()
    return account


def _claimed_listings(session: Session, cast: Sequence[Player]) -> list[tuple[Listing, Player]]:
    """Every seventh of the cast, with the listing."""
    chosen = {external_id(number): cast[number] for number in range(0, len(cast), EVERY)}
    rows = session.scalars(select(Listing).where(Listing.origin == ListingOrigin.IMPORT).order_by(Listing.id))
    return [(listing, chosen[key]) for listing in rows if (key := _external_id(listing)) in chosen]


def _external_id(listing: Listing) -> str:
    return (listing.origin_key or "").rpartition(":")[2]


def _owner(session: Session, people: dict[str, Account], number: int, hashed: str, *, at: datetime) -> Account:
    """Ada has the first listing, Ben the second, and the rest have owners of their own."""
    if number < 2:
        return people["ada" if number == 0 else "ben"]
    return _account(session, f"owner-{number}", hashed, at=at)


def _claim(
    session: Session, listing: Listing, player: Player, owner: Account, *, moderator: Account, at: datetime
) -> None:
    claim = claims.make_claim(
        session,
        listing,
        owner,
        number=player.number_stated,
        jurisdiction=player.town.jurisdiction,
        statement="The number is mine; call the practice and ask for me.",
        at=at,
    )
    reason = "Called back on the practice's own number; they answered by name."
    claims.decide_claim(session, claim, ClaimDecision.APPROVE, reason=reason, by=moderator, at=at)


def _describe(session: Session, listing: Listing, owner: Account, number: int, *, at: datetime) -> None:
    """What owners say of themselves, in turn: some are insured for this, some aren't, some haven't answered yet."""
    title, issuer, hours, technique = COURSES[number % len(COURSES)]
    changes = {
        "about": ABOUT[number % len(ABOUT)],
        "techniques": [technique.value],
        "languages": ["en", *(["es"] if number % 3 == 0 else []), *(["zh"] if number % 4 == 1 else [])],
        "cosmetic_since": at.year - 3 - number % 12,
        "price_session": Decimal(110 + 15 * (number % 9)),
        "price_sessions": 10 if number % 2 else 12,
        "consultation": ("free", "charged", "not_stated")[number % 3],
        "new_patients": number % 5 != 0,
        "phone": listing.phone,
        "email": listing.email,
    }
    edit_listing(session, listing, changes, by=owner, at=at)
    if number % 4 != 3:
        day = at.date() - timedelta(days=400) if number % 4 == 2 else at.date() + timedelta(days=200)
        state_insurance(
            session, listing, issuer="Invented Mutual of Practitioners", expires_on=day,
            issued_on=day - timedelta(days=365),
            cosmetic_scope=(CosmeticScope.COVERED, CosmeticScope.EXCLUDED, CosmeticScope.NOT_STATED)[number % 3],
            per_occurrence=Decimal(1_000_000), aggregate=Decimal(3_000_000), by=owner, at=at,
        )  # fmt: skip
    if number % 5 != 4:
        state_training(
            session, listing, title=title, issuer=issuer, hours_total=hours, technique=technique,
            issued_on=at.date() - timedelta(days=900), by=owner, at=at,
        )  # fmt: skip
