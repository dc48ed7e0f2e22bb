"""Keeps what a listing's page is made of, each time that changes: the page can then be shown as it was at any moment.

Called last by whoever changes a listing, in the same transaction (`listing_changes.settle`, and where runs and checks
bring the search in step). What others may not know of is not kept: an unclaimed listing's phone, mail or street.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, insert, or_, select, update
from sqlalchemy.orm import Session

from directory.listings.listing_rows import published_findings
from directory.models.credential import Credential, CredentialCheck
from directory.models.flag import Flag
from directory.models.listing import Listing, Location
from directory.models.listing_version import ListingContent, ListingVersion
from directory.rules import requirements
from directory.rules.vocabulary import ListingState

LISTINGS_AT_ONCE = 500
TOWN_DECIMALS = 2  # about a kilometer, as pages show places that no owner has given

OF_LISTING = (
    *("id", "slug", "origin", "origin_key", "given", "middle", "family", "suffix", "organization", "other_names"),
    *("credentials_text", "claimed_at", "insurance_asked_at", "training_asked_at", "created_at", "updated_at"),
)
OWN_WORDS = (
    *("about", "techniques", "languages", "cosmetic_since", "price_session", "price_currency", "price_sessions"),
    *("price_stated_on", "consultation", "new_patients", "contact_given_at", "phone", "email", "website"),
)
_CONTACT = ("phone", "email", "website")
OF_PLACE = ("city", "region", "country")
OWN_PLACE = ("practice_name", "street", "postal_code", "lat", "lon", "is_practice_address")
OF_CREDENTIAL = (
    *("id", "kind", "profession", "jurisdiction", "title", "issuer", "number", "stated_by", "stated_at"),
    *("issued_on", "expires_on", "hours_total", "technique", "cosmetic_scope"),
)


def note_versions(session: Session, listing_ids: Collection[int], *, at: datetime) -> int:
    """Appends a version of each of these listings that is not as its last one says. Returns how many that were.

    `at` is the moment from which pages show it: the time now, however long ago the work began.
    """
    session.flush()
    ordered = sorted(set(listing_ids))
    noted = 0
    for start in range(0, len(ordered), LISTINGS_AT_ONCE):
        noted += _note(session, ordered[start : start + LISTINGS_AT_ONCE], at)
    return noted


def forget_own_words(session: Session, listing_id: int) -> None:
    """Empties what its owners said, in every version: they have let the listing go."""
    session.execute(
        update(ListingContent)
        .where(ListingContent.listing_id == listing_id, ListingContent.own_words.is_not(None))
        .values(own_words=None)
        .execution_options(synchronize_session=False)
    )


@cache
def law_table() -> str:
    """The fingerprint of the installed table of what places ask for."""
    files = sorted(Path(requirements.__file__).with_name("requirements").glob("*.csv"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _note(session: Session, listing_ids: Sequence[int], at: datetime) -> int:
    contents = _contents(session, listing_ids)
    checks, latest = _last_checks(session, listing_ids), _latest(session, listing_ids)
    changed = [each for own, each in contents.items() if _differs(each, checks.get(own, 0), latest.get(own))]
    if not changed:
        return 0
    ids = _content_ids(session, changed)
    rows = [
        {
            "listing_id": each["listing_id"],
            "content_id": ids[_key(each)],
            "state": each["state"],
            "last_check_id": checks.get(each["listing_id"], 0),
            "pack": law_table(),
            "at": max(at, latest[each["listing_id"]].at) if each["listing_id"] in latest else at,
        }
        for each in changed
    ]
    session.execute(insert(ListingVersion), rows)
    return len(rows)


def _differs(content: Mapping[str, Any], last_check_id: int, latest: Row[Any] | None) -> bool:
    now = (content["digest"], content["state"], last_check_id, law_table())
    return latest is None or now != (latest.digest, latest.state, latest.last_check_id, latest.pack)


def _latest(session: Session, listing_ids: Sequence[int]) -> dict[int, Row[Any]]:
    newest = (
        select(func.max(ListingVersion.id))
        .where(ListingVersion.listing_id.in_(listing_ids))
        .group_by(ListingVersion.listing_id)
    )
    rows = session.execute(
        select(ListingVersion.listing_id, ListingVersion.state, ListingVersion.last_check_id)
        .add_columns(ListingVersion.pack, ListingVersion.at, ListingContent.digest)
        .join(ListingContent, ListingContent.id == ListingVersion.content_id)
        .where(ListingVersion.id.in_(newest))
    )
    return {row.listing_id: row for row in rows}


def _last_checks(session: Session, listing_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(Credential.listing_id, func.max(CredentialCheck.id))
        .join(CredentialCheck, CredentialCheck.credential_id == Credential.id)
        .where(Credential.listing_id.in_(listing_ids), Credential.withdrawn_at.is_(None))
        .group_by(Credential.listing_id)
    )
    return {row[0]: row[1] for row in rows}


def _content_ids(session: Session, changed: Sequence[Mapping[str, Any]]) -> dict[tuple[int, str], int]:
    """The id of each content: of the one that is kept already, where a listing is again as it once was."""
    digests = {each["digest"] for each in changed}
    unclaimed = ListingContent.content["listing"]["claimed_at"].as_string().is_(None)
    known = select(ListingContent.id, ListingContent.listing_id, ListingContent.digest).where(
        ListingContent.listing_id.in_([each["listing_id"] for each in changed]),
        ListingContent.digest.in_(digests),
        or_(ListingContent.own_words.is_not(None), unclaimed),  # one whose words were forgotten is not that one again
    )
    ids = {(row.listing_id, row.digest): row.id for row in session.execute(known)}
    names = ("listing_id", "digest", "content", "own_words")
    fresh = [{name: each[name] for name in names} for each in changed if _key(each) not in ids]
    if fresh:
        statement = insert(ListingContent).returning(ListingContent.id, sort_by_parameter_order=True)
        found = session.scalars(statement, fresh, execution_options={"render_nulls": True}).all()
        ids |= {_key(each): row_id for each, row_id in zip(fresh, found, strict=True)}
    return ids


def _key(content: Mapping[str, Any]) -> tuple[int, str]:
    return content["listing_id"], content["digest"]


# What a page is made of ----------------------------------------------------------------------------------------------


def _contents(session: Session, listing_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The content of each of these listings that was not removed for good, by listing."""
    columns = (*(getattr(Listing, name) for name in (*OF_LISTING, *OWN_WORDS)), Listing.state)
    listings = session.execute(
        select(*columns).where(Listing.id.in_(listing_ids), Listing.state != ListingState.REMOVED)
    ).all()
    places = _by_listing(
        session.execute(
            select(Location.listing_id, *(getattr(Location, name) for name in (*OF_PLACE, *OWN_PLACE)))
            .where(Location.listing_id.in_(listing_ids))
            .order_by(Location.listing_id, Location.position)
        )
    )
    credentials = _by_listing(
        session.execute(
            select(Credential.listing_id, *(getattr(Credential, name) for name in OF_CREDENTIAL))
            .where(Credential.listing_id.in_(listing_ids), Credential.withdrawn_at.is_(None))
            .order_by(Credential.id)
        )
    )
    published: defaultdict[int, list[str]] = defaultdict(list)
    for row in session.execute(published_findings(Flag.listing_id.in_(listing_ids))):
        published[row.credential_id].append(row.kind.value)
    return {row.id: _content(row, places[row.id], credentials[row.id], published) for row in listings}


