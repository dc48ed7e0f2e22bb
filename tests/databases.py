"""Fresh, migrated databases for tests: a copied file on SQLite, a database made from a template on PostgreSQL.

A test process gives each fresh database the same address, so that one site at that address serves all its tests.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from flask import Flask
from flask_migrate import upgrade
from psycopg import sql

from directory import create_app, mail_bell
from directory.extensions import db, limiter

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "")
KINDS = ("sqlite", "postgresql")


def make_site(url: str, instance: Path) -> Flask:
    """The site on the database at `url`, with jobs run on the spot, but for mails: a test sends them when it likes."""
    app = create_app({"ENV": "test", "DATABASE_URL": url, "SECRET_KEY": "t" * 40}, instance=instance)
    app.extensions[mail_bell.TASK] = lambda: None
    # Hashed as in earnest, but with the least effort: it is meant to take long, and nobody attacks a test.
    security = app.extensions["security"]
    security.pwd_context.update(argon2__rounds=1, argon2__memory_cost=64, argon2__parallelism=1)
    security.hashing_context.update(sha256_crypt__rounds=1000)  # of links in mails
    return app


def let_go(app: Flask) -> None:
    """Closes the site's connections to its database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def migrate_to_head(url: str, instance: Path) -> None:
    """Brings the database at `url` to the newest migration, as `flask db upgrade` does."""
    app = make_site(url, instance)
    with app.app_context():
        upgrade()
    let_go(app)


class SqliteTemplate:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "template.sqlite"
        migrate_to_head(f"sqlite:///{self.file}", folder)

    @contextmanager
    def fresh(self, name: str = "test") -> Iterator[str]:
        """The address of a copy. Whoever keeps one while others come and go gives it a name of its own."""
        copy = self.file.with_name(f"{name}.sqlite")
        shutil.copyfile(self.file, copy)
        yield f"sqlite:///{copy}"
        # With the journal of whoever was cut off: it belongs to this file, not to the next one of that name.
        for left in copy.parent.glob(f"{copy.name}*"):
            left.unlink()


class PostgresTemplate:
    """One template database a test process; a test gets a copy of it, dropped afterwards."""

    def __init__(self, folder: Path) -> None:
        self.name = f"template_{uuid4().hex[:12]}"
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
        migrate_to_head(self._url(self.name), folder)

    @contextmanager
    def fresh(self, name: str = "test") -> Iterator[str]:
        """The address of a copy. Whoever keeps one while others come and go gives it a name of its own."""
        copy = f"{self.name}_{name}"
        copying = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")  # the quickest for so small a one
        self._run(copying.format(sql.Identifier(copy), sql.Identifier(self.name)))
        try:
            yield self._url(copy)
        finally:
            self.drop(copy)

    def drop(self, name: str | None = None) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name or self.name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(statement)

    @staticmethod
    def _url(name: str) -> str:
        address, _, _ = POSTGRES.rpartition("/")
        return f"{address}/{name}"


class Sites:
    """The sites of a test process, one at each address: making one takes longer than most tests do."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Flask] = {}

    @contextmanager
    def at(self, url: str) -> Iterator[Flask]:
        """The site at `url` as if just made: its settings are put back afterwards, and its folder emptied."""
        instance = self._folder / f"instance-{len(self._made)}"
        app = self._made.get(url) or self._made.setdefault(url, make_site(url, instance))
        limiter.enabled = app.config["RATELIMIT_ENABLED"]  # the one limiter goes by the site that was made last
        settings, extensions = dict(app.config), dict(app.extensions)
        yield app
        let_go(app)
        for kept, before in ((app.config, settings), (app.extensions, extensions)):
            kept.clear()
            kept.update(before)
        app.extensions["queue"].flush()
        for left in Path(app.instance_path).iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
