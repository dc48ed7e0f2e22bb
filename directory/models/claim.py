"""Requests about a listing: to manage it (a claim), to correct it, to remove it; and what keeps it removed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.extensions import Model
from directory.models.columns import Word, one_of
from directory.rules.vocabulary import ClaimState, RequestKind, RequestState


class Claim(Model):
    """Somebody asks to manage a listing. It says nothing about credentials."""

    __tablename__ = "claim"
    __table_args__ = (
        one_of("state", ClaimState),
        CheckConstraint("(state IN ('pending', 'disputed')) = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_claim_pending",
            "listing_id",
            "account_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    state: Mapped[ClaimState] = mapped_column(Word(ClaimState), default=ClaimState.PENDING)
    license_number: Mapped[str] = mapped_column(String(80), default="")
    license_jurisdiction: Mapped[str] = mapped_column(String(10), default="")
    statement: Mapped[str] = mapped_column(Text, default="")  # how we can tell that it is them
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")


class ListingRequest(Model):
    """A correction or a removal that somebody without an account asks for."""

    __tablename__ = "listing_request"
    __table_args__ = (one_of("kind", RequestKind), one_of("state", RequestState))

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RequestKind] = mapped_column(Word(RequestKind))
    state: Mapped[RequestState] = mapped_column(Word(RequestState), default=RequestState.OPEN)
    text: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(String(254), default="")  # to answer; may be empty
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")


class Suppression(Model):
    """Somebody left for good. A keyed hash of what identifies them keeps an import from listing them again."""

    __tablename__ = "suppression"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)  # HMAC; the secret is the site's
    what: Mapped[str] = mapped_column(String(20))  # npi, number, name_place
    at: Mapped[datetime]
