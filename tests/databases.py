"""Fresh, migrated databases for tests: a copied file on SQLite, a database made from a template on PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from flask_migrate import upgrade
from psycopg import sql

from directory import create_app
from directory.extensions import db

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "")
KINDS = ("sqlite", "postgresql")


def migrate_to_head(url: str, instance: Path) -> None:
    """Brings the database at `url` to the newest migration, as `flask db upgrade` does."""
    app = create_app({"ENV": "test", "DATABASE_URL": url, "SECRET_KEY": "t" * 40}, instance=instance)
    with app.app_context():
        upgrade()
        db.engine.dispose()


class SqliteTemplate:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "template.sqlite"
        migrate_to_head(f"sqlite:///{self.file}", folder)

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        copy = folder / "test.sqlite"
        shutil.copyfile(self.file, copy)
        yield f"sqlite:///{copy}"


class PostgresTemplate:
    """One template database a test process; a test gets a copy of it, dropped afterwards."""

    def __init__(self, folder: Path) -> None:
        self.name = f"template_{uuid4().hex[:12]}"
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
        migrate_to_head(self._url(self.name), folder)

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        name = f"test_{uuid4().hex[:12]}"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(self.name)))
        try:
            yield self._url(name)
        finally:
            self.drop(name)

    def drop(self, name: str | None = None) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name or self.name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(statement)

    @staticmethod
    def _url(name: str) -> str:
        address, _, _ = POSTGRES.rpartition("/")
        return f"{address}/{name}"
