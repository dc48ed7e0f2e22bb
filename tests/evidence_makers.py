"""Makers of checks with their evidence, records and flags, for tests of listings and of what pages say."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from directory.models.credential import Credential, CredentialCheck
from directory.models.credential import Evidence as EvidenceRow
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing
from directory.moderation.flags import change_flag
from directory.rules.vocabulary import FlagKind, FlagState, Grade, Outcome, Severity
from scrapers.record import CredentialKind, Evidence, Holder, Method, Place, RegistryRecord, Standing
from tests.conftest import NOW

NPI, OTHER_NPI = "1234567893", "1245319599"
SHA = "ab" * 32


def make_check(
    session: Session,
    credential: Credential,
    outcome: Outcome = Outcome.CONFIRMED,
    *,
    days_ago: int = 10,
    evidence: bool = True,
    grade: Grade = Grade.A,
    at: datetime | None = None,
    **given: Any,
) -> CredentialCheck:
    """A check by the invented California register, with its evidence unless told."""
    seen = at or NOW - timedelta(days=days_ago)
    as_of, row = given.pop("as_of", None), None
    if evidence:
        row = EvidenceRow(
            source=given.get("registry_id", "us_invented"),
            source_title=given.pop("source_title", "Invented California Register"),
            method=given.pop("method", Method.BULK_FILE_ROW),
            grade=grade,
            url=given.pop("url", "https://register.example/AC10001"),
            retrieved_at=seen,
            as_of=as_of,
            sha256=SHA,
            recorded_at=seen,
        )
        session.add(row)
        session.flush()
    check = CredentialCheck(
        **{
            "credential_id": credential.id,
            "registry_id": "us_invented",
            "outcome": outcome,
            "reason": "as the test wants it",
            "standing_raw": "Current-Active" if outcome is Outcome.CONFIRMED else f"Word for {outcome.value}",
            "evidence_id": row.id if row else None,
            "at": seen,
            **given,
        }
    )
    session.add(check)
    session.flush()
    return check


def make_flag(
    session: Session,
    listing: Listing,
    credential: Credential,
    kind: FlagKind,
    state: FlagState,
    *,
    at: datetime = NOW,
) -> Flag:
    """A flag about a credential, with the step that brought it where it is."""
    flag = Flag(
        listing_id=listing.id,
        credential_id=credential.id,
        subject=f"credential:{credential.id}",
        kind=kind,
        severity=Severity.HIGH,
        state=state,
        reason="as the test wants it",
        fingerprint="f" * 64,
        opened_at=at,
    )
    session.add(flag)
    session.flush()
    session.add(FlagChange(flag_id=flag.id, to_state=state, reason="as the test wants it", at=at))
    session.flush()
    return flag


def publish_finding(session: Session, flag: Flag, *, at: datetime) -> Flag:
    """The same finding as it stands when due process has ended. The flag itself makes way: only due process moves one
    there, and this is not a test of it."""
    change_flag(session, flag, FlagState.DISMISSED, reason="as the test wants it", at=at)
    copied = ("listing_id", "credential_id", "subject", "kind", "severity", "reason", "fingerprint", "evidence_id")
    fields = {name: getattr(flag, name) for name in copied}
    public = Flag(**fields, state=FlagState.PUBLISHED, opened_at=at)
    session.add(public)
    session.flush()
    session.add(FlagChange(flag_id=public.id, to_state=FlagState.PUBLISHED, reason="as the test wants it", at=at))
    session.flush()
    return public


def make_record(number: str = "AC10001", **given: Any) -> RegistryRecord:
    """An active California license of Ottoline Vasquez-Thorne, as a registry prints it: in capitals."""
    fields: dict[str, Any] = {
        "registry": "us_invented",
        "source_key": f"key-{number}",
        "kind": CredentialKind.LICENSE,
        "profession": "acupuncturist",
        "jurisdiction": "US-CA",
        "number": number,
        "number_raw": number,
        "holder": Holder(given="OTTOLINE", family="VASQUEZ-THORNE", raw="OTTOLINE VASQUEZ-THORNE"),
        "standing": Standing.ACTIVE,
        "standing_raw": "Current",
        "evidence": Evidence("https://register.example/1", NOW, SHA, Method.BULK_FILE_ROW),
        "place": Place(city="LOS ANGELES", region="CA", postal_code="90012", country="US"),
        "expires_on": date(2027, 5, 31),
    }
    return RegistryRecord(**{**fields, **given})


def holder_of(given: str, family: str, **more: Any) -> Holder:
    """A person's name as published."""
    return Holder(given=given, family=family, raw=f"{given} {family}", **more)
