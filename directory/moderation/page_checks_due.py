"""Which registries a credential can be looked up at by hand, and which credentials wait for somebody to do so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
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
    told = (
        select(
            CredentialCheck.credential_id,
            func.max(Evidence.retrieved_at, type_=Evidence.retrieved_at.type).label("told_at"),
            func.max(CredentialCheck.expires_on).label("expires_on"),
        )
        .join(Evidence, Evidence.id == CredentialCheck.evidence_id)
        .where(CredentialCheck.outcome.not_in(TELLS_NOTHING))
        .group_by(CredentialCheck.credential_id)
        .subquery()
    )
    looked = (
        select(PageCheck.credential_id, func.max(PageCheck.settled_at, type_=PageCheck.settled_at.type).label("at"))
        .where(PageCheck.state == PageCheckState.CONFIRMED)
        .group_by(PageCheck.credential_id)
        .subquery()
    )
    query = (
        select(Credential, Listing, told.c.told_at, told.c.expires_on)
        .join(Listing, Listing.id == Credential.listing_id)
        .outerjoin(told, told.c.credential_id == Credential.id)
        .outerjoin(looked, looked.c.credential_id == Credential.id)
        .where(
            or_(*(_of(spec) for spec in specs)),
            Credential.withdrawn_at.is_(None),
            Credential.number_key != "",
            Listing.state != ListingState.REMOVED,
            or_(told.c.told_at.is_(None), told.c.told_at < now - MONITORING_AGE),
            or_(looked.c.at.is_(None), looked.c.at < now - MONITORING_AGE),
        )
        .order_by(told.c.told_at.is_not(None), told.c.expires_on.is_(None), told.c.expires_on, Credential.id)
        .limit(most)
    )
    return [Due(row[0], row[1], _first(specs, row[0]), row[2], row[3]) for row in session.execute(query)]


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
