"""What was seen, found, decided and logged stays: the database itself refuses to change or delete such rows

Evidence, checks, steps of flags and audit lines are appended. A listing that leaves is emptied, not deleted, so nothing
has to cascade into them; whoever tries to delete such a listing's row is refused too. Only `audit_line.actor_id` may be
emptied. A later migration that rebuilds one of these tables (SQLite's batch mode) must create its triggers again.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("evidence", "credential_check", "flag_change", "audit_line")

AUDIT_COLUMNS = "id, at, actor, action, subject, before, after, reason, previous_hash, hash"


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        upgrade_postgresql()
    else:
        upgrade_sqlite()


def downgrade():
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in TABLES:
        for what in ("update", "delete", "truncate") if on_postgresql else ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{what}" + (f" ON {table}" if on_postgresql else ""))
    op.execute("DROP TRIGGER audit_line_actor_only_emptied" + (" ON audit_line" if on_postgresql else ""))
    if on_postgresql:
        op.execute("DROP FUNCTION refuse_change()")


def upgrade_sqlite():
    for table in TABLES:
        columns = f"OF {', '.join(quoted(AUDIT_COLUMNS))} " if table == "audit_line" else ""
        for what, event in (("update", f"UPDATE {columns}"), ("delete", "DELETE ")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{what} BEFORE {event}ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    op.execute(
        "CREATE TRIGGER audit_line_actor_only_emptied BEFORE UPDATE OF actor_id ON audit_line "
        "WHEN NEW.actor_id IS NOT NULL BEGIN SELECT RAISE(ABORT, 'audit_line is append-only'); END"
    )


def upgrade_postgresql():
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in TABLES:
        columns = f"OF {', '.join(quoted(AUDIT_COLUMNS))} " if table == "audit_line" else ""
        for what, event in (("update", f"UPDATE {columns}"), ("delete", "DELETE ")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{what} BEFORE {event}ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER audit_line_actor_only_emptied BEFORE UPDATE OF actor_id ON audit_line "
        "FOR EACH ROW WHEN (NEW.actor_id IS NOT NULL) EXECUTE FUNCTION refuse_change()"
    )


def quoted(columns):
    return [f'"{column}"' for column in columns.split(", ")]
