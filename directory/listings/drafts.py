"""Listings in the making, from a registry's records or an imported row, and how many of them become rows at once.

Two processes may want the same listing or the same address at the same time. Rows are therefore inserted where nothing
stands in the way, and whoever comes second uses what is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert as insert_on_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite
from sqlalchemy.orm import Session

from directory.listings.slugs import slug_candidates, taken_slugs
from directory.models.credential import Credential
from directory.models.listing import Listing, Location
from directory.place_tables.tables import regions_named
from directory.rules.numbers import bare
from directory.rules.vocabulary import ListingOrigin, ListingState, StatedBy
from directory.search.folding import fold
from directory.search.places import point_of
from scrapers.record import CredentialKind

_ROWS_AT_ONCE = 500
_LONGEST = {"city": 100, "region": 10, "postal_code": 16, "practice_name": 200}


@dataclass(frozen=True, slots=True)
class Town:
    """Where patients are seen, without a street."""

    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = "US"
    practice_name: str = ""

    def columns(self) -> dict[str, Any]:
        """The values of a Location, with its point where the town or postal area is known."""
        country = self.country.strip().upper()[:2] or "US"
        region = region_code(self.region, country)
        point = point_of(self.postal_code, self.city, region, country)
        texts = {"city": self.city, "region": region, "postal_code": self.postal_code}
        return {
            **{name: text[: _LONGEST[name]] for name, text in texts.items()},
            "practice_name": self.practice_name[:200],
            "country": country,
            "lat": point.lat if point else None,
            "lon": point.lon if point else None,
        }


@dataclass(frozen=True, slots=True)
class StatedCredential:
    """A credential as a registry's record or an imported row states it."""

    kind: CredentialKind
    jurisdiction: str = ""
    number: str = ""
    profession: str = "acupuncturist"
    title: str = ""
    issuer: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    hours_total: int | None = None
    technique: str = ""

    @property
    def number_key(self) -> str:
        return bare(self.number, self.jurisdiction)[:80]

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes two statements the same one."""
        if self.number_key:
            return (self.kind, self.profession, self.jurisdiction, self.number_key)
        return (self.kind, self.jurisdiction, fold(self.number), fold(self.title), self.hours_total, self.expires_on)

    @classmethod
    def of(cls, credential: Credential) -> StatedCredential:
        """What a credential's row states."""
        return cls(
            kind=credential.kind,
            jurisdiction=credential.jurisdiction,
            number=credential.number,
            profession=credential.profession,
            title=credential.title,
            expires_on=credential.expires_on,
            hours_total=credential.hours_total,
        )

    def columns(self, *, stated_by: StatedBy, at: datetime) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "profession": self.profession[:60],
            "jurisdiction": self.jurisdiction[:10],
            "title": self.title[:200],
            "issuer": self.issuer[:200],
            "number": self.number[:80],
            "number_key": self.number_key,
            "stated_by": stated_by,
            "stated_at": at,
            "issued_on": self.issued_on,
            "expires_on": self.expires_on,
            "hours_total": self.hours_total,
            "technique": self.technique,
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to become a listing. `columns` are further columns of Listing, beside names and origin."""

    origin: ListingOrigin
    origin_key: str
    given: str = ""
    middle: str = ""
    family: str = ""
    suffix: str = ""
    organization: str = ""
    town: Town = field(default_factory=Town)
    credentials: tuple[StatedCredential, ...] = ()
    columns: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.organization or " ".join(part for part in (self.given, self.family) if part)

    def names(self) -> dict[str, str]:
        """The names as columns, with the key by which candidates are found."""
        return {
            "given": self.given[:100],
            "middle": self.middle[:100],
            "family": self.family[:100],
            "suffix": self.suffix[:40],
            "organization": self.organization[:200],
            "family_key": family_key(self.family),
        }


def family_key(family: str) -> str:
    """The family name without accents, case, blanks and hyphens, for finding candidates."""
    return fold(family).replace(" ", "")[:100]


def region_code(region: str, country: str) -> str:
    """The country's own code of a region: "California", "US-CA" and "ca" give "CA"; "" for what fits no column."""
    text = region.strip().upper().removeprefix(f"{country}-")
    known = [code for at, code in regions_named().get(fold(text), ()) if at == country]
    return known[0] if len(known) == 1 else text if len(text) <= _LONGEST["region"] else ""


def insert_listings(session: Session, drafts: Sequence[Draft], *, stated_by: StatedBy, at: datetime) -> dict[str, int]:
    """Make a listing of each draft. Returns ids by origin key; a listing that is there already is left as it is."""
    ids: dict[str, int] = {}
    ordered = sorted(drafts, key=lambda draft: draft.origin_key)  # two at once take turns, and do not wait in a circle
    for start in range(0, len(ordered), _ROWS_AT_ONCE):
        ids |= _insert(session, ordered[start : start + _ROWS_AT_ONCE], stated_by, at)
    return ids


