"""Keeps the search index in step: one narrow `SearchEntry` for each location of a published listing.

What an entry says of credentials it says "until": the age of the evidence and its end date are worked out here once, by
the ages of `rules.freshness`, and every search holds them against its own clock. Whoever changes a listing, its
locations, its credentials or their checks calls `index_listing` in the same transaction.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Row, Select, and_, delete, func, insert, select
from sqlalchemy.orm import Session

from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.listing import Listing, Location, SearchEntry
from directory.rules import freshness
from directory.rules.facts import PERMISSIONS, PlaceFacts
from directory.rules.requirements import PROFESSION
from directory.rules.speaking import Weight, weight
from directory.rules.vocabulary import Consultation, CosmeticScope, Grade, ListingState, Outcome
from directory.search.folding import fold
from scrapers.record import CredentialKind

CERTIFICATIONS = frozenset({CredentialKind.BOARD_CERTIFICATION, CredentialKind.ACCREDITED_REGISTER})
LISTINGS_AT_ONCE = 500
TOWN_DECIMALS = 2  # about a kilometer: an unclaimed listing is at its town, not at a door


@dataclass(frozen=True, slots=True)
class Training:
    """Hours of training that stand at `grade` or better."""

    hours: int = 0
    grade: Grade | None = None


def index_listing(session: Session, listing_id: int, *, now: datetime) -> int:
    """Rebuilds the entries of one listing; answers how many it has now (none when it is hidden or removed)."""
    return index_listings(session, [listing_id], now=now)


def index_listings(session: Session, listing_ids: Iterable[int] | None = None, *, now: datetime) -> int:
    """Rebuilds the entries of these listings, or of all; answers how many entries that made. The caller commits."""
    session.flush()
    wanted = session.scalars(select(Listing.id).order_by(Listing.id)) if listing_ids is None else sorted({*listing_ids})
    made = 0
    remaining = iter(list(wanted))
    while batch := list(islice(remaining, LISTINGS_AT_ONCE)):
        made += _index_batch(session, batch, now)
    return made


def _index_batch(session: Session, listing_ids: Sequence[int], now: datetime) -> int:
    # Whoever else indexes one of these listings waits here, and then reads what we leave.
    locked = select(Listing.id).where(Listing.id.in_(listing_ids)).order_by(Listing.id).with_for_update(key_share=True)
    session.execute(locked).all()
    places = session.execute(_places(listing_ids)).all()
    credentials = credentials_of(session, listing_ids)
    session.execute(delete(SearchEntry).where(SearchEntry.listing_id.in_(listing_ids)))
    entries = [_entry(place, credentials[place.listing_id], now) for place in places]
    if entries:
        # Rows with and without a value go into one statement, instead of one each.
        session.execute(insert(SearchEntry), entries, execution_options={"render_nulls": True})
    return len(entries)


def _places(listing_ids: Sequence[int]) -> Select[Any]:
    owned = (Listing.techniques, Listing.languages, Listing.price_session, Listing.consultation, Listing.new_patients)
    name = (Listing.given, Listing.middle, Listing.family, Listing.suffix, Listing.organization)
    return (
        select(Location.id.label("location_id"), Location.listing_id, Location.lat, Location.lon)
        .add_columns(Location.city, Location.region, Location.country, Location.practice_name)
        .add_columns(Location.is_practice_address, Listing.owner_id, Listing.profession, *name, *owned)
        .join(Listing, Listing.id == Location.listing_id)
        .where(Listing.id.in_(listing_ids), Listing.state == ListingState.PUBLISHED)
    )


def credentials_of(session: Session, listing_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The credentials that stand on each listing, each with the check that tells most about it and its evidence."""
    return by_listing(session.execute(checked_credentials(listing_ids)))


