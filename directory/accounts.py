"""Signing in and up, by Flask-Security. Passwords, resets, confirmations and second factors are its business."""

from __future__ import annotations

from flask import Flask
from flask_security.datastore import SQLAlchemyUserDatastore

from directory.extensions import db, security
from directory.models.account import Account, AccountRole


def init_app(app: Flask) -> None:
    app.config.update(SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"], SECURITY_URL_PREFIX="/account")
    security.init_app(app, SQLAlchemyUserDatastore(db, Account, AccountRole))
