"""Accounts: signing in and up, roles, and leaving.

Flask-Security looks after passwords, confirmations, resets, changes and second factors. What is decided here: where its
pages are, that its answers tell nobody whether an address has an account, that its mails go through the outbox with
links made from SITE_URL only, and that signing out ends the session on the server too.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from flask import Flask, after_this_request, current_app, has_request_context
from flask import session as cookie
from flask.wrappers import Response
from flask_login import user_logged_out  # type: ignore[import-untyped]
from flask_security.core import Security
from flask_security.datastore import SQLAlchemyUserDatastore
from flask_security.mail_util import MailUtil
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory import clock, links, notifications
from directory.accounts.passwords import LEAST_PASSWORD, Passwords
from directory.accounts.sign_in_messages import MESSAGES
from directory.extensions import db
from directory.models.account import Account, AccountRole
from directory.rules.vocabulary import Role

SESSION_LASTS = timedelta(hours=12)


class Outbox(MailUtil):
    """Flask-Security's mails become notices, so that no answer waits for a mail server or tells by its time."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **about: Any,
    ) -> None:
        user = about.get("user")
        notifications.queue_notice(
            db.session(),
            recipient if isinstance(recipient, str) else recipient[1],
            str(subject),
            body or "",
            at=clock.utc_now(),
            account_id=user.id if user else None,
        )
        if has_request_context():
            after_this_request(_commit)


def init_app(app: Flask) -> None:
    """Binds Flask-Security to `app`. Everything under /account that is about signing in comes from it."""
    app.config.update(_security_settings(app))
    app.config["PERMANENT_SESSION_LIFETIME"] = SESSION_LASTS
    store = SQLAlchemyUserDatastore(db, Account, AccountRole)
    Security(app, store, mail_util_cls=Outbox, password_util_cls=Passwords)
    links.init_app(app)
    user_logged_out.connect(_end_sessions, app)


def _security_settings(app: Flask) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "PASSWORD_SALT": app.config["SECRET_KEY"],
        "URL_PREFIX": "/account",
        "STATIC_FOLDER": None,
        "REGISTERABLE": True,
        "CONFIRMABLE": True,
        "RECOVERABLE": True,
        "CHANGEABLE": True,
        "CHANGE_EMAIL": True,
        "RETURN_GENERIC_RESPONSES": True,
        "PASSWORD_LENGTH_MIN": LEAST_PASSWORD,
        "PASSWORD_CONFIRM_REQUIRED": False,
        "POST_LOGIN_VIEW": "/account/",
        "POST_REGISTER_VIEW": "/account/login",
        "POST_CONFIRM_VIEW": "/account/login",
        "POST_RESET_VIEW": "/account/login",
        "POST_CHANGE_VIEW": "/account/",
        "POST_CHANGE_EMAIL_VIEW": "/account/",
        "LOGOUT_CSRF": True,
        "EMAIL_HTML": False,
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},  # nothing here asks the network
        "CLI_USERS_NAME": None,  # `accounts` is ours
        "CLI_ROLES_NAME": None,
        "EMAIL_SENDER": app.config["CONTACT_EMAIL"],
        "EMAIL_SUBJECT_REGISTER": f"Your account at {app.config['SITE_NAME']}",
        "EMAIL_SUBJECT_CONFIRM": "Confirm your e-mail address",
        "EMAIL_SUBJECT_PASSWORD_RESET": "Choose a new password",
        "DATETIME_FACTORY": lambda: clock.utc_now(),
        "CONFIRM_EMAIL_WITHIN": timedelta(days=2),
        "RESET_PASSWORD_WITHIN": timedelta(hours=4),
        "FRESHNESS": timedelta(minutes=30),
        "FRESHNESS_GRACE_PERIOD": timedelta(minutes=5),
        "API_ENABLED_METHODS": ["session"],
        "CACHE_CONTROL": {"private": True, "no_store": True},
        **_second_factor_settings(app),
        **{f"MSG_{key}": message for key, message in MESSAGES.items()},
    }
    return {f"SECURITY_{name}": value for name, value in settings.items()}


def _second_factor_settings(app: Flask) -> dict[str, Any]:
    """Codes of an authenticator app, and recovery codes. `Account.check_tf_required` says who must have them."""
    return {
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_POST_SETUP_VIEW": "/account/",
        "TOTP_SECRETS": {1: app.config["SECRET_KEY"]},
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [_key_for(app, "recovery codes")],
        "TOTP_ISSUER": app.config["SITE_NAME"],
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    }


def _key_for(app: Flask, what: str) -> bytes:
    """A key of its own for one purpose, made of the site's secret."""
    secret = str(app.config["SECRET_KEY"]).encode()
    return urlsafe_b64encode(hmac.new(secret, what.encode(), hashlib.sha256).digest())


def create_account(session: Session, email: str, *, roles: tuple[Role, ...] = (), at: datetime) -> Account:
    """A confirmed account without a password, for an operator who vouches for the address.

    Raises ValueError where the address is taken or is none.
    """
    email = current_app.extensions["security"].mail_util.validate(email)
    if find_account(session, email):
        raise ValueError(f"{email} has an account already")
    account = Account(email=email, fs_uniquifier=token_hex(32), active=True, confirmed_at=at)
    session.add(account)
    session.flush()
    for role in roles:
        give_role(session, account, role)
    return account


def find_account(session: Session, email: str) -> Account | None:
    """The account with that address, in whatever case it is written."""
    return session.scalar(select(Account).where(func.lower(Account.email) == email.strip().lower()))


def give_role(session: Session, account: Account, role: Role) -> None:
    """Lets the account act as `role`, after signing in anew: a second step may be asked of it then."""
    held = session.scalar(select(AccountRole).filter_by(name=role.value))
    if held is None:
        held = AccountRole(name=role.value)
        session.add(held)
    if held not in account.roles:
        account.roles.append(held)
        account.fs_uniquifier = token_hex(32)
    session.flush()


def take_role(session: Session, account: Account, role: Role) -> None:
    """Ends the role, and every session of the account with it."""
    account.roles = [held for held in account.roles if held.name != role.value]
    account.fs_uniquifier = token_hex(32)
    session.flush()


def close_account(session: Session, account: Account) -> None:
    """Empties the account: nobody can sign in with it, and its address is free. The row stays for what points at it."""
    account.email = f"closed-{account.id}@account.invalid"
    account.password = None
    account.active = False
    account.confirmed_at = None
    account.fs_uniquifier = token_hex(32)
    account.tf_primary_method = account.tf_totp_secret = account.mf_recovery_codes = None
    account.roles = []
    session.flush()


def _end_sessions(_app: Flask, user: Any, **_more: Any) -> None:
    """A copied cookie is worth nothing once its owner has signed out, and nothing is left in the browser."""
    if isinstance(user, Account):
        user.fs_uniquifier = token_hex(32)
        cookie.clear()
        after_this_request(_commit)


def _commit(response: Response) -> Response:
    db.session.commit()
    return response