def _insert(session: Session, drafts: Sequence[Draft], stated_by: StatedBy, at: datetime) -> dict[str, int]:
    towns = {draft.origin_key: draft.town.columns() for draft in drafts}
    waiting = {draft.origin_key: draft for draft in drafts}
    new: dict[str, int] = {}
    for slugs in _slugs_in_turn(session, drafts):
        rows = [_listing_row(waiting[key], slugs[key], towns[key], at) for key in waiting]
        inserted = _insert_where_free(session, Listing, rows, Listing.origin_key, Listing.id)
        new |= {row.origin_key: row.id for row in inserted}
        there = existing_keys(session, waiting.keys() - new.keys(), origin=drafts[0].origin)
        waiting = {key: draft for key, draft in waiting.items() if key not in new and key not in there}
        if not waiting:
            break
    if waiting:
        raise RuntimeError(f"no free address for {', '.join(sorted(waiting))}")
    made = [draft for draft in drafts if draft.origin_key in new]
    locations = [{"listing_id": new[each.origin_key], "position": 0, **towns[each.origin_key]} for each in made]
    if locations:
        session.execute(insert_on(session)(Location), locations)
    stated = [(new[each.origin_key], credential) for each in made for credential in each.credentials]
    insert_credentials(session, stated, stated_by=stated_by, at=at)
    return new | existing_keys(session, {each.origin_key for each in drafts} - new.keys(), origin=drafts[0].origin)


def _slugs_in_turn(session: Session, drafts: Sequence[Draft]) -> Iterable[dict[str, str]]:
    """For each draft the shortest address that is free, then, should somebody else be quicker, longer ones."""
    offers = {each.origin_key: list(slug_candidates(each.name, each.town.city, key=each.origin_key)) for each in drafts}
    taken = taken_slugs(session, (slug for offer in offers.values() for slug in offer))
    for tried in range(3):
        chosen: dict[str, str] = {}
        for key, offer in offers.items():
            free = [slug for slug in offer[tried:] if slug not in taken]
            if not free:
                raise RuntimeError(f"no free address for {key}")
            chosen[key] = free[0]
            taken.add(free[0])
        yield chosen


def _listing_row(draft: Draft, slug: str, town: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "slug": slug,
        "state": ListingState.PUBLISHED,
        "origin": draft.origin,
        "origin_key": draft.origin_key,
        **draft.names(),
        "region": town["region"],
        "created_at": at,
        "updated_at": at,
        **draft.columns,
    }


def existing_keys(session: Session, keys: Iterable[str], *, origin: ListingOrigin) -> dict[str, int]:
    """The ids of listings by origin key, of those keys that have one."""
    wanted = sorted(keys)
    if not wanted:
        return {}
    rows = session.execute(
        select(Listing.origin_key, Listing.id).where(Listing.origin == origin, Listing.origin_key.in_(wanted))
    )
    return {key: listing_id for key, listing_id in rows if key}


def insert_credentials(
    session: Session, stated: Iterable[tuple[int, StatedCredential]], *, stated_by: StatedBy, at: datetime
) -> int:
    """Add credentials to listings, given as (listing id, credential); one with a number only once. Returns how many."""
    wanted = {(listing_id, each.identity): (listing_id, each) for listing_id, each in stated}
    there = _stated_without_number(session, {listing_id for listing_id, each in wanted.values() if not each.number_key})
    rows = {
        key: {"listing_id": listing_id, **each.columns(stated_by=stated_by, at=at)}
        for key, (listing_id, each) in wanted.items()
        if key not in there
    }
    return len(_insert_where_free(session, Credential, list(rows.values()), Credential.id))


def _stated_without_number(session: Session, listing_ids: set[int]) -> set[tuple[int, tuple[Any, ...]]]:
    """What the listings state without a number: no constraint of the database keeps it from being there twice."""
    if not listing_ids:
        return set()
    query = select(Credential).where(Credential.listing_id.in_(listing_ids), Credential.number_key == "")
    return {(each.listing_id, StatedCredential.of(each).identity) for each in session.scalars(query)}


def _insert_where_free(session: Session, model: Any, rows: list[dict[str, Any]], *returned: Any) -> list[Row[Any]]:
    """Insert rows where nothing stands in the way; `returned` of those that went in. One statement for many rows."""
    if not rows:
        return []
    statement = insert_on(session)(model.__table__).on_conflict_do_nothing().returning(*returned)
    return list(session.execute(statement, rows))


def insert_on(session: Session) -> Any:
    """The INSERT of this session's database, which knows ON CONFLICT."""
    return insert_on_postgresql if session.get_bind().dialect.name == "postgresql" else insert_on_sqlite
