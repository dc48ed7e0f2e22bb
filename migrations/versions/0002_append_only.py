"""What was seen, found, decided and logged stays: the database itself refuses to change or delete such rows

Evidence, checks, steps of flags and audit lines are appended. There are two ways out, both narrow:
checks and steps of flags go with their credential and flag when somebody leaves for good, that is when the listing's
row says `removed` (credentials and flags of any other listing that have checks or steps cannot be deleted either);
and `audit_line.actor_id` may be emptied.
A later migration that rebuilds one of these tables (SQLite's batch mode) must create its triggers again.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

AUDIT_COLUMNS = ("id", "at", "actor", "action", "subject", "before", "after", "reason", "previous_hash", "hash")

REMOVED = "EXISTS (SELECT 1 FROM listing WHERE listing.id = OLD.listing_id AND listing.state = 'removed')"

# (name of the trigger, table, event, the condition under which it refuses)
TRIGGERS = [
    *[(f"{table}_no_update", table, "UPDATE", "") for table in ("evidence", "credential_check", "flag_change")],
    ("audit_line_no_update", "audit_line", "UPDATE OF " + ", ".join(f'"{name}"' for name in AUDIT_COLUMNS), ""),
    ("audit_line_actor_only_emptied", "audit_line", "UPDATE OF actor_id", "NEW.actor_id IS NOT NULL"),
    ("evidence_no_delete", "evidence", "DELETE", ""),
    ("audit_line_no_delete", "audit_line", "DELETE", ""),
    # When a row goes with its parent, the parent is gone already.
    (
        "credential_check_no_delete",
        "credential_check",
        "DELETE",
        "EXISTS (SELECT 1 FROM credential WHERE credential.id = OLD.credential_id)",
    ),
    ("flag_change_no_delete", "flag_change", "DELETE", "EXISTS (SELECT 1 FROM flag WHERE flag.id = OLD.flag_id)"),
    (
        "credential_no_delete",
        "credential",
        "DELETE",
        f"EXISTS (SELECT 1 FROM credential_check WHERE credential_check.credential_id = OLD.id) AND NOT {REMOVED}",  # noqa: S608 - no value from outside
    ),
    (
        "flag_no_delete",
        "flag",
        "DELETE",
        f"EXISTS (SELECT 1 FROM flag_change WHERE flag_change.flag_id = OLD.id) AND NOT {REMOVED}",  # noqa: S608 - no value from outside
    ),
]

APPENDED = ("evidence", "credential_check", "flag_change", "audit_line")


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        upgrade_postgresql()
    else:
        upgrade_sqlite()


def upgrade_sqlite():
    for name, table, event, condition in TRIGGERS:
        when = f"WHEN {condition} " if condition else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def upgrade_postgresql():
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for name, table, event, condition in TRIGGERS:
        # A WHEN condition cannot hold a subquery here, so each trigger that asks one has a function of its own.
        if "SELECT" not in condition:
            when = f"WHEN ({condition}) " if condition else ""
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when}EXECUTE FUNCTION refuse_change()"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{table} is append-only'; END IF; RETURN OLD; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    for table in APPENDED:
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade():
    if op.get_bind().dialect.name != "postgresql":
        for name, *_ in TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        return
    for table in APPENDED:
        op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    for name, table, _event, condition in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON {table}")
        if "SELECT" in condition:
            op.execute(f"DROP FUNCTION {name}()")
    op.execute("DROP FUNCTION refuse_change()")
