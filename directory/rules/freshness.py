"""How long evidence speaks, and which of the five public states a credential has now: the only place with such ages.

Sources: NCQA 2025 (primary-source evidence at most 120 days old when it is relied on; monitoring at least monthly,
which is a habit and not a law of 30 days), Joint Commission (courses are no primary-source matter: the grade decides).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from directory.rules.facts import PERMISSIONS, CheckFacts, CredentialFacts, SourceFacts
from directory.rules.requirements import Requirement
from directory.rules.vocabulary import Grade, Outcome, PublicState, SourceHealth
from scrapers.record import CredentialKind

DISPLAY_AGES: Mapping[CredentialKind, timedelta | None] = {
    CredentialKind.LICENSE: timedelta(days=120),
    CredentialKind.REGISTRATION: timedelta(days=120),
    CredentialKind.STATE_CERTIFICATION: timedelta(days=120),
    CredentialKind.BOARD_CERTIFICATION: timedelta(days=120),
    CredentialKind.PROFESSIONAL_MEMBERSHIP: timedelta(days=120),
    CredentialKind.ACCREDITED_REGISTER: timedelta(days=120),
    CredentialKind.ENUMERATION: timedelta(days=120),
    CredentialKind.EXCLUSION: timedelta(days=120),
    CredentialKind.LIABILITY_INSURANCE: None,  # until its own end date
    CredentialKind.TRAINING_AWARD: None,  # a course once taken stays taken: the grade decides
}
"""How old the evidence of a fact may be when a page relies on it. None: age alone doesn't end it."""

MONITORING_AGE = timedelta(days=30)
"""After this long without a check that told anything, somebody should look why."""

CLOCK_SKEW = timedelta(hours=26)
"""Evidence from further in the future than any time zone explains is no evidence."""

CONFIRMING_GRADES = frozenset({Grade.A, Grade.B})
"""For papers: the issuer said so, or a person looked at the document."""

_OUTAGES = frozenset(SourceHealth) - {SourceHealth.OK, SourceHealth.DEGRADED}
_PAPERS = frozenset({CredentialKind.LIABILITY_INSURANCE, CredentialKind.TRAINING_AWARD})
_LOOKED_AND_NOT_CONFIRMED = frozenset(Outcome) - {
    Outcome.CONFIRMED,
    Outcome.COULD_NOT_CHECK,
    Outcome.STATED_ONLY,
}


def public_state(
    credential: CredentialFacts | None,
    requirement: Requirement | None,
    source_health: SourceFacts | SourceHealth | None,
    now: datetime,
) -> PublicState:
    """What a page may say of a credential now, or with None of the license a place asks for.

    Confirmed needs evidence: a check that confirmed, recent enough, whose end date has not passed. A source that is
    away makes a gap an outage and never an absence.
    """
    if _not_required(credential, requirement):
        return PublicState.NOT_REQUIRED
    if credential is None or credential.check is None:
        return _unless_away(PublicState.NOT_CHECKED, source_health)
    check = credential.check
    if check.outcome is Outcome.CONFIRMED and _confirms(credential, check, now):
        return PublicState.CONFIRMED
    if credential.kind in _PAPERS:
        return _state_of_paper(credential, now.date())
    if check.outcome in _LOOKED_AND_NOT_CONFIRMED and is_recent(credential.kind, check.retrieved_at, now):
        return PublicState.NOT_CONFIRMED
    return _unless_away(PublicState.NOT_CHECKED, source_health)


def is_recent(kind: CredentialKind, retrieved_at: datetime, now: datetime) -> bool:
    """Whether evidence of that kind, read then, may still be relied on by a page."""
    age, limit = now - retrieved_at, DISPLAY_AGES[kind]
    return age >= -CLOCK_SKEW and (limit is None or age <= limit)


def is_away(source_health: SourceFacts | SourceHealth | None) -> bool:
    """Whether the source can't be asked at present (unreachable, blocked, changed, under maintenance)."""
    health = source_health.health if isinstance(source_health, SourceFacts) else source_health
    return health in _OUTAGES


def last_success(credential: CredentialFacts) -> datetime | None:
    """When a check of it last told anything; None when none did, as far as is known."""
    if credential.last_success_at is not None:
        return credential.last_success_at
    check = credential.check
    if check is None or check.outcome is Outcome.STATED_ONLY:
        return None
    # A record whose word nobody knows yet was found all the same; it has a flag of its own.
    told = check.outcome is not Outcome.COULD_NOT_CHECK or bool(check.standing_raw)
    return check.checked_at if told else None


def ends_on(credential: CredentialFacts) -> date | None:
    """The end date that counts: the registry's where it gives one, else the one that is stated."""
    if credential.check is not None and credential.check.expires_on is not None:
        return credential.check.expires_on
    return credential.expires_on


def _confirms(credential: CredentialFacts, check: CheckFacts, now: datetime) -> bool:
    if check.name_agrees is False or not is_recent(credential.kind, check.retrieved_at, now):
        return False
    if credential.kind in _PAPERS and credential.grade not in CONFIRMING_GRADES:
        return False
    # A registry's record speaks for itself; of a paper, and of cover above all, the stated end date counts too.
    ending = ends_on(credential) if credential.kind in _PAPERS else check.expires_on
    if credential.kind is CredentialKind.LIABILITY_INSURANCE and ending is None:
        return False
    return ending is None or ending >= now.date()


def _state_of_paper(credential: CredentialFacts, today: date) -> PublicState:
    ending = ends_on(credential)
    if credential.grade in CONFIRMING_GRADES and ending is not None and ending < today:
        return PublicState.NOT_CONFIRMED
    return PublicState.NOT_CHECKED


def _not_required(credential: CredentialFacts | None, requirement: Requirement | None) -> bool:
    if requirement is None or requirement.license_required is not False:
        return False
    return credential is None or (
        credential.kind in PERMISSIONS
        and credential.jurisdiction in ("", requirement.jurisdiction)
        and credential.profession in ("", "acupuncturist")
        and credential.check is None
    )


def _unless_away(state: PublicState, source_health: SourceFacts | SourceHealth | None) -> PublicState:
    return PublicState.SOURCE_UNAVAILABLE if is_away(source_health) else state
