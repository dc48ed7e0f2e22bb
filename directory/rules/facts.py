"""What rules are told about a listing, its credentials and the sources: frozen, plain, without database or clock.

Models turn rows into these facts; nothing else reaches a rule. Texts are "" and values None when they are not known.
Jurisdictions are ISO 3166-2 ("US-CA") or 3166-1 ("GB") codes; dates are the registry's, times are UTC and aware.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from directory.rules.vocabulary import CosmeticScope, Grade, Judgement, Outcome, SourceHealth, StatedBy
from scrapers.record import Authority, CredentialKind

PERMISSIONS = frozenset({CredentialKind.LICENSE, CredentialKind.REGISTRATION, CredentialKind.STATE_CERTIFICATION})
"""The kinds by which a government lets somebody practice."""


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """The latest check of one credential: what was found, in whose words, and how far its silence would carry.

    `complete` says whether the run was whole, `completeness` what the registry lists (all_statuses, active_only,
    opt_in, capped). `misses` counts the complete runs on different days, latest first and without a gap, that did not
    find the credential. `as_of` is the source's own date, where it prints one.
    """

    outcome: Outcome
    reason: str
    registry_id: str
    registry_title: str
    retrieved_at: datetime
    checked_at: datetime
    standing_raw: str = ""
    expires_on: date | None = None
    url: str = ""
    name_agrees: bool | None = None
    complete: bool = False
    completeness: str = ""
    misses: int = 0
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """One credential as it stands on a listing, and its latest check if there was one.

    `last_success_at` is when a check last told anything (any outcome but could-not-check and stated-only); `stated_on`
    when the credential came onto the listing. Both only serve the monitoring of overdue checks.
    """

    id: int
    kind: CredentialKind
    profession: str = ""
    jurisdiction: str = ""
    number: str = ""
    stated_by: StatedBy = StatedBy.IMPORT
    title: str = ""
    issuer: str = ""
    check: CheckFacts | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    hours_total: int | None = None
    technique: str = ""
    grade: Grade | None = None
    cosmetic_scope: CosmeticScope | None = None
    effective_on: date | None = None
    last_success_at: datetime | None = None
    stated_on: date | None = None

    @property
    def is_permission(self) -> bool:
        """Whether a government lets its holder practice by it."""
        return self.kind in PERMISSIONS


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """Where somebody practices: ISO 3166-1 alpha-2, and the region's own code within it ("US", "CA")."""

    country: str
    region: str = ""

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """Whose law may apply, narrowest first: ("US-CA", "US"); () where no country is known."""
        country, region = self.country.strip().upper(), self.region.strip().upper()
        region = region.removeprefix(f"{country}-")
        if not country:
            return ()
        return (f"{country}-{region}", country) if region else (country,)


@dataclass(frozen=True, slots=True)
class ExclusionFacts:
    """A record of an exclusion list that may be about this person. It is a question to a moderator, never an answer."""

    record_id: int
    registry_id: str
    registry_title: str
    holder_name: str
    reasons: tuple[str, ...] = ()
    score: float = 0.0
    ground: str = ""
    url: str = ""
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class ListingFacts:
    """A listing as rules see it. `names` holds former, other and published names as plain text.

    `asked_insurance` and `asked_training` say that the practitioner was asked; on an unclaimed listing nobody was.
    """

    id: int
    given: str = ""
    middle: str = ""
    family: str = ""
    suffix: str = ""
    names: tuple[str, ...] = ()
    profession: str = "acupuncturist"
    npi: str = ""
    phone: str = ""
    postal_codes: tuple[str, ...] = ()
    places: tuple[PlaceFacts, ...] = ()
    claimed: bool = False
    asked_insurance: bool = False
    asked_training: bool = False
    credentials: tuple[CredentialFacts, ...] = ()
    exclusion_candidates: tuple[ExclusionFacts, ...] = ()
    states_certification: bool = False
    credentials_text: str = ""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """How a registry's site is, seen from here, and since when. `jurisdiction` and `kind` say what it could check."""

    registry_id: str
    title: str
    health: SourceHealth = SourceHealth.OK
    since: datetime | None = None
    reason: str = ""
    jurisdiction: str = ""
    kind: CredentialKind | None = None
    profession: str = "acupuncturist"
    authority: Authority = Authority.ISSUER
