"""What a practitioner holds or says to hold, the evidence for it, and the checks of it.

No column says "verified": what a page says is computed from checks, evidence and the clock when it is rendered.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.extensions import Model
from directory.models.columns import Word, one_of
from directory.rules.vocabulary import CosmeticScope, Grade, Outcome, StatedBy
from scrapers.record import CredentialKind, Method

_HELD = tuple(kind for kind in CredentialKind if kind is not CredentialKind.EXCLUSION)


class Credential(Model):
    """A license, certification, membership, insurance cover or training award, as stated by somebody."""

    __tablename__ = "credential"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in _HELD)})", name="kind_known"),
        one_of("stated_by", StatedBy),
        one_of("cosmetic_scope", CosmeticScope),
        CheckConstraint("hours_total IS NULL OR hours_total BETWEEN 0 AND 10000", name="hours_sane"),
        CheckConstraint("expires_on IS NULL OR issued_on IS NULL OR expires_on >= issued_on", name="ends_after_start"),
        Index("ix_credential_number", "jurisdiction", "number_key"),
        # The same license is stated once per listing, however often it is imported.
        Index(
            "uq_credential_number_of_listing",
            "listing_id",
            "kind",
            "profession",
            "jurisdiction",
            "number_key",
            unique=True,
            sqlite_where=text("number_key <> ''"),
            postgresql_where=text("number_key <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), index=True)
    kind: Mapped[CredentialKind] = mapped_column(Word(CredentialKind))
    profession: Mapped[str] = mapped_column(String(60), default="acupuncturist")
    jurisdiction: Mapped[str] = mapped_column(String(10), default="")  # ISO 3166-2, or 3166-1 for national bodies
    title: Mapped[str] = mapped_column(String(200), default="")  # "Dipl. O.M.", the course's name ...
    issuer: Mapped[str] = mapped_column(String(200), default="")
    number: Mapped[str] = mapped_column(String(80), default="")  # as stated
    number_key: Mapped[str] = mapped_column(String(80), default="")  # rules.numbers.bare, for finding
    stated_by: Mapped[StatedBy] = mapped_column(Word(StatedBy))
    stated_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]  # the owner took it back; kept for the history
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]  # as stated; what a registry says stands in the check
    # Training
    hours_total: Mapped[int | None]
    technique: Mapped[str] = mapped_column(String(60), default="")
    # Insurance
    cosmetic_scope: Mapped[CosmeticScope | None] = mapped_column(Word(CosmeticScope))
    per_occurrence: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    aggregate: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))


class Evidence(Model):
    """Why a fact is believed: where, when, in whose words, by which method, and the hash of what was seen.

    Appended, never changed.
    """

    __tablename__ = "evidence"
    __table_args__ = (one_of("method", Method), one_of("grade", Grade))

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(60), index=True)  # a registry id, or "practitioner"
    source_title: Mapped[str] = mapped_column(String(200))  # as it was called on the day
    method: Mapped[Method] = mapped_column(Word(Method))
    grade: Mapped[Grade] = mapped_column(Word(Grade))
    url: Mapped[str] = mapped_column(Text, default="")
    retrieved_at: Mapped[datetime]
    as_of: Mapped[date | None]
    sha256: Mapped[str] = mapped_column(String(64), default="")  # names the capture
    record_id: Mapped[int | None] = mapped_column(ForeignKey("published_record.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("registry_run.id"))
    checker_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]


class CredentialCheck(Model):
    """What one check of one credential found. Appended, never changed; the latest is a query."""

    __tablename__ = "credential_check"
    __table_args__ = (
        one_of("outcome", Outcome),
        # No evidence, no claim: whatever a registry is said to say points to evidence.
        CheckConstraint("outcome IN ('could_not_check', 'stated_only') OR evidence_id IS NOT NULL", name="backed"),
        Index("ix_credential_check_latest", "credential_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id", ondelete="CASCADE"))
    registry_id: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome))
    reason: Mapped[str] = mapped_column(Text)
    standing_raw: Mapped[str] = mapped_column(String(200), default="")
    expires_on: Mapped[date | None]
    name_agrees: Mapped[bool | None]
    misses: Mapped[int] = mapped_column(default=0)  # complete runs in a row, on different days, without it
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("registry_run.id"))
    at: Mapped[datetime]
