"""The house itself: one migration head, models and migrations that agree, borders that hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from directory import ROOT
from directory.extensions import db
from tests.docs import READMES, filled


def test_there_is_one_migration_head() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


def test_migrations_go_down_to_nothing_and_up_again(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        assert "listing" in inspect(db.engine).get_table_names()


def test_models_and_migrations_agree(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), db.metadata)
    assert [line for line in differences if "search_text" not in str(line)] == []


@pytest.mark.parametrize("readme", READMES, ids=lambda readme: readme.parent.name)
def test_readmes_list_the_settings_and_registries_as_the_code_has_them(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    assert "<!-- " in text
    assert filled(text) == text, "out of date: run `python -m tests.docs`"
