"""The rows of due process: notices that were written, answers, decisions with reasons, appeals, what came round.

`rules/due_process` says what may follow what. The database refuses by itself (migration 0009) to show a flag to the
public without a notice that arrived and a decision, and an appeal that is decided by somebody who took part.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.extensions import Model
from directory.models.columns import Word, one_of
from directory.rules.vocabulary import AppealOutcome, CaseDuty, Delivery, Finding

_LIVE = text("delivery IN ('waiting', 'accepted')")


class CaseNotice(Model):
    """A notice about a flag: what was found, where, in whose words. `mail_id` is its row in the outbox."""

    __tablename__ = "case_notice"
    __table_args__ = (
        one_of("delivery", Delivery),
        CheckConstraint("(answer_by IS NULL) = (accepted_at IS NULL)", name="window"),
        Index("uq_case_notice_live", "flag_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    flag_id: Mapped[int] = mapped_column(ForeignKey("flag.id", ondelete="CASCADE"), index=True)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id", ondelete="SET NULL"))
    to: Mapped[str] = mapped_column(String(254), default="")  # "" where there was no address; never published
    delivery: Mapped[Delivery] = mapped_column(Word(Delivery))
    problem: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    answered: Mapped[bool] = mapped_column(default=False)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    answer_by: Mapped[date | None]


class CaseReply(Model):
    """An answer. Somebody has to handle it before anything is decided."""

    __tablename__ = "case_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    flag_id: Mapped[int] = mapped_column(ForeignKey("flag.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(Text, default="")


class CaseDecision(Model):
    """What a person decided, with reasons. One with an `order_url` goes the emergency path and needs a second."""

    __tablename__ = "case_decision"
    __table_args__ = (
        one_of("outcome", Finding),
        CheckConstraint("length(reasons) >= 40", name="reasons"),
        CheckConstraint("second_by_id <> by_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    flag_id: Mapped[int] = mapped_column(ForeignKey("flag.id", ondelete="CASCADE"), index=True)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id", ondelete="SET NULL"))
    outcome: Mapped[Finding] = mapped_column(Word(Finding))
    reasons: Mapped[str] = mapped_column(Text)
    statement: Mapped[str] = mapped_column(Text, default="")  # as it was sent
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    order_url: Mapped[str] = mapped_column(String(1000), default="")
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    stated_at: Mapped[datetime | None]  # a mail server accepted the statement
    void_at: Mapped[datetime | None]  # it counts no more: the notice came back, an answer came, the facts changed


class CaseAppeal(Model):
    __tablename__ = "case_appeal"
    __table_args__ = (
        UniqueConstraint("decision_id"),
        one_of("outcome", AppealOutcome),
        CheckConstraint("(outcome IS NULL) = (decided_by_id IS NULL)", name="decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    flag_id: Mapped[int] = mapped_column(ForeignKey("flag.id", ondelete="CASCADE"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("case_decision.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    outcome: Mapped[AppealOutcome | None] = mapped_column(Word(AppealOutcome))
    reasons: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]


class CaseDone(Model):
    """What came round in a case and was done, once for each day it was due."""

    __tablename__ = "case_done"
    __table_args__ = (one_of("duty", CaseDuty), UniqueConstraint("flag_id", "duty", "due_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    flag_id: Mapped[int] = mapped_column(ForeignKey("flag.id", ondelete="CASCADE"))
    duty: Mapped[CaseDuty] = mapped_column(Word(CaseDuty))
    due_on: Mapped[date]
    at: Mapped[datetime]
