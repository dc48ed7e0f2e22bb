"""How Alembic finds the database and the models. Runs inside `flask db …`."""

from importlib import import_module
from pkgutil import iter_modules

import sqlalchemy as sa
from alembic import context
from flask import current_app

import directory.models
from directory.extensions import UtcTime
from directory.models.columns import Word

for module in iter_modules(directory.models.__path__):
    import_module(f"directory.models.{module.name}")

database = current_app.extensions["migrate"].db
options = current_app.extensions["migrate"].configure_args


def ours(thing, name, type_, reflected, compare_to):
    """Full-text tables of SQLite are made by a migration and have no model."""
    return not (type_ == "table" and reflected and compare_to is None and name.startswith("search_text"))


def plain_type(kind, thing, autogen):
    """Migrations import no models: our own column types are written as what they are in the database."""
    if kind != "type":
        return False
    if isinstance(thing, UtcTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(thing, Word):
        return "sa.String(length=40)"
    if isinstance(thing, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


if context.is_offline_mode():
    raise SystemExit("migrations run against a database: there is no offline mode")

with database.engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=database.metadata, include_object=ours, render_item=plain_type, **options
    )
    with context.begin_transaction():
        context.run_migrations()
