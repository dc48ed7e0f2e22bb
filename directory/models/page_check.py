"""A page that a moderator saved at a registry to check one credential: uploaded, then confirmed or dropped.

A draft changes; once it is confirmed or dropped the database refuses to change it (migration 0005).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.extensions import Model
from directory.models.columns import Document, Word, one_of
from directory.rules.vocabulary import PageCheckState, PageKind


class PageCheck(Model):
    __tablename__ = "page_check"
    __table_args__ = (
        one_of("state", PageCheckState),
        one_of("kind", PageKind),
        CheckConstraint("(state = 'draft') = (settled_at IS NULL)", name="settled_at"),
        CheckConstraint("state <> 'confirmed' OR evidence_id IS NOT NULL", name="backed"),
        Index("ix_page_check_credential", "credential_id", "id"),
        Index("ix_page_check_evidence", "evidence_id"),
        # The same file for the same credential waits once, whoever uploads it again.
        Index(
            "uq_page_check_draft",
            "credential_id",
            "registry_id",
            "sha256",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id", ondelete="CASCADE"))
    registry_id: Mapped[str] = mapped_column(String(60))
    state: Mapped[PageCheckState] = mapped_column(Word(PageCheckState), default=PageCheckState.DRAFT)
    kind: Mapped[PageKind] = mapped_column(Word(PageKind))
    sha256: Mapped[str] = mapped_column(String(64))  # of the very file
    saved_from: Mapped[str] = mapped_column(Text, default="")  # the address that the file gives, if it does
    saved_at: Mapped[datetime | None]  # the time that the file gives, if it does
    read: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)  # what the reader made of it: see page_reading
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    uploaded_at: Mapped[datetime]
    stated: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)  # what a person said that it says
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    settled_at: Mapped[datetime | None]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))
