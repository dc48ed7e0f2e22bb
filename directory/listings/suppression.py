"""Leaving is final: what identifies somebody who left is kept as keyed hashes, and nobody who fits is listed again.

A hash is an HMAC with the site's SECRET_KEY, so the list tells nobody who left; with another key it is worthless, so
the key is kept with the backups. A restored backup forgets what was suppressed after it was made: `kept_keys` and
`keep_keys` carry the list over, and `listings_of_suppressed` finds whom the backup brought back.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from directory.models.claim import Suppression
from directory.models.credential import Credential
from directory.models.listing import Listing
from directory.place_tables.tables import place_key
from directory.rules.facts import PERMISSIONS
from directory.rules.numbers import bare, postal_key, valid_npi
from directory.rules.vocabulary import ListingState
from directory.search.folding import fold
from scrapers.record import CredentialKind, Entity, Holder, RegistryRecord

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one practitioner from others: an NPI, numbers, names at places. All of it comparable text."""

    npi: str = ""
    numbers: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    def __or__(self, other: Identity) -> Identity:
        return Identity(
            self.npi or other.npi,
            self.numbers | other.numbers,
            self.names | other.names,
            self.places | other.places,
        )


def number_mark(kind: CredentialKind, jurisdiction: str, number: str) -> str:
    """A number made comparable within its place and kind; permissions of one place count as one kind. "" without."""
    digits = bare(number, jurisdiction)
    group = "permission" if kind in PERMISSIONS or kind is CredentialKind.ENUMERATION else kind.value
    return f"{jurisdiction}:{group}:{digits}" if jurisdiction and digits else ""


def name_mark(given: str, family: str, organization: str = "") -> str:
    """A name made comparable: the first given name and the family name. "" where one of them is missing."""
    first, last = fold(given).partition(" ")[0], fold(family).replace(" ", "")
    return fold(organization) or (f"{first} {last}" if first and last else "")


def place_marks(city: str, region: str, postal_code: str, country: str) -> Iterator[str]:
    """A town and a postal area made comparable; either is enough to be the same place."""
    country = country.strip().upper() or "US"
    region = region.strip().upper().removeprefix(f"{country}-")
    if city.strip():
        yield f"{place_key(city)}|{region}|{country}"
    if postal_key(postal_code):
        yield f"{postal_key(postal_code)}|{country}"


def identity_of_record(record: RegistryRecord) -> Identity:
    """Whom a registry's record is about."""
    place = record.place
    names = {mark for each in (record.holder, *record.other_names) for mark in _marks_of_holder(each)}
    country = place.country or record.jurisdiction.partition("-")[0]
    return Identity(
        npi=record.npi if valid_npi(record.npi) else "",
        numbers=frozenset({number_mark(record.kind, record.jurisdiction, record.number)} - {""}),
        names=frozenset(names - {""}),
        places=frozenset(place_marks(place.city, place.region, place.postal_code, country)),
    )


def identity_of_listing(session: Session, listing: Listing) -> Identity:
    """Whom a listing is about, by everything it states."""
    return identities_of_listings(session, [listing])[0]


def identities_of_listings(session: Session, listings: Sequence[Listing]) -> list[Identity]:
    """Whom each listing is about. One statement for some hundred listings whose places are loaded."""
    numbers: dict[int, set[str]] = {listing.id: set() for listing in listings}
    query = select(Credential.listing_id, Credential.kind, Credential.jurisdiction, Credential.number)
    for listing_id, kind, jurisdiction, number in session.execute(query.where(Credential.listing_id.in_(numbers))):
        numbers[listing_id].add(number_mark(kind, jurisdiction, number))
    return [_identity(listing, numbers[listing.id]) for listing in listings]


def _identity(listing: Listing, numbers: set[str]) -> Identity:
    names = {name_mark(listing.given, listing.family, listing.organization)}
    whole = [*listing.other_names, *(() if listing.given else (listing.family,))]
    names |= {mark for name in whole for mark in _marks_of_whole_name(name)}
    return Identity(
        npi=listing.npi or "",
        numbers=frozenset(numbers - {""}),
        names=frozenset(names - {""}),
        places=frozenset(
            mark
            for place in listing.locations
            for mark in place_marks(place.city, place.region, place.postal_code, place.country)
        ),
    )


