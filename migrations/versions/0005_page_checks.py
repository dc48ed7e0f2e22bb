"""Checks by hand: a page saved by a moderator, what it says, who confirmed it

A draft may change. What was confirmed or dropped stays as it is; it goes with its credential when somebody leaves.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def document():
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade():
    op.create_table(
        "page_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("registry_id", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("saved_from", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read", document(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated", document(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'confirmed', 'dropped')", name=op.f("ck_page_check_state_known")),
        sa.CheckConstraint("kind IN ('html', 'mhtml', 'pdf', 'png', 'jpeg')", name=op.f("ck_page_check_kind_known")),
        sa.CheckConstraint("(state = 'draft') = (settled_at IS NULL)", name=op.f("ck_page_check_settled_at")),
        sa.CheckConstraint("state <> 'confirmed' OR evidence_id IS NOT NULL", name=op.f("ck_page_check_backed")),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credential.id"],
            name=op.f("fk_page_check_credential_id_credential"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["account.id"], name=op.f("fk_page_check_uploaded_by_id_account")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["account.id"], name=op.f("fk_page_check_settled_by_id_account")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_page_check_evidence_id_evidence")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_check")),
    )
    op.create_index("ix_page_check_credential", "page_check", ["credential_id", "id"])
    op.create_index("ix_page_check_evidence", "page_check", ["evidence_id"])
    op.create_index(
        "uq_page_check_draft",
        "page_check",
        ["credential_id", "registry_id", "sha256"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER page_check_settled BEFORE UPDATE ON page_check FOR EACH ROW "
            "WHEN (OLD.state <> 'draft') EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute(
            "CREATE TRIGGER page_check_settled BEFORE UPDATE ON page_check WHEN OLD.state <> 'draft' "
            "BEGIN SELECT RAISE(ABORT, 'page_check is append-only'); END"
        )


def downgrade():
    op.drop_table("page_check")
