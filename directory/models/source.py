"""How registries were over time, seen from here: each change of health, and each word or column nobody knew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.extensions import Model
from directory.models.columns import Document, Word, one_of
from directory.rules.vocabulary import NoveltyKind, RunChannel, SourceHealth


class HealthChange(Model):
    """A registry is from now on in this health, by what a run of it met. The latest row of a registry counts."""

    __tablename__ = "health_change"
    __table_args__ = (
        one_of("health", SourceHealth),
        one_of("channel", RunChannel),
        Index("ix_health_change_registry", "registry_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registry_id: Mapped[str] = mapped_column(String(60))
    health: Mapped[SourceHealth] = mapped_column(Word(SourceHealth))
    channel: Mapped[RunChannel] = mapped_column(Word(RunChannel))
    canaries: Mapped[list[str]] = mapped_column(Document, default=list)  # known records that stayed away
    reason: Mapped[str] = mapped_column(Text)
    run_id: Mapped[int] = mapped_column(ForeignKey("registry_run.id"))
    since: Mapped[datetime]  # earlier than `at` where the row before had the same health for another reason
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # when moderators and operators were told


class Novelty(Model):
    """A standing word or a column that a registry published and its description doesn't know."""

    __tablename__ = "novelty"
    __table_args__ = (
        one_of("kind", NoveltyKind),
        one_of("channel", RunChannel),
        UniqueConstraint("registry_id", "kind", "text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registry_id: Mapped[str] = mapped_column(String(60))
    kind: Mapped[NoveltyKind] = mapped_column(Word(NoveltyKind))
    text: Mapped[str] = mapped_column(String(200))
    channel: Mapped[RunChannel] = mapped_column(Word(RunChannel))  # where it was last seen
    records: Mapped[int] = mapped_column(default=0)  # that have the word, in the last run with it
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    last_run_id: Mapped[int] = mapped_column(ForeignKey("registry_run.id"))
    gone_at: Mapped[datetime | None]  # a later run of the same kind had it no more
