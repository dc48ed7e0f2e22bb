"""How each registry was over time: changes of health, and words and columns nobody knew

Before this the health of a registry was read from its latest runs at each request. The latest one of each registry
becomes its first row here, as if everybody had been told of it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

HEALTHS = "'ok', 'degraded', 'unreachable', 'changed_layout', 'blocked', 'maintenance'"
CHANNELS = "'roster', 'lookup', 'file', 'saved_page'"
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

TAKE_OVER = """
    INSERT INTO health_change (registry_id, health, channel, canaries, reason, run_id, since, at, told_at)
    SELECT registry_id,
           CASE outcome WHEN 'complete' THEN 'ok' WHEN 'incomplete' THEN 'degraded' WHEN 'down' THEN 'unreachable'
                        WHEN 'blocked' THEN 'blocked' ELSE 'changed_layout' END,
           channel, '[]', reason, id, finished_at, finished_at, finished_at
    FROM registry_run
    WHERE id IN (SELECT max(id) FROM registry_run
                 WHERE finished_at IS NOT NULL AND outcome <> ''
                   AND (channel IN ('roster', 'lookup') OR outcome IN ('complete', 'incomplete')
                        OR (channel = 'file' AND outcome IN ('changed', 'suspect')))
                 GROUP BY registry_id)
"""


def upgrade():
    make_health_changes()
    make_novelties()
    op.create_index("ix_registry_run_history", "registry_run", ["registry_id", "channel", "outcome", "id"])
    op.create_index("ix_registry_run_success", "registry_run", ["state", "registry_id", "retrieved_at"])
    op.execute(sa.text(TAKE_OVER))


def make_health_changes():
    op.create_table(
        "health_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registry_id", sa.String(length=60), nullable=False),
        sa.Column("health", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("canaries", DOCUMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"health IN ({HEALTHS})", name=op.f("ck_health_change_health_known")),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name=op.f("ck_health_change_channel_known")),
        sa.ForeignKeyConstraint(["run_id"], ["registry_run.id"], name=op.f("fk_health_change_run_id_registry_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_change")),
    )
    op.create_index("ix_health_change_registry", "health_change", ["registry_id", "id"])


def make_novelties():
    op.create_table(
        "novelty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registry_id", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_run_id", sa.Integer(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('word', 'column')", name=op.f("ck_novelty_kind_known")),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name=op.f("ck_novelty_channel_known")),
        sa.ForeignKeyConstraint(["last_run_id"], ["registry_run.id"], name=op.f("fk_novelty_last_run_id_registry_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_novelty")),
        sa.UniqueConstraint("registry_id", "kind", "text", name=op.f("uq_novelty_registry_id_kind_text")),
    )


def downgrade():
    op.drop_index("ix_registry_run_success", "registry_run")
    op.drop_index("ix_registry_run_history", "registry_run")
    op.drop_table("novelty")
    op.drop_index("ix_health_change_registry", table_name="health_change")
    op.drop_table("health_change")
