"""What registries published, and the runs that read them. Registries themselves have no table: a spec is their home."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.extensions import Model
from directory.models.columns import Document, Word, one_of
from directory.rules.vocabulary import Judgement, RunChannel, RunState, Verdict
from scrapers.record import CredentialKind, Standing


class TermsReading(Model):
    """An operator read a registry's terms and switched it on, or switched it off. The latest row counts."""

    __tablename__ = "terms_reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    registry_id: Mapped[str] = mapped_column(String(60), index=True)
    enabled: Mapped[bool]
    read_by: Mapped[str] = mapped_column(String(254))
    note: Mapped[str] = mapped_column(Text, default="")
    terms_url: Mapped[str] = mapped_column(Text, default="", server_default="")  # where they stood when they were read
    at: Mapped[datetime]


class RegistryRun(Model):
    """One reading of one registry: staged, judged, accepted or rejected, applied. Its row is the truth of the job."""

    __tablename__ = "registry_run"
    __table_args__ = (
        one_of("state", RunState),
        one_of("channel", RunChannel),
        UniqueConstraint("registry_id", "scheduled_for"),  # two schedulers do no harm
        Index("ix_registry_run_registry", "registry_id", "state", "id"),
        # A registry's latest runs and last success, found without reading its other rows: there may be years of them.
        Index("ix_registry_run_history", "registry_id", "channel", "outcome", "id"),
        Index("ix_registry_run_success", "state", "registry_id", "retrieved_at"),
        Index("ix_registry_run_state", "state", "id"),  # workers look for what waits every second
        Index("ix_registry_run_lookup", "registry_id", "lookup_key", "queued_at"),
        # One run of a registry at a time is read or applied.
        Index(
            "uq_registry_run_at_work",
            "registry_id",
            unique=True,
            sqlite_where=text("state IN ('running', 'staged')"),
            postgresql_where=text("state IN ('running', 'staged')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registry_id: Mapped[str] = mapped_column(String(60))
    channel: Mapped[RunChannel] = mapped_column(Word(RunChannel))
    state: Mapped[RunState] = mapped_column(Word(RunState), default=RunState.QUEUED)
    # What was asked for: files, base_url, lookup, create_listings, spec_path. Enough to begin again after a crash.
    asked: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    # The registry as its description stood on the day: title, kind, profession, jurisdiction, authority, completeness.
    described: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    asked_by: Mapped[str] = mapped_column(String(254), default="")
    lookup_key: Mapped[str] = mapped_column(String(80), default="", server_default="")  # as Credential.number_key
    host: Mapped[str] = mapped_column(String(255), default="", server_default="")  # that is asked; "" for files
    scheduled_for: Mapped[datetime | None]
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)  # whoever works on it repeats this number with each write
    worker: Mapped[str] = mapped_column(String(120), default="")  # which process, so that a dead one is known at once
    outcome: Mapped[str] = mapped_column(String(20), default="")  # of the reading: complete, incomplete, down ...
    reason: Mapped[str] = mapped_column(Text, default="")
    is_whole: Mapped[bool] = mapped_column(default=False)  # a complete reading of the whole list: its silence speaks
    retrieved_at: Mapped[datetime | None]
    content_key: Mapped[str] = mapped_column(String(64), default="")  # hash over its captures: the same file again
    report: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    counts: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)  # matched, checks, flags_opened ...
    accepted_at: Mapped[datetime | None]  # by its judge or a moderator; the time that all it changes carries
    applied_step: Mapped[str] = mapped_column(String(20), default="")  # publish, match, absences: what is under way
    applied_through: Mapped[str] = mapped_column(String(300), default="")  # last key of that step, for going on


class StagedRecord(Model):
    """A record read by a run and not applied yet. Gone once the run is applied or refused."""

    __tablename__ = "staged_record"
    __table_args__ = (Index("ix_staged_record_key", "run_id", "source_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("registry_run.id", ondelete="CASCADE"))
    source_key: Mapped[str] = mapped_column(String(300))
    content_hash: Mapped[str] = mapped_column(String(64))
    record: Mapped[dict[str, Any]] = mapped_column(Document)  # RegistryRecord.as_json()


class PublishedRecord(Model):
    """A record as an accepted run read it. A changed record is a new row; the newest one of a key is current."""

    __tablename__ = "published_record"
    __table_args__ = (
        one_of("kind", CredentialKind),
        one_of("standing", Standing),
        UniqueConstraint("registry_id", "source_key", "version"),
        Index("ix_published_record_number", "number_key"),
        Index("ix_published_record_run", "last_run_id", "source_key"),
        Index("ix_published_record_current", "registry_id", "is_current", "source_key"),
        Index("ix_published_record_npi", "npi"),
        Index("ix_published_record_family", "family_key", "region"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registry_id: Mapped[str] = mapped_column(String(60))
    source_key: Mapped[str] = mapped_column(String(300))
    version: Mapped[int] = mapped_column(default=1)
    is_current: Mapped[bool] = mapped_column(default=True)
    kind: Mapped[CredentialKind] = mapped_column(Word(CredentialKind))
    standing: Mapped[Standing] = mapped_column(Word(Standing))
    jurisdiction: Mapped[str] = mapped_column(String(10))
    profession: Mapped[str] = mapped_column(String(60))
    number_key: Mapped[str] = mapped_column(String(80))
    npi: Mapped[str] = mapped_column(String(10), default="")
    family_key: Mapped[str] = mapped_column(String(100), default="")
    region: Mapped[str] = mapped_column(String(10), default="")
    expires_on: Mapped[date | None]
    content_hash: Mapped[str] = mapped_column(String(64))  # of the facts, without when they were retrieved
    record: Mapped[dict[str, Any]] = mapped_column(Document)  # RegistryRecord.as_json(), whole
    first_run_id: Mapped[int] = mapped_column(ForeignKey("registry_run.id"))
    last_run_id: Mapped[int] = mapped_column(ForeignKey("registry_run.id"))
    last_seen_at: Mapped[datetime]  # retrieved-at of the last accepted run that had it


_IN_DOUBT = text("verdict = 'unsure'")


class RecordMatch(Model):
    """What the matcher thinks of a record and a listing, with reasons a moderator can read aloud."""

    __tablename__ = "record_match"
    __table_args__ = (
        one_of("verdict", Verdict),
        UniqueConstraint("registry_id", "source_key", "listing_id"),
        Index("ix_record_match_listing", "listing_id"),
        Index("ix_record_match_credential", "credential_id"),
        Index("ix_record_match_doubt", "score", "id", sqlite_where=_IN_DOUBT, postgresql_where=_IN_DOUBT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registry_id: Mapped[str] = mapped_column(String(60))
    source_key: Mapped[str] = mapped_column(String(300))
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    credential_id: Mapped[int | None] = mapped_column(ForeignKey("credential.id", ondelete="SET NULL"))
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict))
    score: Mapped[float]
    reasons: Mapped[list[str]] = mapped_column(Document, default=list)
    run_id: Mapped[int] = mapped_column(ForeignKey("registry_run.id"))
    at: Mapped[datetime]


class MatchJudgement(Model):
    """A person's word on a record and a listing. It outlives every run; the latest row of a pair counts."""

    __tablename__ = "match_judgement"
    __table_args__ = (
        one_of("judgement", Judgement),
        Index("ix_match_judgement_pair", "registry_id", "source_key", "listing_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registry_id: Mapped[str] = mapped_column(String(60))
    source_key: Mapped[str] = mapped_column(String(300))
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    judgement: Mapped[Judgement] = mapped_column(Word(Judgement))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    # What was there to be seen: when the matcher's word was last changed, and the record's content. "I cannot tell"
    # holds for as long as both are the same.
    seen_at: Mapped[datetime | None]
    seen_hash: Mapped[str] = mapped_column(String(64), default="", server_default="")
