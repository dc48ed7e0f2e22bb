"""Rows of listings turned into the facts that rules are told. A few statements for any number of listings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from directory.listings.merged_listings import parts_of
from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.listing import Listing, Location
from directory.models.registry import RegistryRun
from directory.registries.possible_exclusions import possible_exclusions
from directory.rules.facts import CheckFacts, CredentialFacts, ExclusionFacts, ListingFacts, PlaceFacts
from directory.rules.speaking import TELLS_NOTHING, Weight, grade_of, weight
from directory.rules.vocabulary import Grade

AT_ONCE = 500  # listings asked for in one statement

# "Dipl. Ac.", "Dipl.OM", "Diplomate (NCCAOM)": letters that state a board certification.
_CERTIFICATION = re.compile(r"\bdipl|\bncc?a?c?aom\b|\bncbahm\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KnownListing:
    """A listing's facts, and the evidence behind each credential's check that they give."""

    facts: ListingFacts
    evidence_ids: dict[int, int]


def facts_of(session: Session, listing_ids: Collection[int], now: datetime) -> dict[int, ListingFacts]:
    """The facts of each listing that exists, by id, as they stand at `now`."""
    return {listing_id: known.facts for listing_id, known in known_listings(session, listing_ids, now).items()}


def known_listings(session: Session, listing_ids: Collection[int], now: datetime) -> dict[int, KnownListing]:
    """The facts of each listing that exists with their evidence, by id."""
    found: dict[int, KnownListing] = {}
    for ids in _portions(listing_ids):
        found |= _portion(session, ids, now)
    return found


def listings_holding(session: Session, credential_ids: Collection[int]) -> dict[int, ListingFacts]:
    """The listings that these credentials stand on, by id, with those credentials and nothing else about them."""
    rows = _by_listing(
        session.scalars(
            select(Credential)
            .where(Credential.id.in_(credential_ids), Credential.withdrawn_at.is_(None))
            .order_by(Credential.id)
        )
    )
    return {
        listing_id: ListingFacts(listing_id, credentials=tuple(credential_facts(each) for each in held))
        for listing_id, held in rows.items()
    }


def _portions(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _portion(session: Session, ids: Sequence[int], now: datetime) -> dict[int, KnownListing]:
    listings = session.scalars(select(Listing).where(Listing.id.in_(ids))).all()
    locations = _by_listing(
        session.scalars(
            select(Location).where(Location.listing_id.in_(ids)).order_by(Location.listing_id, Location.position)
        )
    )
    credentials = _by_listing(
        session.scalars(
            select(Credential)
            .where(Credential.listing_id.in_(ids), Credential.withdrawn_at.is_(None))
            .order_by(Credential.id)
        )
    )
    checks = _checks(session, ids, now)
    exclusions = possible_exclusions(session, ids)
    merged_names = _names_of_parts(session, ids)
    return {
        listing.id: KnownListing(
            _facts(
                listing,
                locations[listing.id],
                credentials[listing.id],
                checks,
                exclusions.get(listing.id, ()),
                merged_names[listing.id],
            ),
            _evidence_ids(credentials[listing.id], checks),
        )
        for listing in listings
    }


def _evidence_ids(credentials: Sequence[Credential], checks: dict[int, _Found]) -> dict[int, int]:
    found = ((each.id, checks[each.id].evidence_id) for each in credentials if each.id in checks)
    return {credential_id: evidence_id for credential_id, evidence_id in found if evidence_id is not None}


def _by_listing(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.listing_id].append(row)
    return grouped


def _names_of_parts(session: Session, ids: Sequence[int]) -> defaultdict[int, list[str]]:
    """Further names of each: those of the listings that became part of it, which are known to be the same person's."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    parts = parts_of(session, ids)
    if parts:
        for part in session.scalars(select(Listing).where(Listing.id.in_(parts)).order_by(Listing.id)):
            names[parts[part.id]] += [name for name in (part.name, *part.other_names) if name]
    return names


def _facts(
    listing: Listing,
    locations: Sequence[Location],
    credentials: Sequence[Credential],
    checks: dict[int, _Found],
    exclusions: Sequence[ExclusionFacts],
    merged_names: Sequence[str],
) -> ListingFacts:
    names = [listing.organization] if listing.organization else []
    return ListingFacts(
        id=listing.id,
        given=listing.given,
        middle=listing.middle,
        family=listing.family,
        suffix=listing.suffix,
        names=tuple(dict.fromkeys((*names, *(listing.other_names or ()), *merged_names))),
        profession=listing.profession,
        npi=listing.npi or "",
        phone=listing.phone,
        postal_codes=tuple(dict.fromkeys(each.postal_code for each in locations if each.postal_code)),
        places=tuple(dict.fromkeys(PlaceFacts(each.country, each.region) for each in locations)),
        claimed=listing.is_claimed,
        asked_insurance=listing.insurance_asked_at is not None,
        asked_training=listing.training_asked_at is not None,
        credentials=tuple(credential_facts(each, checks.get(each.id)) for each in credentials),
        exclusion_candidates=tuple(exclusions),
        states_certification=bool(_CERTIFICATION.search(listing.credentials_text)),
        credentials_text=listing.credentials_text,
    )


