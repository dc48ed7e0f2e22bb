"""Which license numbers a registry without a list of everybody should be asked for now, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Row, Subquery, case, exists, func, select
from sqlalchemy.orm import Session

from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.registry import RegistryRun
from directory.registries.check_rows import NEEDS_NO_EVIDENCE
from directory.registries.run_requests import UNFINISHED
from directory.rules.facts import PERMISSIONS
from directory.rules.lookup_order import LookupFacts, is_due, urgency
from directory.rules.numbers import fits_pattern
from directory.rules.requirements import requirement
from directory.rules.vocabulary import ListingState, Outcome, RunState
from scrapers.adapter import Wanted, adapter_for
from scrapers.errors import SpecError
from scrapers.spec import RegistrySpec

CHANGES_WITHIN = timedelta(days=180)
ASKED_WITHIN = timedelta(days=60)
_FAILED = (RunState.FAILED, RunState.REJECTED)


@dataclass(frozen=True, slots=True)
class DueLookup:
    """A number to ask for: as it is stated, and the key by which it is the same as others."""

    number: str
    key: str
    urgency: tuple[bool, float]


def due_lookups(session: Session, spec: RegistrySpec, *, now: datetime, most: int | None = None) -> list[DueLookup]:
    """The numbers that are due, the most urgent first, `most` of them; each once, whoever states it.

    Numbers that cannot be one of this registry's are left out.
    """
    found: dict[str, DueLookup] = {}
    for row in session.execute(_stated(spec, now)):
        facts = _facts(row)
        if not is_due(facts, now):
            continue
        lookup = DueLookup(row.number, row.number_key, urgency(facts, now))
        known = found.get(lookup.key)
        if known is None or (lookup.urgency, lookup.number) > (known.urgency, known.number):
            found[lookup.key] = lookup
    may_ask = _may_ask(spec, now.date())
    ordered = sorted(found.values(), key=lambda each: (not each.urgency[0], -each.urgency[1], each.key))
    return list(islice((each for each in ordered if may_ask(each.number)), most))


def asked_lately(session: Session, spec: RegistrySpec, key: str, *, since: datetime) -> bool:
    """Whether a run that asks for this number was queued since then, or is not over."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    RegistryRun.registry_id == spec.id,
                    RegistryRun.lookup_key == key,
                    (RegistryRun.queued_at >= since) | RegistryRun.state.in_(UNFINISHED),
                )
            )
        )
    )


def number_that_answered(session: Session, spec: RegistrySpec) -> str:
    """A number that the registry is known to answer; "" where none is."""
    if spec.canaries:
        return spec.canaries[0]
    asked = session.scalar(
        select(RegistryRun.asked)
        .where(
            RegistryRun.registry_id == spec.id,
            RegistryRun.lookup_key != "",
            RegistryRun.state == RunState.APPLIED,
            RegistryRun.report["records"].as_integer() > 0,
        )
        .order_by(RegistryRun.id.desc())
        .limit(1)
    )
    return str(asked["lookup"]) if asked else ""


def _may_ask(spec: RegistrySpec, today: date) -> Any:
    """Whether a number could be one of this registry's, by the law's pattern and by the reader of its pages."""
    adapter, law = adapter_for(spec), requirement(spec.jurisdiction, on=today)

    def may_ask(number: str) -> bool:
        if spec.kind in PERMISSIONS and fits_pattern(number, law) is False:
            return False
        try:
            return bool(list(adapter.lookup(Wanted(number=number))))
        except SpecError:
            return False

    return may_ask


def _facts(row: Row[Any]) -> LookupFacts:
    answered_since = row.answered_at is not None and (row.failed_at is None or row.answered_at >= row.failed_at)
    return LookupFacts(
        told_at=row.told_at,
        asked_at=row.asked_at,
        failures=0 if answered_since else row.failures or 0,
        ends_on=row.checked_expires_on or row.expires_on,
        changes=max(0, (row.outcomes or 0) - 1),
        is_flagged=bool(row.is_flagged),
        missed_once=row.outcome is Outcome.NOT_FOUND and row.misses == 1,
    )


def _stated(spec: RegistrySpec, now: datetime) -> Any:
    """Every number that a listing states and this registry could know, with what is known of it."""
    asked = _asked(spec, now)
    telling = CredentialCheck.outcome.not_in(NEEDS_NO_EVIDENCE)
    of_it = CredentialCheck.credential_id == Credential.id
    latest = select(func.max(CredentialCheck.id)).where(of_it, telling).correlate(Credential).scalar_subquery()
    outcomes = (
        select(func.count(CredentialCheck.outcome.distinct()))
        .where(of_it, telling, CredentialCheck.at >= now - CHANGES_WITHIN)
        .correlate(Credential)
        .scalar_subquery()
    )
    told = CredentialCheck.__table__.alias("told")
    return (
        select(
            Credential.number,
            Credential.number_key,
            Credential.expires_on,
            told.c.outcome,
            told.c.misses,
            told.c.expires_on.label("checked_expires_on"),
            Evidence.retrieved_at.label("told_at"),
            outcomes.label("outcomes"),
            exists().where(Flag.listing_id == Credential.listing_id, Flag.closed_at.is_(None)).label("is_flagged"),
            asked.c.asked_at,
            asked.c.answered_at,
            asked.c.failed_at,
            asked.c.failures,
        )
        .join(Listing, Listing.id == Credential.listing_id)
        .outerjoin(told, told.c.id == latest)
        .outerjoin(Evidence, Evidence.id == told.c.evidence_id)
        .outerjoin(asked, asked.c.lookup_key == Credential.number_key)
        .where(
            Credential.jurisdiction == spec.jurisdiction,
            Credential.number_key != "",
            Credential.kind.in_(PERMISSIONS if spec.kind in PERMISSIONS else (spec.kind,)),
            Credential.profession == spec.profession,
            Credential.withdrawn_at.is_(None),
            Listing.state != ListingState.REMOVED,
            func.coalesce(asked.c.unfinished, 0) == 0,
        )
    )


def _asked(spec: RegistrySpec, now: datetime) -> Subquery:
    """What became of this registry's lookups of late, by number."""
    at = RegistryRun.queued_at

    def latest(condition: Any) -> Any:
        return func.max(case((condition, at)), type_=at.type)

    return (
        select(
            RegistryRun.lookup_key,
            func.max(at, type_=at.type).label("asked_at"),
            latest(RegistryRun.state == RunState.APPLIED).label("answered_at"),
            latest(RegistryRun.state.in_(_FAILED)).label("failed_at"),
            func.sum(case((RegistryRun.state.in_(_FAILED), 1), else_=0)).label("failures"),
            func.sum(case((RegistryRun.state.in_(UNFINISHED), 1), else_=0)).label("unfinished"),
        )
        .where(RegistryRun.registry_id == spec.id, RegistryRun.lookup_key != "", at >= now - ASKED_WITHIN)
        .group_by(RegistryRun.lookup_key)
        .subquery("asked")
    )
