"""What was asked of registries, what came of it, and how their hosts behaved."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.extensions import Model
from directory.models.columns import Word, one_of
from scrapers.ledger import Kind


class AskingDay(Model):
    """How often one registry's host was asked on one day (UTC), and how it answered."""

    __tablename__ = "asking_day"
    __table_args__ = (UniqueConstraint("registry_id", "host", "day"), Index("ix_asking_day_day", "day"))

    id: Mapped[int] = mapped_column(primary_key=True)
    registry_id: Mapped[str] = mapped_column(String(60))
    host: Mapped[str] = mapped_column(String(255))
    day: Mapped[date]
    requests: Mapped[int] = mapped_column(default=0)  # really sent: robots.txt, redirects and retries included
    answers: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)  # answered 304: what we have still holds
    complaints: Mapped[int] = mapped_column(default=0)  # 408, 429, 5xx, or silence
    refusals: Mapped[int] = mapped_column(default=0)  # by them: 401, 403, a captcha
    withheld: Mapped[int] = mapped_column(default=0)  # by us: robots.txt, terms, hours, a host left alone
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    last_sent_at: Mapped[datetime | None]


class AskingRefusal(Model):
    """Something that was not asked, or not answered, because somebody said no: they (`refusal`) or we (`withheld`)."""

    __tablename__ = "asking_refusal"
    __table_args__ = (one_of("kind", Kind), Index("ix_asking_refusal_registry", "registry_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    registry_id: Mapped[str] = mapped_column(String(60))
    host: Mapped[str] = mapped_column(String(255))
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, default="")


class RobotsAnswer(Model):
    """What an origin answered for /robots.txt. A different answer is a new row; the newest one of an origin counts."""

    __tablename__ = "robots_answer"
    __table_args__ = (Index("ix_robots_answer_origin", "origin", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(300))
    status: Mapped[int]  # 0 is no answer
    sha256: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text, default="")
    delay_seconds: Mapped[float] = mapped_column(default=0.0)  # the pause it asks of us
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class RegistryHost(Model):
    """How a host is to be treated: when its last request ended, and whether it is left alone for now."""

    __tablename__ = "registry_host"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    last_ended_at: Mapped[datetime | None]  # by the database's clock; none while somebody asks
    failures: Mapped[int] = mapped_column(default=0)  # complaints and silences in a row
    closures: Mapped[int] = mapped_column(default=0)  # how often in a row it was left alone
    closed_until: Mapped[datetime | None]
    closed_because: Mapped[str] = mapped_column(Text, default="")
    delay_seconds: Mapped[float] = mapped_column(default=0.0)  # slower than agreed, for it was slow or complained
    delay_until: Mapped[datetime | None]
