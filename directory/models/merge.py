"""Two listings of one person: what the machine suspects, what people said, and merges that can be taken back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from directory.extensions import Model
from directory.models.columns import Document, Word, one_of
from directory.rules.vocabulary import Judgement, Verdict

# Without a value the column is empty: a JSON null could not be told from a row that was not there.
_ROW = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class MergeState(StrEnum):
    PROPOSED = "proposed"  # somebody has claimed the listing, or people disagree: a second person has to agree
    DROPPED = "dropped"
    DONE = "done"
    UNDONE = "undone"


class ListingLikeness(Model):
    """Two listings that may be one person, by the matcher's rules. Derived: found anew each night."""

    __tablename__ = "listing_likeness"
    __table_args__ = (
        one_of("verdict", Verdict),
        CheckConstraint("low_id < high_id", name="ordered"),
        UniqueConstraint("low_id", "high_id"),
        Index("ix_listing_likeness_high", "high_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    low_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict))
    score: Mapped[float]
    reasons: Mapped[list[str]] = mapped_column(Document, default=list)
    fingerprint: Mapped[str] = mapped_column(String(64))  # of what was compared
    found_at: Mapped[datetime]


class ListingJudgement(Model):
    """A person's word on two listings, the same from both sides. The latest row of a pair counts; it outlives runs."""

    __tablename__ = "listing_judgement"
    __table_args__ = (
        one_of("judgement", Judgement),
        CheckConstraint("low_id < high_id", name="ordered"),
        Index("ix_listing_judgement_pair", "low_id", "high_id", "id"),
        Index("ix_listing_judgement_high", "high_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    low_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    judgement: Mapped[Judgement] = mapped_column(Word(Judgement))
    fingerprint: Mapped[str] = mapped_column(String(64), default="")  # of what was compared when it was said
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class ListingMerge(Model):
    """One listing became part of another, or is proposed to. Taken back, the row stays and says so."""

    __tablename__ = "listing_merge"
    __table_args__ = (
        one_of("state", MergeState),
        CheckConstraint("kept_id <> merged_id", name="two"),
        CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone"),
        Index("ix_listing_merge_kept", "kept_id", "id"),
        # A listing waits for, or is part of, one other at a time.
        Index(
            "uq_listing_merge_standing",
            "merged_id",
            unique=True,
            sqlite_where=text("state IN ('proposed', 'done')"),
            postgresql_where=text("state IN ('proposed', 'done')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    merged_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    state: Mapped[MergeState] = mapped_column(Word(MergeState))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # who agreed, or dropped it
    settled_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    undone_at: Mapped[datetime | None]
    undone_reason: Mapped[str] = mapped_column(Text, default="")


class MergedRow(Model):
    """What a merge changed in one row: the columns that differ, before and after. Never changed itself.

    `before` is none for a row that the merge made.
    """

    __tablename__ = "merged_row"
    __table_args__ = (Index("ix_merged_row_merge", "merge_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("listing_merge.id", ondelete="CASCADE"))
    of_table: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(_ROW)
    after: Mapped[dict[str, Any]] = mapped_column(_ROW)