def suppress(session: Session, identity: Identity, *, at: datetime) -> int:
    """Remember that this person left. Returns how many keys are new."""
    keys = {**_strong_keys(identity), **_weak_keys(identity)}
    if identity.npi:  # whoever bears the name there and has another NPI is somebody else
        keys |= {_key("npi_known", mark): "npi_known" for mark in _name_places(identity)}
    return _add(session, keys, at)


def which_are_suppressed(session: Session, identities: Sequence[Identity]) -> list[bool]:
    """For each, whether somebody who fits has left. One query for some hundred of them.

    A name at a place is enough, unless an NPI tells the two apart: each person has one, and everybody has another.
    """
    if session.scalar(select(Suppression.id).limit(1)) is None:
        return [False] * len(identities)
    strong = [set(_strong_keys(each)) for each in identities]
    weak = [set(_weak_keys(each)) for each in identities]
    others = [{_key("npi_known", mark) for mark in _name_places(each)} if each.npi else set() for each in identities]
    kept = _kept_of(session, set().union(*strong, *weak, *others))
    return [
        bool(sure & kept) or (bool(name & kept) and not other & kept)
        for sure, name, other in zip(strong, weak, others, strict=True)
    ]


def listings_of_suppressed(session: Session) -> Iterator[Listing]:
    """Listings that are there although their person left: those a restored backup brought back."""
    last = 0
    while True:
        query = select(Listing).where(Listing.id > last, Listing.state != ListingState.REMOVED).order_by(Listing.id)
        listings = list(session.scalars(query.limit(_CHUNK).options(selectinload(Listing.locations))))
        if not listings:
            return
        last = listings[-1].id
        found = which_are_suppressed(session, identities_of_listings(session, listings))
        yield from (listing for listing, suppressed in zip(listings, found, strict=True) if suppressed)


def kept_keys(session: Session) -> Iterator[tuple[str, str]]:
    """The whole list as (what, key), to be kept outside the database."""
    rows = session.execute(select(Suppression.what, Suppression.key).order_by(Suppression.id))
    return ((what, key) for what, key in rows)


def keep_keys(session: Session, keys: Iterable[tuple[str, str]], *, at: datetime) -> int:
    """Put a list that `kept_keys` gave back. Returns how many keys are new."""
    return _add(session, {key: what for what, key in keys}, at)


def _marks_of_holder(holder: Holder) -> Iterable[str]:
    if holder.given or holder.family:
        return (name_mark(holder.given, holder.family),)
    if holder.entity is Entity.ORGANIZATION:
        return (fold(holder.raw),)
    return (fold(holder.raw), *_marks_of_whole_name(holder.raw))


def _marks_of_whole_name(name: str) -> Iterator[str]:
    """Every way to take a name that nobody split: the given name first, or the family name, of one word or more."""
    words = fold(name).split()
    for at in range(1, len(words)):
        yield name_mark(words[0], " ".join(words[at:]))
        yield name_mark(words[at], " ".join(words[:at]))


def _strong_keys(identity: Identity) -> dict[str, str]:
    keys = {_key("number", mark): "number" for mark in identity.numbers}
    return keys | ({_key("npi", identity.npi): "npi"} if identity.npi else {})


def _weak_keys(identity: Identity) -> dict[str, str]:
    return {_key("name_place", mark): "name_place" for mark in _name_places(identity)}


def _name_places(identity: Identity) -> Iterator[str]:
    return (f"{name}|{place}" for name in identity.names for place in identity.places)


def _key(what: str, value: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"suppression\0{what}\0{value}".encode(), hashlib.sha256).hexdigest()


def _add(session: Session, keys: dict[str, str], at: datetime) -> int:
    new = sorted(keys.keys() - _kept_of(session, set(keys)))
    session.add_all(Suppression(key=key, what=keys[key], at=at) for key in new)
    session.flush()
    return len(new)


def _kept_of(session: Session, keys: set[str]) -> set[str]:
    kept: set[str] = set()
    rest = iter(sorted(keys))
    while chunk := list(islice(rest, _CHUNK)):
        kept.update(session.scalars(select(Suppression.key).where(Suppression.key.in_(chunk))))
    return kept