def _content(
    listing: Row[Any],
    places: Sequence[Row[Any]],
    credentials: Sequence[Row[Any]],
    published: Mapping[int, Sequence[str]],
) -> dict[str, Any]:
    content = {
        "listing": _plain(listing, OF_LISTING),
        "places": [_plain(place, OF_PLACE) | _town_point(place) for place in places],
        "credentials": [
            _plain(each, OF_CREDENTIAL) | {"published": sorted(set(published.get(each.id, ())))} for each in credentials
        ],
    }
    own_words = _own_words(listing, places) if listing.claimed_at is not None else None
    digest = hashlib.sha256(json.dumps([content, own_words], sort_keys=True).encode()).hexdigest()
    return {
        "listing_id": listing.id,
        "state": listing.state,
        "digest": digest,
        "content": content,
        "own_words": own_words,
    }


def _own_words(listing: Row[Any], places: Sequence[Row[Any]]) -> dict[str, Any]:
    said = _plain(listing, OWN_WORDS)
    if listing.contact_given_at is None:
        said |= dict.fromkeys(_CONTACT, "")
    return {"listing": said, "places": [_plain(place, OWN_PLACE) for place in places]}


def _town_point(place: Row[Any]) -> dict[str, float | None]:
    if place.lat is None:
        return {"lat": None, "lon": None}
    return {"lat": round(place.lat, TOWN_DECIMALS), "lon": round(place.lon, TOWN_DECIMALS)}


def _plain(row: Row[Any], names: Sequence[str]) -> dict[str, Any]:
    """These columns as JSON holds them."""
    return {name: _value(getattr(row, name)) for name in names}


def _value(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _by_listing(rows: Iterable[Row[Any]]) -> defaultdict[int, list[Row[Any]]]:
    grouped: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        grouped[row.listing_id].append(row)
    return grouped
