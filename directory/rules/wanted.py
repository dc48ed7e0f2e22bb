"""A flag that facts call for: its kind, severity, reason, subject, and a fingerprint of the facts it rests on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory.rules.vocabulary import FlagKind, Severity

SEVERITIES: Mapping[FlagKind, Severity] = {
    FlagKind.LICENSE_MISSING: Severity.HIGH,
    FlagKind.LICENSE_NOT_FOUND: Severity.MEDIUM,
    FlagKind.LICENSE_NAME_MISMATCH: Severity.HIGH,
    FlagKind.LICENSE_EXPIRED: Severity.HIGH,
    FlagKind.LICENSE_INACTIVE: Severity.MEDIUM,
    FlagKind.LICENSE_RESTRICTED: Severity.MEDIUM,
    FlagKind.LICENSE_SUSPENDED: Severity.CRITICAL,
    FlagKind.LICENSE_REVOKED: Severity.CRITICAL,
    FlagKind.LICENSE_SURRENDERED: Severity.HIGH,
    FlagKind.LICENSE_FORMAT: Severity.LOW,
    FlagKind.LICENSE_STANDING_UNREAD: Severity.MEDIUM,
    FlagKind.LICENSE_AMBIGUOUS: Severity.MEDIUM,
    FlagKind.CERTIFICATION_NOT_SEEN: Severity.LOW,
    FlagKind.INSURANCE_MISSING: Severity.MEDIUM,
    FlagKind.INSURANCE_EXPIRED: Severity.HIGH,
    FlagKind.INSURANCE_EXCLUDES_COSMETIC: Severity.MEDIUM,
    FlagKind.TRAINING_MISSING: Severity.MEDIUM,
    FlagKind.TRAINING_SELF_STATED: Severity.LOW,
    FlagKind.EXCLUSION_POSSIBLE: Severity.HIGH,
    FlagKind.CHECK_OVERDUE: Severity.OPERATIONAL,
    FlagKind.SOURCE_BLOCKED: Severity.OPERATIONAL,
}

LISTING = "listing"
"""The subject of a flag that is about the listing as a whole."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A flag that the facts call for. `subject_key` is "credential:12", "listing" or "source:us_wa".

    `fingerprint` is a hash of the facts it rests on, times of retrieval left out: when it changes, somebody who
    dismissed the flag has to look again.
    """

    kind: FlagKind
    severity: Severity
    reason: str
    subject_key: str
    fingerprint: str


def wanted(
    kind: FlagKind, reason: str, *facts: Any, subject: str = LISTING, severity: Severity | None = None
) -> Wanted:
    """A wish with its kind's usual severity, and a fingerprint of `facts`."""
    return Wanted(kind, severity or SEVERITIES[kind], reason, subject, fingerprint(kind, subject, *facts))


def fingerprint(*facts: Any) -> str:
    """The SHA-256 of facts (texts, numbers, dates, enums, lists of these), the same on every machine."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(fact: Any) -> Any:
    if isinstance(fact, date):
        return fact.isoformat()
    raise TypeError(f"a fingerprint can't hold {fact!r}")
