"""What the database tells a page about one listing: two statements, narrow rows, no objects to follow further."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing, Location
from directory.models.registry import RegistryRun, TermsReading
from directory.rules.vocabulary import FlagState, ListingState

KEPT_CHECKS = 12  # of one credential by one registry, for its history
SHOWN = (ListingState.PUBLISHED,)


@dataclass(frozen=True, slots=True)
class ListingRows:
    """A listing with its places, and `health_key`, which changes whenever the health of a source may have."""

    listing: Row[Any]
    places: tuple[Row[Any], ...]
    health_key: tuple[Any, ...]


def listing_rows(session: Session, slug: str, *, states: Sequence[ListingState] = SHOWN) -> ListingRows | None:
    """The listing of that address in one of `states`, or None."""
    rows = session.execute(_listing_statement(slug, states)).all()
    if not rows:
        return None
    places = tuple(row for row in rows if row.place_id is not None)
    first = rows[0]
    return ListingRows(first, places, (first.newest_run, first.newest_end, first.newest_reading))


def credential_rows(
    session: Session, listing_id: int, *, checks: int = KEPT_CHECKS, as_of: datetime | None = None
) -> Sequence[Row[Any]]:
    """A row for each check of each credential that stands, newest check first; one without check columns where there
    is none. With `as_of`, as all this stood then."""
    return session.execute(_credential_statement(listing_id, checks, as_of)).all()


def _listing_statement(slug: str, states: Sequence[ListingState]) -> Select[Any]:
    listing, place = Listing.__table__.c, Location.__table__.c
    of_listing = [column for column in listing if column.name not in ("family_key", "region")]
    return (
        select(*of_listing)
        .add_columns(place.id.label("place_id"), place.practice_name, place.street, place.city, place.region)
        .add_columns(place.postal_code, place.country, place.lat, place.lon, place.is_practice_address)
        .add_columns(select(func.max(RegistryRun.id)).scalar_subquery().label("newest_run"))
        .add_columns(select(func.max(RegistryRun.finished_at)).scalar_subquery().label("newest_end"))
        .add_columns(select(func.max(TermsReading.id)).scalar_subquery().label("newest_reading"))
        .select_from(Listing.__table__.outerjoin(Location.__table__, place.listing_id == listing.id))
        .where(listing.slug == slug, listing.state.in_(states))
        .order_by(place.position)
    )


def _credential_statement(listing_id: int, checks: int, as_of: datetime | None) -> Select[Any]:
    credential, check, evidence = Credential.__table__.c, CredentialCheck.__table__.c, Evidence.__table__.c
    recent = _recent_checks(listing_id, as_of)
    flag = _published_flags(listing_id, as_of)
    tables = (
        Credential.__table__.outerjoin(recent, and_(recent.c.credential_id == credential.id, recent.c.place <= checks))
        .outerjoin(CredentialCheck.__table__, check.id == recent.c.id)
        .outerjoin(Evidence.__table__, evidence.id == check.evidence_id)
        .outerjoin(RegistryRun.__table__, RegistryRun.__table__.c.id == check.run_id)
        .outerjoin(flag, flag.c.credential_id == credential.id)
    )
    stood: list[ColumnElement[bool]] = [credential.withdrawn_at.is_(None)]
    if as_of is not None:
        stood = [credential.stated_at <= as_of, or_(credential.withdrawn_at.is_(None), credential.withdrawn_at > as_of)]
    return (
        select(credential.id.label("credential_id"), credential.kind, credential.profession, credential.jurisdiction)
        .add_columns(credential.title, credential.issuer, credential.number, credential.stated_by, credential.stated_at)
        .add_columns(credential.issued_on, credential.expires_on.label("stated_end"), credential.hours_total)
        .add_columns(credential.technique, credential.cosmetic_scope)
        .add_columns(check.id.label("check_id"), check.registry_id, check.outcome, check.reason, check.standing_raw)
        .add_columns(check.expires_on.label("seen_end"), check.name_agrees, check.at.label("checked_at"))
        .add_columns(evidence.id.label("evidence_id"), evidence.source, evidence.source_title, evidence.method)
        .add_columns(evidence.grade, evidence.url, evidence.retrieved_at, evidence.as_of, evidence.sha256)
        .add_columns(RegistryRun.__table__.c.described, flag.c.kind.label("published_flag"))
        .select_from(tables)
        .where(credential.listing_id == listing_id, *stood)
        .order_by(credential.id, check.id.desc())
    )


def _recent_checks(listing_id: int, as_of: datetime | None) -> Any:
    """The checks of the listing's credentials, numbered from the newest, for each registry by itself."""
    order = func.row_number().over(
        partition_by=(CredentialCheck.credential_id, CredentialCheck.registry_id), order_by=CredentialCheck.id.desc()
    )
    statement = (
        select(CredentialCheck.id, CredentialCheck.credential_id, order.label("place"))
        .join(Credential, Credential.id == CredentialCheck.credential_id)
        .where(Credential.listing_id == listing_id)
    )
    return (statement if as_of is None else statement.where(CredentialCheck.at <= as_of)).subquery("recent")


def _published_flags(listing_id: int, as_of: datetime | None) -> Any:
    """Findings that went the whole way of due process and are public; with `as_of`, that were then."""
    statement = select(Flag.credential_id, Flag.kind).where(Flag.listing_id == listing_id)
    if as_of is None:
        return statement.where(Flag.state == FlagState.PUBLISHED).subquery("public")
    last = select(func.max(FlagChange.id)).where(FlagChange.flag_id == Flag.id, FlagChange.at <= as_of)
    step = last.correlate(Flag).scalar_subquery()
    return (
        statement.join(FlagChange, FlagChange.id == step)
        .where(FlagChange.to_state == FlagState.PUBLISHED)
        .subquery("public")
    )
