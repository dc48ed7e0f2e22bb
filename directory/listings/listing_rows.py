"""What the database tells a page about one listing: two statements, narrow rows, no objects to follow further."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import Session

from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.flag import Flag
from directory.models.listing import Listing, Location
from directory.models.registry import RegistryRun, TermsReading
from directory.models.source import HealthChange
from directory.rules.vocabulary import FlagState, ListingState

KEPT_CHECKS = 12  # of one credential by one registry, for its history
SHOWN = (ListingState.PUBLISHED,)
_LISTING: BindParameter[int] = bindparam("listing")
_IDS = Credential.__table__.c.id.in_(bindparam("ids", expanding=True))


@dataclass(frozen=True, slots=True)
class ListingRows:
    """A listing with its places, and `health_key`, which changes whenever the health of a source may have. Of an
    earlier day they are no rows of a table, and read the same."""

    listing: Any
    places: tuple[Any, ...]
    health_key: tuple[Any, ...]


def listing_rows(session: Session, slug: str, *, states: Sequence[ListingState] = SHOWN) -> ListingRows | None:
    """The listing of that address in one of `states`, or None."""
    rows = session.execute(_listing_statement(), {"slug": slug, "states": list(states)}).all()
    if not rows:
        return None
    places = tuple(row for row in rows if row.place_id is not None)
    first = rows[0]
    return ListingRows(first, places, (first.health_changes, first.newest_reading))


def credential_rows(session: Session, listing_id: int, *, checks: int = KEPT_CHECKS) -> Sequence[Row[Any]]:
    """A row for each check of each credential that stands, newest check first; one without check columns where there
    is none."""
    return session.execute(_credential_statement(past=False), {"listing": listing_id, "most": checks}).all()


def credential_rows_of(session: Session, credential_ids: Sequence[int], last_check_id: int) -> Sequence[Row[Any]]:
    """The same for these credentials, with the checks up to that one and no published findings."""
    values = {"ids": list(credential_ids), "through": last_check_id, "most": KEPT_CHECKS}
    return session.execute(_credential_statement(past=True), values).all()


def published_findings(of: ColumnElement[bool]) -> Select[Any, Any]:
    """The findings that went the whole way of due process and are public, of the flags that `of` chooses. While one is
    appealed it is hidden, unless it rests on a final public order (`Case.is_public`)."""
    by_order = and_(Flag.state == FlagState.APPEALED, Flag.order_url != "")
    return select(Flag.credential_id, Flag.kind).where(of, or_(Flag.state == FlagState.PUBLISHED, by_order))


@cache
def _listing_statement() -> Select[Any]:
    """Built once: putting a statement together takes longer than running it."""
    listing, place = Listing.__table__.c, Location.__table__.c
    of_listing = [column for column in listing if column.name not in ("family_key", "region")]
    return (
        select(*of_listing)
        .add_columns(place.id.label("place_id"), place.practice_name, place.street, place.city, place.region)
        .add_columns(place.postal_code, place.country, place.lat, place.lon, place.is_practice_address)
        .add_columns(select(func.count(HealthChange.id)).scalar_subquery().label("health_changes"))
        .add_columns(select(func.max(TermsReading.id)).scalar_subquery().label("newest_reading"))
        .select_from(Listing.__table__.outerjoin(Location.__table__, place.listing_id == listing.id))
        .where(listing.slug == bindparam("slug"), listing.state.in_(bindparam("states", expanding=True)))
        .order_by(place.position)
    )


@cache
def _credential_statement(*, past: bool) -> Select[Any]:
    """For the listing `:listing`; where `past`, for the credentials `:ids` and checks up to `:through`."""
    credential, check, evidence = Credential.__table__.c, CredentialCheck.__table__.c, Evidence.__table__.c
    recent = _recent_checks(past=past)
    flag = published_findings(false() if past else Flag.listing_id == _LISTING).subquery("public")
    tables = (
        Credential.__table__.outerjoin(
            recent, and_(recent.c.credential_id == credential.id, recent.c.place <= bindparam("most"))
        )
        .outerjoin(CredentialCheck.__table__, check.id == recent.c.id)
        .outerjoin(Evidence.__table__, evidence.id == check.evidence_id)
        .outerjoin(RegistryRun.__table__, RegistryRun.__table__.c.id == check.run_id)
        .outerjoin(flag, flag.c.credential_id == credential.id)
    )
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
        .where(_IDS if past else and_(credential.listing_id == _LISTING, credential.withdrawn_at.is_(None)))
        .order_by(credential.id, check.id.desc())
    )


def _recent_checks(*, past: bool) -> Any:
    """The checks of the credentials, numbered from the newest, for each registry by itself."""
    order = func.row_number().over(
        partition_by=(CredentialCheck.credential_id, CredentialCheck.registry_id), order_by=CredentialCheck.id.desc()
    )
    statement = select(CredentialCheck.id, CredentialCheck.credential_id, order.label("place")).join(
        Credential, Credential.id == CredentialCheck.credential_id
    )
    if past:
        return statement.where(_IDS, CredentialCheck.id <= bindparam("through")).subquery("recent")
    return statement.where(Credential.listing_id == _LISTING).subquery("recent")
