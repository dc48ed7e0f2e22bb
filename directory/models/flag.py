"""A flag is an internal finding that needs a decision, about a listing or a registry. It is never public by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.extensions import Model
from directory.models.columns import Word, one_of
from directory.rules.case_events import Case
from directory.rules.vocabulary import FlagKind, FlagState, Severity


class Flag(Model):
    __tablename__ = "flag"
    __table_args__ = (
        one_of("kind", FlagKind),
        one_of("severity", Severity),
        one_of("state", FlagState),
        CheckConstraint("(listing_id IS NULL) <> (registry_id IS NULL)", name="one_subject"),
        CheckConstraint("(state IN ('withdrawn', 'expired', 'dismissed')) = (closed_at IS NOT NULL)", name="closed_at"),
        Index(
            "uq_flag_open",
            "subject",
            "kind",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_flag_queue", "state", "severity", "id"),
        Index("ix_flag_listing", "listing_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    registry_id: Mapped[str | None] = mapped_column(String(60))
    credential_id: Mapped[int | None] = mapped_column(ForeignKey("credential.id", ondelete="SET NULL"))
    subject: Mapped[str] = mapped_column(String(120))  # "listing:7", "credential:12", "registry:us_wa", "record:..."
    kind: Mapped[FlagKind] = mapped_column(Word(FlagKind))
    severity: Mapped[Severity] = mapped_column(Word(Severity))
    state: Mapped[FlagState] = mapped_column(Word(FlagState), default=FlagState.DETECTED)
    reason: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))  # of the facts it was opened on
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    holds_since: Mapped[datetime | None]  # public since, or confirmed again then: see `rules/due_process`
    # A final public order that it rests on, if it does.
    order_url: Mapped[str] = mapped_column(String(1000), default="", server_default="")

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return Case(state=self.state, order_url=self.order_url).is_public

    history: Mapped[list[FlagChange]] = relationship(back_populates="flag", order_by="FlagChange.id")


class FlagChange(Model):
    """One step of a flag, by a run (`by_id` is empty) or by a person with a reason. Appended, never changed."""

    __tablename__ = "flag_change"
    __table_args__ = (one_of("to_state", FlagState), Index("ix_flag_change_flag", "flag_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    flag_id: Mapped[int] = mapped_column(ForeignKey("flag.id", ondelete="CASCADE"))
    from_state: Mapped[FlagState | None] = mapped_column(Word(FlagState))
    to_state: Mapped[FlagState] = mapped_column(Word(FlagState))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("registry_run.id"))
    at: Mapped[datetime]

    flag: Mapped[Flag] = relationship(back_populates="history")
