"""What a listing's page was made of at every moment

Both tables are appended. Two ways out, both narrow: the owner's own words may be emptied, when they let the listing
go; and everything goes with a listing whose row says `removed`.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CONTENT_COLUMNS = ("id", "listing_id", "digest", "content")
STANDS = "EXISTS (SELECT 1 FROM listing WHERE listing.id = OLD.listing_id AND listing.state <> 'removed')"

# (name of the trigger, table, event, the condition under which it refuses)
TRIGGERS = [
    ("listing_content_no_update", "listing_content", "UPDATE OF " + ", ".join(CONTENT_COLUMNS), ""),
    ("listing_content_words_only_emptied", "listing_content", "UPDATE OF own_words", "NEW.own_words IS NOT NULL"),
    ("listing_content_no_delete", "listing_content", "DELETE", STANDS),
    ("listing_version_no_update", "listing_version", "UPDATE", ""),
    ("listing_version_no_delete", "listing_version", "DELETE", STANDS),
]
STATES = "state IN ('published', 'hidden', 'removed')"


def document():
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade():
    op.create_table(
        "listing_content",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", document(), nullable=False),
        sa.Column("own_words", document(), nullable=True),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_content_listing_id_listing"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_content")),
    )
    op.create_index("ix_listing_content_digest", "listing_content", ["listing_id", "digest"])
    op.create_table(
        "listing_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("content_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("last_check_id", sa.Integer(), nullable=False),
        sa.Column("pack", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_listing_version_state_known")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_version_listing_id_listing"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["content_id"],
            ["listing_content.id"],
            name=op.f("fk_listing_version_content_id_listing_content"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_version")),
    )
    op.create_index("ix_listing_version_listing", "listing_version", ["listing_id", "id"])
    op.create_index(op.f("ix_listing_version_content_id"), "listing_version", ["content_id"])
    if op.get_bind().dialect.name == "postgresql":
        refuse_on_postgresql()
    else:
        refuse_on_sqlite()


def refuse_on_sqlite():
    for name, table, event, condition in TRIGGERS:
        when = f"WHEN {condition} " if condition else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def refuse_on_postgresql():
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


def downgrade():
    op.drop_table("listing_version")
    op.drop_table("listing_content")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION listing_content_no_delete()")
        op.execute("DROP FUNCTION listing_version_no_delete()")