def credential_facts(credential: Credential, found: _Found | None = None) -> CredentialFacts:
    """The facts of one credential, with what its telling check found."""
    return CredentialFacts(
        id=credential.id,
        kind=credential.kind,
        profession=credential.profession,
        jurisdiction=credential.jurisdiction,
        number=credential.number,
        stated_by=credential.stated_by,
        title=credential.title,
        issuer=credential.issuer,
        check=found.check if found is not None else None,
        issued_on=credential.issued_on,
        expires_on=credential.expires_on,
        hours_total=credential.hours_total,
        technique=credential.technique,
        grade=grade_of(credential.kind, credential.stated_by, found.grade if found is not None else None),
        cosmetic_scope=credential.cosmetic_scope,
        effective_on=credential.issued_on,
        last_success_at=found.last_success_at if found is not None else None,
        stated_on=credential.stated_at.date(),
    )


# Checks --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    check: CheckFacts
    grade: Grade | None
    evidence_id: int | None
    last_success_at: datetime | None


def _checks(session: Session, listing_ids: Sequence[int], now: datetime) -> dict[int, _Found]:
    """For each credential the latest check of the registry that tells most, and when one last told anything."""
    grouped: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(_latest_checks(listing_ids)):
        grouped[row.credential_id].append(row)
    successes = {
        credential_id: at for credential_id, at in session.execute(_last_successes(listing_ids)) if at is not None
    }
    return {
        credential_id: _found(max(rows, key=_weight), successes.get(credential_id))
        for credential_id, rows in grouped.items()
    }


def _latest_checks(listing_ids: Sequence[int]) -> Any:
    latest = (
        select(func.max(CredentialCheck.id))
        .join(Credential, Credential.id == CredentialCheck.credential_id)
        .where(Credential.listing_id.in_(listing_ids), Credential.withdrawn_at.is_(None))
        .group_by(CredentialCheck.credential_id, CredentialCheck.registry_id)
    )
    return (
        select(
            CredentialCheck.id,
            CredentialCheck.credential_id,
            CredentialCheck.registry_id,
            CredentialCheck.outcome,
            CredentialCheck.reason,
            CredentialCheck.standing_raw,
            CredentialCheck.expires_on,
            CredentialCheck.name_agrees,
            CredentialCheck.misses,
            CredentialCheck.evidence_id,
            CredentialCheck.at,
            Evidence.source_title,
            Evidence.grade,
            Evidence.url,
            Evidence.retrieved_at,
            Evidence.as_of,
            RegistryRun.is_whole,
            RegistryRun.described,
        )
        .outerjoin(Evidence, Evidence.id == CredentialCheck.evidence_id)
        .outerjoin(RegistryRun, RegistryRun.id == CredentialCheck.run_id)
        .where(CredentialCheck.id.in_(latest))
    )


def _last_successes(listing_ids: Sequence[int]) -> Any:
    return (
        select(CredentialCheck.credential_id, func.max(CredentialCheck.at, type_=CredentialCheck.at.type))
        .join(Credential, Credential.id == CredentialCheck.credential_id)
        .where(Credential.listing_id.in_(listing_ids), CredentialCheck.outcome.not_in(TELLS_NOTHING))
        .group_by(CredentialCheck.credential_id)
    )


def _weight(row: Row[Any]) -> Weight:
    return weight(row.outcome, row.grade, at=row.retrieved_at or row.at, check_id=row.id)


def _found(row: Row[Any], last_success_at: datetime | None) -> _Found:
    described = row.described or {}
    facts = CheckFacts(
        outcome=row.outcome,
        reason=row.reason,
        registry_id=row.registry_id,
        registry_title=row.source_title or described.get("title", row.registry_id),
        retrieved_at=row.retrieved_at or row.at,
        checked_at=row.at,
        standing_raw=row.standing_raw,
        expires_on=row.expires_on,
        url=row.url or "",
        name_agrees=row.name_agrees,
        complete=bool(row.is_whole),
        completeness=described.get("completeness", ""),
        misses=row.misses,
        as_of=row.as_of,
    )
    return _Found(facts, row.grade, row.evidence_id, last_success_at)
