"""A listing as it was at an earlier moment, in the very rows that today's pages are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Column, Date, DateTime, Numeric, Row, select
from sqlalchemy.orm import Session

from directory.listings.listing_rows import SHOWN, ListingRows, credential_rows_of
from directory.listings.listing_versions import OWN_WORDS, law_table
from directory.models.columns import Word
from directory.models.credential import Credential
from directory.models.listing import Listing, Location
from directory.models.listing_version import ListingContent, ListingVersion
from directory.rules.vocabulary import Consultation, FlagKind, ListingState

_LISTING, _PLACE, _CREDENTIAL = Listing.__table__.c, Location.__table__.c, Credential.__table__.c
_NOT_CLAIMED: Mapping[str, Any] = {
    **dict.fromkeys(OWN_WORDS),
    **dict.fromkeys(("about", "phone", "email", "website"), ""),
    "techniques": [],
    "languages": [],
    "price_currency": "USD",
    "consultation": Consultation.NOT_STATED,
}
_TOWN_ONLY: Mapping[str, Any] = {"practice_name": "", "street": "", "postal_code": "", "is_practice_address": False}


@dataclass(frozen=True, slots=True)
class PastRows:
    """The rows of that moment. `since` is when the listing became so; `law_changed` says that the table of what places
    ask for is another one today, and `words_forgotten` that its owner has left since."""

    rows: ListingRows
    credentials: Sequence[Any]
    since: datetime
    law_changed: bool
    words_forgotten: bool


def past_rows(
    session: Session, slug: str, moment: datetime, *, states: Sequence[ListingState] = SHOWN
) -> PastRows | None:
    """The listing of that address as it was then; None where it was not shown, is gone, or nothing was kept yet."""
    version = session.execute(_version(slug, moment)).first()
    if version is None or version.state not in states:
        return None
    own = version.own_words or {"listing": {}, "places": []}
    content = version.content
    listing = SimpleNamespace(
        **{**_NOT_CLAIMED, **_read(_LISTING, content["listing"]), **_read(_LISTING, own["listing"])}
    )
    stated = {each["id"]: each for each in content["credentials"]}
    return PastRows(
        rows=ListingRows(listing, tuple(_places(content["places"], own["places"])), ()),
        credentials=list(_credentials(credential_rows_of(session, list(stated), version.last_check_id), stated)),
        since=version.at,
        law_changed=version.pack != law_table(),
        words_forgotten=listing.claimed_at is not None and version.own_words is None,
    )


def kept_since(session: Session, slug: str) -> datetime | None:
    """From when on it is known what the page of that address was made of; None where there is none."""
    first = (
        select(ListingVersion.at)
        .join(Listing, Listing.id == ListingVersion.listing_id)
        .where(Listing.slug == slug)
        .order_by(ListingVersion.id)
    )
    return session.scalars(first.limit(1)).first()


def _version(slug: str, moment: datetime) -> Any:
    return (
        select(ListingVersion.at, ListingVersion.state, ListingVersion.last_check_id, ListingVersion.pack)
        .add_columns(ListingContent.content, ListingContent.own_words)
        .join(ListingContent, ListingContent.id == ListingVersion.content_id)
        .join(Listing, Listing.id == ListingVersion.listing_id)
        .where(Listing.slug == slug, Listing.state != ListingState.REMOVED, ListingVersion.at <= moment)
        .order_by(ListingVersion.id.desc())
        .limit(1)
    )


def _places(kept: Sequence[Mapping[str, Any]], own: Sequence[Mapping[str, Any]]) -> Iterator[Any]:
    for position, place in enumerate(kept):
        given = own[position] if position < len(own) else {}
        yield SimpleNamespace(**{**_TOWN_ONLY, **_read(_PLACE, place), **_read(_PLACE, given)})


def _credentials(rows: Sequence[Row[Any]], stated: Mapping[int, Mapping[str, Any]]) -> Iterator[Any]:
    """Each row with what the credential stated then, once for each finding that was published then."""
    for row in rows:
        kept = stated[row.credential_id]
        said = _read(_CREDENTIAL, {name: value for name, value in kept.items() if name not in ("id", "published")})
        said["stated_end"] = said.pop("expires_on")
        for word in kept["published"] or [""]:
            kind = FlagKind(word) if word else None
            yield SimpleNamespace(**{**row._mapping, **said, "published_flag": kind})


def _read(columns: Any, kept: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(columns[name], value) for name, value in kept.items()}


def _value(column: Column[Any], value: Any) -> Any:
    """What the database would give for it."""
    kind = getattr(column.type, "impl_instance", column.type)
    if value is None:
        return None
    if isinstance(column.type, Word):
        return column.type.words(value)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(kind, Numeric) and isinstance(value, str) else value
