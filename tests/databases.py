"""Fresh, migrated databases for tests: a copied file on SQLite, a database made from a template on PostgreSQL.

A test process gives each fresh database the same address, so that one site at that address serves all its tests.
"""

from __future__ import annotations

import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString
from uuid import uuid4

import psycopg
from flask import Flask
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy.orm import Session

from directory import create_app, mail_bell
from directory.extensions import db, limiter

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "")
KINDS = ("sqlite", "postgresql")
Fill = Callable[[Session], None]


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


class Template(ABC):
    """A migrated database to copy. Those that were filled are kept as well: filling one takes longer than copying."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources: dict[Fill | None, str] = {None: "template"}

    @contextmanager
    def fresh(self, name: str = "test", *, filled_by: Fill | None = None) -> Iterator[str]:
        """The address of a copy, with what `filled_by` puts in: that is done once a process.

        Whoever keeps one while others come and go gives it a name of its own.
        """
        if filled_by and filled_by not in self._sources:
            self._keep_filled(filled_by)
        self._copy(self._sources[filled_by], name)
        try:
            yield self._url(name)
        finally:
            self._drop(name)

    def _keep_filled(self, fill: Fill) -> None:
        name = f"filled_{len(self._sources)}"
        self._copy("template", name)
        app = make_site(self._url(name), self._folder)
        with app.app_context():
            fill(db.session())
            db.session.commit()
        let_go(app)
        self._sources[fill] = name

    def drop(self) -> None:
        """At the end of the process."""
        for name in self._sources.values():
            self._drop(name)

    @abstractmethod
    def _url(self, name: str) -> str: ...

    @abstractmethod
    def _copy(self, source: str, name: str) -> None: ...

    @abstractmethod
    def _drop(self, name: str) -> None: ...


class SqliteTemplate(Template):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        migrate_to_head(self._url("template"), folder)

    def _url(self, name: str) -> str:
        return f"sqlite:///{self._folder / name}.sqlite"

    def _copy(self, source: str, name: str) -> None:
        shutil.copyfile(self._folder / f"{source}.sqlite", self._folder / f"{name}.sqlite")

    def _drop(self, name: str) -> None:
        # With the journal of whoever was cut off: it belongs to this file, not to the next one of that name.
        for left in self._folder.glob(f"{name}.sqlite*"):
            left.unlink()


class PostgresTemplate(Template):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._process = uuid4().hex[:12]
        self._run("CREATE DATABASE {}", "template")
        migrate_to_head(self._url("template"), folder)

    def _url(self, name: str) -> str:
        address, _, _ = POSTGRES.rpartition("/")
        return f"{address}/{name}_{self._process}"

    def _copy(self, source: str, name: str) -> None:
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, source)  # the quickest for so small a one

    def _drop(self, name: str) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: LiteralString, *names: str) -> None:
        databases = [sql.Identifier(f"{name}_{self._process}") for name in names]
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*databases))


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
