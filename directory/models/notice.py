"""The outbox: mails to be sent. Written in the transaction that caused them, sent by a job."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from directory.extensions import Model
from directory.models.columns import Word, one_of
from directory.rules.vocabulary import NoticeState


class Notice(Model):
    __tablename__ = "notice"
    __table_args__ = (one_of("state", NoticeState), Index("ix_notice_waiting", "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[NoticeState] = mapped_column(Word(NoticeState), default=NoticeState.QUEUED)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    queued_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]  # by a mail server; empty where the mail was only shown in the log
