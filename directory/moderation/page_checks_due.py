"""Which registries a credential can be looked up at by hand, and which credentials wait for somebody to do so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, null, or_, select
from sqlalchemy.orm import Session

from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.listing import Listing
from directory.models.page_check import PageCheck
from directory.models.registry import RegistryRun
from directory.registries import registries
from directory.rules.facts import PERMISSIONS
from directory.rules.freshness import MONITORING_AGE
from directory.rules.speaking import TELLS_NOTHING
from directory.rules.vocabulary import ListingState, PageCheckState, RunChannel, RunState
from scrapers.record import Authority, CredentialKind
from scrapers.spec import RegistrySpec

BY_A_PERSON = frozenset({"manual", "saved_page"})


@dataclass(frozen=True, slots=True)
class Due:
    """A credential that somebody should look up, and when it was last told anything about."""

    credential: Credential
    listing: Listing
    registry: RegistrySpec
    told_at: datetime | None
    expires_on: date | None


def registries_by_hand(credential: Credential) -> list[RegistrySpec]:
    """The registries at which a person can look this credential up; those that say how come first."""
    found = [
        spec
        for spec in registries.known_registries().specs.values()
        if BY_A_PERSON & set(spec.channels) and _is_of(spec, credential)
    ]
    return sorted(found, key=lambda spec: ("manual" not in spec.channels, "saved_page" not in spec.channels, spec.id))


def _is_of(spec: RegistrySpec, credential: Credential) -> bool:
    permits = spec.kind in PERMISSIONS and credential.kind in PERMISSIONS
    if not (permits or spec.kind is credential.kind) or spec.profession != credential.profession:
        return False
    return spec.jurisdiction == credential.jurisdiction or (not permits and not credential.jurisdiction)


def due_by_hand(session: Session, *, now: datetime, most: int) -> list[Due]:
    """Credentials whose registries no program may or can ask, and about which nothing was told for a month: those about
    which nothing was ever told first, then those that end soonest.
    """
    specs = _only_by_hand(session)
    if not specs:
        return []
    since = now - MONITORING_AGE
    found: list[Any] = [*session.execute(_never_told(specs, since).limit(most))]
    if len(found) < most:  # people told little by hand: what they told is only gone through when nothing else is left
        found += session.execute(_told_long_ago(specs, since).limit(most - len(found)))
    return [Due(row[0], row[1], _first(specs, row[0]), row[2], row[3]) for row in found]


def _to_look_up(specs: Iterable[RegistrySpec], since: datetime) -> Any:
    """Credentials of these registries that nobody looked up since then, with their listings."""
    looked = select(PageCheck.id).where(
        PageCheck.credential_id == Credential.id,
        PageCheck.state == PageCheckState.CONFIRMED,
        PageCheck.settled_at >= since,
    )
    there = select(Listing.id).where(Listing.id == Credential.listing_id, Listing.state != ListingState.REMOVED)
    query: Any = select(Credential, Listing).join(Listing, Listing.id == Credential.listing_id)
    return query.where(
        or_(*(_of(spec) for spec in specs)),
        Credential.withdrawn_at.is_(None),
        Credential.number_key != "",
        # As a question about each: SQLite would go through all listings before the first one to answer a join.
        there.correlate(Credential).exists(),
        ~looked.correlate(Credential).exists(),
    )


def _never_told(specs: Iterable[RegistrySpec], since: datetime) -> Any:
    told = _telling(CredentialCheck.id).where(CredentialCheck.credential_id == Credential.id)
    none_yet = ~told.correlate(Credential).exists()
    return _to_look_up(specs, since).add_columns(null(), null()).where(none_yet).order_by(Credential.id)


def _told_long_ago(specs: Iterable[RegistrySpec], since: datetime) -> Any:
    told = (
        _telling(
            CredentialCheck.credential_id,
            func.max(Evidence.retrieved_at, type_=Evidence.retrieved_at.type).label("told_at"),
            func.max(CredentialCheck.expires_on).label("expires_on"),
        )
        .group_by(CredentialCheck.credential_id)
        .subquery()
    )
    return (
        _to_look_up(specs, since)
        .add_columns(told.c.told_at, told.c.expires_on)
        .join(told, told.c.credential_id == Credential.id)
        .where(told.c.told_at < since)
        .order_by(told.c.expires_on.is_(None), told.c.expires_on, Credential.id)
    )


def _telling(*columns: Any) -> Select[Any]:
    """These columns of checks that told something."""
    told_something = CredentialCheck.outcome.not_in(TELLS_NOTHING)
    return select(*columns).join(Evidence, Evidence.id == CredentialCheck.evidence_id).where(told_something)


def drafts(session: Session, *, most: int) -> list[tuple[PageCheck, Listing]]:
    """Pages that were uploaded and not settled, the oldest first."""
    query = (
        select(PageCheck, Listing)
        .join(Credential, Credential.id == PageCheck.credential_id)
        .join(Listing, Listing.id == Credential.listing_id)
        .where(PageCheck.state == PageCheckState.DRAFT)
        .order_by(PageCheck.id)
        .limit(most)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def pages_of(session: Session, evidence_ids: Iterable[int]) -> Mapping[int, int]:
    """The page checks that these pieces of evidence came from, by evidence."""
    query = (
        select(PageCheck.evidence_id, func.max(PageCheck.id))
        .where(PageCheck.evidence_id.in_(set(evidence_ids)))
        .group_by(PageCheck.evidence_id)
    )
    return {int(row[0] or 0): row[1] for row in session.execute(query)}


def _only_by_hand(session: Session) -> list[RegistrySpec]:
    """Registries of issuers whose other doors are shut: no file was ever dropped, no terms of a network were read."""
    known = registries.known_registries().specs.values()
    dropped = select(RegistryRun.registry_id).where(
        RegistryRun.channel == RunChannel.FILE, RegistryRun.state == RunState.APPLIED
    )
    filled = set(session.scalars(dropped.distinct()))
    read = {registry_id for registry_id, each in registries.terms_readings(session).items() if each.enabled}
    served = {_field(spec) for spec in known if spec.id in filled or (spec.needs_network and spec.id in read)}
    return [
        spec
        for spec in known
        if BY_A_PERSON & set(spec.channels)
        and spec.authority is Authority.ISSUER
        and spec.kind not in (CredentialKind.EXCLUSION, CredentialKind.ENUMERATION)
        and _field(spec) not in served
    ]


def _field(spec: RegistrySpec) -> tuple[str, str, str]:
    kind = "permission" if spec.kind in PERMISSIONS else spec.kind.value
    return kind, spec.jurisdiction, spec.profession


def _of(spec: RegistrySpec) -> ColumnElement[bool]:
    """The credentials of a registry's field, as a condition."""
    permits = spec.kind in PERMISSIONS
    where = Credential.jurisdiction == spec.jurisdiction
    return and_(
        Credential.kind.in_(PERMISSIONS if permits else {spec.kind}),
        Credential.profession == spec.profession,
        where if permits else or_(where, Credential.jurisdiction == ""),
    )


def _first(specs: Iterable[RegistrySpec], credential: Credential) -> RegistrySpec:
    fitting = [spec for spec in specs if _is_of(spec, credential)]
    return min(fitting, key=lambda spec: ("manual" not in spec.channels, spec.id))
