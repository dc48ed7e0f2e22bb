"""What was asked of registries, and how their hosts behaved

Pages and operators are told what was sent, what was refused and by whom; hosts that complained are left alone by all
processes and machines, so this is kept here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = "'request', 'answer', 'unchanged', 'complaint', 'refusal', 'withheld'"
COUNTS = ("requests", "answers", "unchanged", "complaints", "refusals", "withheld")


def upgrade():
    op.add_column("terms_reading", sa.Column("terms_url", sa.Text(), nullable=False, server_default=""))
    make_ledger()
    make_book_of_hosts()


def make_ledger():
    op.create_table(
        "asking_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registry_id", sa.String(length=60), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking_day")),
        sa.UniqueConstraint("registry_id", "host", "day", name=op.f("uq_asking_day_registry_id_host_day")),
    )
    op.create_index("ix_asking_day_day", "asking_day", ["day"])
    op.create_table(
        "asking_refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registry_id", sa.String(length=60), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_asking_refusal_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking_refusal")),
    )
    op.create_index("ix_asking_refusal_registry", "asking_refusal", ["registry_id", "id"])


def make_book_of_hosts():
    op.create_table(
        "robots_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("delay_seconds", sa.Double(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_robots_answer")),
    )
    op.create_index("ix_robots_answer_origin", "robots_answer", ["origin", "id"])
    op.create_table(
        "registry_host",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("last_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("closures", sa.Integer(), nullable=False),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=False),
        sa.Column("delay_seconds", sa.Double(), nullable=False),
        sa.Column("delay_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_registry_host")),
    )


def downgrade():
    op.drop_table("registry_host")
    op.drop_index("ix_robots_answer_origin", table_name="robots_answer")
    op.drop_table("robots_answer")
    op.drop_index("ix_asking_refusal_registry", table_name="asking_refusal")
    op.drop_table("asking_refusal")
    op.drop_index("ix_asking_day_day", table_name="asking_day")
    op.drop_table("asking_day")
    op.drop_column("terms_reading", "terms_url")