def by_listing(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    """Of the rows of `checked_credentials`, for each credential the one that tells most."""
    told: dict[int, Row[Any]] = {}
    for row in rows:
        if row.id is not None and (row.id not in told or _weight(row) > _weight(told[row.id])):
            told[row.id] = row
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in told.values():
        found[row.listing_id].append(row)
    return found


def checked_credentials(listing_ids: Sequence[int] | BindParameter[Any]) -> Select[Any]:
    """One row for each credential and registry that checked it, with the latest check; one without where none did."""
    standing = (Credential.listing_id.in_(listing_ids), Credential.withdrawn_at.is_(None))
    latest = (
        select(func.max(CredentialCheck.id))
        .join(Credential, Credential.id == CredentialCheck.credential_id)
        .where(*standing)
        .group_by(CredentialCheck.credential_id, CredentialCheck.registry_id)
    )
    checked = and_(CredentialCheck.credential_id == Credential.id, CredentialCheck.id.in_(latest))
    return (
        select(Credential.id, Credential.listing_id, Credential.kind, Credential.profession, Credential.jurisdiction)
        .add_columns(Credential.expires_on.label("stated_end"), Credential.hours_total, Credential.cosmetic_scope)
        .add_columns(CredentialCheck.outcome, CredentialCheck.name_agrees, CredentialCheck.expires_on.label("seen_end"))
        .add_columns(CredentialCheck.id.label("check_id"), CredentialCheck.at.label("checked_at"))
        .add_columns(Evidence.retrieved_at, Evidence.as_of, Evidence.grade, Evidence.source_title, Evidence.source)
        .outerjoin(CredentialCheck, checked)
        .outerjoin(Evidence, Evidence.id == CredentialCheck.evidence_id)
        .where(*standing)
        .order_by(Credential.id)
    )


def _weight(row: Row[Any]) -> Weight:
    if row.check_id is None:
        return (False, 0, datetime.min.replace(tzinfo=UTC), 0)
    return weight(row.outcome, row.grade, at=row.retrieved_at or row.checked_at, check_id=row.check_id)


def confirmed_until(credential: Row[Any], now: datetime) -> datetime | None:
    """The last moment at which `freshness` calls this credential confirmed, or None if it doesn't now."""
    proof = freshness.Proof(
        kind=credential.kind,
        outcome=credential.outcome,
        retrieved_at=credential.retrieved_at,
        as_of=credential.as_of,
        name_agrees=credential.name_agrees,
        grade=credential.grade,
        seen_end=credential.seen_end,
        stated_end=credential.stated_end,
    )
    return freshness.confirmed_until(proof, now)


def _entry(place: Row[Any], credentials: Sequence[Row[Any]], now: datetime) -> dict[str, Any]:
    insured_until, cosmetic = _cover(credentials, now)
    training = _training(credentials, now, claimed=place.owner_id is not None)
    return {
        "location_id": place.location_id,
        "listing_id": place.listing_id,
        **_point(place),
        "name_key": _name_key(place),
        "country": place.country,
        "region": place.region,
        "claimed": place.owner_id is not None,
        "license_until": _latest(_licenses_for(place, credentials), now),
        "certified_until": _latest((c for c in credentials if c.kind in CERTIFICATIONS), now),
        "insured_until": insured_until,
        "insured_cosmetic": cosmetic,
        "training_hours": training.hours,
        "training_grade": training.grade.value if training.grade else "",
        **_described(place),
        "search_text": _search_text(place),
    }


def _licenses_for(place: Row[Any], credentials: Iterable[Row[Any]]) -> Iterator[Row[Any]]:
    """Licensed *here*: permissions of the place where patients are seen, for this profession."""
    here = PlaceFacts(country=place.country, region=place.region).jurisdictions
    for credential in credentials:
        profession = credential.profession in ("", PROFESSION, place.profession)
        if credential.kind in PERMISSIONS and credential.jurisdiction in here and profession:
            yield credential


def _latest(credentials: Iterable[Row[Any]], now: datetime) -> datetime | None:
    return max((until for c in credentials if (until := confirmed_until(c, now))), default=None)


def _cover(credentials: Iterable[Row[Any]], now: datetime) -> tuple[date | None, bool]:
    """The last day of the insurance that stands today, and whether it covers cosmetic work; such cover goes first."""
    covers = [
        (c.cosmetic_scope is CosmeticScope.COVERED, until.date())
        for c in credentials
        if c.kind is CredentialKind.LIABILITY_INSURANCE and (until := confirmed_until(c, now))
    ]
    cosmetic, last_day = max(covers, default=(False, None))
    return last_day, cosmetic


def _training(credentials: Iterable[Row[Any]], now: datetime, *, claimed: bool) -> Training:
    """The best-evidenced hours: those of grade A and B together if there are any, else of C, else as self-stated.

    Hours of different worth are not added up. What others said of an unclaimed listing is not anybody's statement.
    """
    by_grade: dict[Grade, int] = {}
    for credential in credentials:
        if credential.kind is CredentialKind.TRAINING_AWARD:
            grade = _grade(credential, now)
            by_grade[grade] = by_grade.get(grade, 0) + (credential.hours_total or 0)
    for tier in ((Grade.B, Grade.A), (Grade.C,), (Grade.D,) if claimed else ()):
        held = [grade for grade in tier if grade in by_grade]
        if held:
            return Training(sum(by_grade[grade] for grade in held), held[0])
    return Training()


def _grade(award: Row[Any], now: datetime) -> Grade:
    """How well an award is evidenced. One that was looked for in vain stands as stated: that is all that is public."""
    by_others = award.outcome is Outcome.CONFIRMED and award.name_agrees is not False and award.grade is Grade.C
    return Grade(award.grade) if by_others or confirmed_until(award, now) else Grade.D


def _point(place: Row[Any]) -> dict[str, float | None]:
    if place.lat is None or (place.owner_id is not None and place.is_practice_address):
        return {"lat": place.lat, "lon": place.lon}
    return {"lat": round(place.lat, TOWN_DECIMALS), "lon": round(place.lon, TOWN_DECIMALS)}


def _described(place: Row[Any]) -> dict[str, Any]:
    """The owner's own words. Of an unclaimed listing nothing: it shows none, so it is not found by any."""
    if place.owner_id is None:
        return {
            "techniques": "",
            "languages": "",
            "price_session": None,
            "consultation": Consultation.NOT_STATED,
            "new_patients": None,
        }
    return {
        "techniques": _between_blanks(place.techniques),
        "languages": _between_blanks(code.casefold() for code in place.languages),
        "price_session": place.price_session,
        "consultation": place.consultation,
        "new_patients": place.new_patients,
    }


def _between_blanks(words: Iterable[str]) -> str:
    listed = " ".join(dict.fromkeys(word for word in words if word))
    return f" {listed} " if listed else ""


def _name_key(place: Row[Any]) -> str:
    return fold(place.organization or f"{place.family} {place.given} {place.middle} {place.suffix}")[:300]


def _search_text(place: Row[Any]) -> str:
    """What words are looked for in: begins with a blank, so that every word can be found by its beginning."""
    parts = [place.given, place.middle, place.family, place.organization, place.city]
    if place.owner_id is not None:
        parts += [place.practice_name, *place.techniques]
    whole = " ".join(parts)
    apart = re.sub(r"['’]", " ", whole)  # O'Brien is found as "obrien" and as "brien"
    return " " + " ".join(dict.fromkeys([*fold(whole).split(), *fold(apart).split()]))
