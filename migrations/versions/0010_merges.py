"""Two listings of one person become one, and can become two again

People's words on two listings and what a merge changed are appended: the database refuses to change them. A person's
word on a match also says what they saw, so that "I cannot tell" holds until that changes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Both databases take a column with its own constraints; rebuilding `listing` would drop what hangs on it.
MERGED_INTO = """
ALTER TABLE listing ADD COLUMN merged_into_id INTEGER
    CONSTRAINT ck_listing_merged_away CHECK (merged_into_id IS NULL OR state <> 'published')
    CONSTRAINT fk_listing_merged_into_id REFERENCES listing (id)
"""
STATES = "state IN ('proposed', 'dropped', 'done', 'undone')"
STANDING = sa.text("state IN ('proposed', 'done')")
APPENDED = ("listing_judgement", "merged_row")


def document():
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def foreign(table, column, to, ondelete=None):
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def pair(table):
    return (
        sa.Column("low_id", sa.Integer(), nullable=False),
        sa.Column("high_id", sa.Integer(), nullable=False),
        foreign(table, "low_id", "listing", "CASCADE"),
        foreign(table, "high_id", "listing", "CASCADE"),
        sa.CheckConstraint("low_id < high_id", name=op.f(f"ck_{table}_ordered")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def upgrade():
    op.execute(MERGED_INTO)
    op.create_index("ix_listing_merged_into_id", "listing", ["merged_into_id"])
    op.add_column("match_judgement", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("match_judgement", sa.Column("seen_hash", sa.String(64), nullable=False, server_default=""))
    create_likeness()
    create_judgement()
    create_merge()
    for table in APPENDED:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def create_likeness():
    op.create_table(
        "listing_likeness",
        sa.Column("id", sa.Integer(), nullable=False),
        *pair("listing_likeness"),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", document(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('sure', 'unsure', 'no')", name=op.f("ck_listing_likeness_verdict_known")),
        sa.UniqueConstraint("low_id", "high_id", name=op.f("uq_listing_likeness_low_id_high_id")),
    )
    op.create_index("ix_listing_likeness_high", "listing_likeness", ["high_id"])


def create_judgement():
    op.create_table(
        "listing_judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        *pair("listing_judgement"),
        sa.Column("judgement", sa.String(40), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        foreign("listing_judgement", "by_id", "account"),
        sa.CheckConstraint(
            "judgement IN ('same', 'different', 'unsure')", name=op.f("ck_listing_judgement_judgement_known")
        ),
    )
    op.create_index("ix_listing_judgement_pair", "listing_judgement", ["low_id", "high_id", "id"])
    op.create_index("ix_listing_judgement_high", "listing_judgement", ["high_id"])


def create_merge():
    op.create_table(
        "listing_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_reason", sa.Text(), nullable=False),
        foreign("listing_merge", "kept_id", "listing", "CASCADE"),
        foreign("listing_merge", "merged_id", "listing", "CASCADE"),
        foreign("listing_merge", "by_id", "account"),
        foreign("listing_merge", "settled_by_id", "account"),
        foreign("listing_merge", "undone_by_id", "account"),
        sa.CheckConstraint(STATES, name=op.f("ck_listing_merge_state_known")),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_listing_merge_two")),
        sa.CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name=op.f("ck_listing_merge_undone")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_merge")),
    )
    op.create_index("ix_listing_merge_kept", "listing_merge", ["kept_id", "id"])
    op.create_index(
        "uq_listing_merge_standing",
        "listing_merge",
        ["merged_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_table(
        "merged_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("of_table", sa.String(40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", document(), nullable=True),
        sa.Column("after", document(), nullable=False),
        foreign("merged_row", "merge_id", "listing_merge", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merged_row")),
    )
    op.create_index("ix_merged_row_merge", "merged_row", ["merge_id", "id"])


def downgrade():
    for table in ("merged_row", "listing_merge", "listing_judgement", "listing_likeness"):
        op.drop_table(table)
    op.drop_column("match_judgement", "seen_hash")
    op.drop_column("match_judgement", "seen_at")
    op.drop_index("ix_listing_merged_into_id", "listing")
    op.execute("ALTER TABLE listing DROP COLUMN merged_into_id")
