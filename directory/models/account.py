"""People who sign in: practitioners, moderators, operators. Patients have no account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app
from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.clock import utc_now
from directory.extensions import Base, Model
from directory.models.columns import Document

account_role = Table(
    "account_role",
    Base.metadata,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class AccountRole(Model, RoleMixin):
    """A role somebody holds beyond having an account: moderator or operator (`vocabulary.Role`)."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    description: Mapped[str] = mapped_column(String(200), default="")


class Account(Model, UserMixin):
    """Somebody who can sign in. Names of columns are those that Flask-Security expects."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    create_datetime: Mapped[datetime] = mapped_column(default=utc_now)
    update_datetime: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(Document)

    roles: Mapped[list[AccountRole]] = relationship(secondary=account_role, lazy="selectin")  # type: ignore[assignment]

    @property
    def must_have_second_factor(self) -> bool:
        """Whoever acts for the site, in production; everybody else may."""
        return bool(self.roles) and current_app.config["ENV"] == "production"

    def check_tf_required(self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool) -> Any:
        """Asked by Flask-Security after the password: whether a second factor comes next, and which."""
        if self.must_have_second_factor:
            return True, tf_setup_methods
        return super().check_tf_required(tf_setup_methods, tf_fresh)

    def check_tf_required_setup(self) -> bool:
        """Asked by Flask-Security's set-up page: whether the second factor cannot be switched off."""
        return self.must_have_second_factor
