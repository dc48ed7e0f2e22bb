"""Makers of facts and records with good defaults: they take only what matters to the case at hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from directory.rules.facts import CheckFacts, CredentialFacts, ListingFacts, PlaceFacts, SourceFacts
from directory.rules.vocabulary import CosmeticScope, Grade, Outcome, StatedBy
from scrapers.record import CredentialKind, Evidence, Holder, Method, Place, RegistryRecord, Standing

TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
SEEN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NPI, OTHER_NPI = "1234567893", "1245319599"


def make_holder(given: str = "Rosalind", family: str = "Ferncastle", **more: Any) -> Holder:
    return Holder(given=given, family=family, raw=more.pop("raw", f"{given} {family}"), **more)


def make_record(**given: Any) -> RegistryRecord:
    number = given.pop("number", "AC12345")
    fields: dict[str, Any] = {
        "registry": "us_invented",
        "source_key": f"key-{number}",
        "kind": CredentialKind.LICENSE,
        "profession": "acupuncturist",
        "jurisdiction": "US-CA",
        "number": number,
        "number_raw": number,
        "holder": make_holder(),
        "standing": Standing.ACTIVE,
        "standing_raw": "Current",
        "evidence": Evidence("https://register.example/1", SEEN, "0" * 64, Method.BULK_FILE_ROW),
        "place": Place(city="Sonora", region="CA", postal_code="95370", country="US"),
    }
    return RegistryRecord(**(fields | given))


def make_check(outcome: Outcome = Outcome.CONFIRMED, **given: Any) -> CheckFacts:
    fields: dict[str, Any] = {
        "reason": "The invented register shows “Current”.",
        "registry_id": "us_invented",
        "registry_title": "Invented Register",
        "retrieved_at": SEEN,
        "checked_at": SEEN,
        "standing_raw": "Current" if outcome is Outcome.CONFIRMED else "",
        "url": "https://register.example/1",
        "complete": True,
        "completeness": "all_statuses",
        "misses": 2 if outcome is Outcome.NOT_FOUND else 0,
    }
    return CheckFacts(outcome, **(fields | given))


def make_license(check: CheckFacts | None = None, **given: Any) -> CredentialFacts:
    fields: dict[str, Any] = {
        "id": 12,
        "kind": CredentialKind.LICENSE,
        "profession": "acupuncturist",
        "jurisdiction": "US-CA",
        "number": "AC12345",
        "stated_by": StatedBy.IMPORT,
    }
    return CredentialFacts(check=check, **(fields | given))


def make_insurance(check: CheckFacts | None = None, **given: Any) -> CredentialFacts:
    fields: dict[str, Any] = {
        "id": 30,
        "kind": CredentialKind.LIABILITY_INSURANCE,
        "expires_on": date(2027, 3, 1),
        "grade": Grade.B if check else Grade.D,
        "cosmetic_scope": CosmeticScope.NOT_STATED,
    }
    return CredentialFacts(check=check, **(fields | given))


def make_award(check: CheckFacts | None = None, **given: Any) -> CredentialFacts:
    fields: dict[str, Any] = {
        "id": 40,
        "kind": CredentialKind.TRAINING_AWARD,
        "title": "Facial course",
        "issuer": "Invented School",
        "hours_total": 48,
        "grade": Grade.B if check else Grade.D,
    }
    return CredentialFacts(check=check, **(fields | given))


def make_listing(*credentials: CredentialFacts, **given: Any) -> ListingFacts:
    fields: dict[str, Any] = {
        "id": 1,
        "given": "Rosalind",
        "family": "Ferncastle",
        "places": (PlaceFacts("US", "CA"),),
        "postal_codes": ("95370",),
        "credentials": credentials,
    }
    return ListingFacts(**(fields | given))


def make_source(**given: Any) -> SourceFacts:
    fields: dict[str, Any] = {
        "registry_id": "us_invented",
        "title": "Invented Register",
        "jurisdiction": "US-CA",
        "kind": CredentialKind.LICENSE,
    }
    return SourceFacts(**(fields | given))
