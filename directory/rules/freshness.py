"""How long evidence speaks, and which of the five public states a credential has now: the only place with such ages.

The age counts from the day that the source itself gives where that is older than our reading (`speaks_from`): a file of
March that is fetched in June is of March.

Sources: NCQA 2025 (primary-source evidence at most 120 days old when it is relied on; monitoring at least monthly,
which is a habit and not a law of 30 days), Joint Commission (courses are no primary-source matter: the grade decides).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from directory.rules.facts import PERMISSIONS, CheckFacts, CredentialFacts, SourceFacts
from directory.rules.requirements import Requirement
from directory.rules.speaking import TELLS_NOTHING
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

NO_END = datetime.max.replace(tzinfo=UTC)
"""Until when something is confirmed that nothing ends."""

CONFIRMING_GRADES = frozenset({Grade.A, Grade.B})
"""For papers: the issuer said so, or a person looked at the document."""

CAPTURE_AGE = timedelta(days=30)
"""What was fetched or saved is deleted this long after it was last seen, unless a fact, a record or a decision of
somebody who is still listed points to it. Its hash stays with the evidence."""

LOOKED_AND_NOT_CONFIRMED = frozenset(Outcome) - {Outcome.CONFIRMED} - TELLS_NOTHING
"""The outcomes that speak against somebody."""

_OUTAGES = frozenset(SourceHealth) - {SourceHealth.OK, SourceHealth.DEGRADED}
_PAPERS = frozenset({CredentialKind.LIABILITY_INSURANCE, CredentialKind.TRAINING_AWARD})


@dataclass(frozen=True, slots=True)
class Proof:
    """What decides whether a credential is confirmed: the check that speaks for it and its evidence, and what is
    stated. `retrieved_at` None is a check without evidence."""

    kind: CredentialKind
    outcome: Outcome | None
    retrieved_at: datetime | None
    as_of: date | None = None
    name_agrees: bool | None = None
    grade: Grade | None = None
    seen_end: date | None = None
    stated_end: date | None = None


def confirmed_until(proof: Proof, now: datetime) -> datetime | None:
    """The last moment at which this proof confirms its credential; None when it does not now.

    The one rule behind "confirmed": pages, search, rows and exports ask it, now or with the clock set back.
    """
    if proof.outcome is not Outcome.CONFIRMED or proof.name_agrees is False or proof.retrieved_at is None:
        return None
    if proof.retrieved_at - now > CLOCK_SKEW or (proof.kind in _PAPERS and proof.grade not in CONFIRMING_GRADES):
        return None
    # A registry's record speaks for itself; of a paper, and of cover above all, the stated end date counts too.
    ending = proof.seen_end or (proof.stated_end if proof.kind in _PAPERS else None)
    if proof.kind is CredentialKind.LIABILITY_INSURANCE and ending is None:
        return None
    age = DISPLAY_AGES[proof.kind]
    limits = [] if age is None else [speaks_from(proof.retrieved_at, proof.as_of) + age]
    if ending is not None:
        limits.append(_end_of(ending))
    until = min(limits, default=NO_END)
    return until if until >= now else None


def speaks_from(retrieved_at: datetime, as_of: date | None) -> datetime:
    """The moment that evidence tells of: when it was read, or the end of the source's own date where that is older."""
    return retrieved_at if as_of is None else min(retrieved_at, _end_of(as_of))


def public_state(
    credential: CredentialFacts | None,
    requirement: Requirement | None,
    source_health: SourceFacts | SourceHealth | None,
    now: datetime,
) -> PublicState:
    """What is known of a credential now, or with None of the license a place asks for. Pages say it of the facts that
    may be told (`findings.as_told`).

    Confirmed needs evidence: a check that confirmed, recent enough, whose end date has not passed. A source that is
    away makes a gap an outage and never an absence.
    """
    if _not_required(credential, requirement):
        return PublicState.NOT_REQUIRED
    if credential is None or credential.check is None:
        return _unless_away(PublicState.NOT_CHECKED, source_health)
    check = credential.check
    if confirmed_until(_proof(credential, check), now) is not None:
        return PublicState.CONFIRMED
    if credential.kind in _PAPERS:
        return _state_of_paper(credential, check, now.date())
    if check.outcome in LOOKED_AND_NOT_CONFIRMED and is_recent(credential.kind, check, now):
        return PublicState.NOT_CONFIRMED
    return _unless_away(PublicState.NOT_CHECKED, source_health)


def is_recent(kind: CredentialKind, check: CheckFacts, now: datetime) -> bool:
    """Whether the evidence of a check of that kind may still be relied on by a page."""
    if check.retrieved_at - now > CLOCK_SKEW:
        return False
    limit = DISPLAY_AGES[kind]
    return limit is None or now - speaks_from(check.retrieved_at, check.as_of) <= limit


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


def lapses_on(credential: CredentialFacts, now: datetime) -> date | None:
    """The last day on which what confirms the credential now may be relied on; None where nothing ends it."""
    until = confirmed_until(_proof(credential, credential.check), now) if credential.check else None
    if until is None or until == NO_END:
        return None
    return min(until.date(), ends_on(credential) or until.date())


def _proof(credential: CredentialFacts, check: CheckFacts) -> Proof:
    return Proof(
        kind=credential.kind,
        outcome=check.outcome,
        retrieved_at=check.retrieved_at,
        as_of=check.as_of,
        name_agrees=check.name_agrees,
        grade=credential.grade,
        seen_end=check.expires_on,
        stated_end=credential.expires_on,
    )


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)


def _state_of_paper(credential: CredentialFacts, check: CheckFacts, today: date) -> PublicState:
    ending, looked = ends_on(credential), check.outcome not in TELLS_NOTHING
    if looked and credential.grade in CONFIRMING_GRADES and ending is not None and ending < today:
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
