"""Lookups of single licenses by schedule

A run says which number it asked for, so that the same number is not asked again too soon, and which host it asks, so
that workers keep several hosts busy. Workers look for waiting runs every second: by state.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("registry_run", sa.Column("lookup_key", sa.String(80), nullable=False, server_default=""))
    op.add_column("registry_run", sa.Column("host", sa.String(255), nullable=False, server_default=""))
    op.create_index("ix_registry_run_state", "registry_run", ["state", "id"])
    op.create_index("ix_registry_run_lookup", "registry_run", ["registry_id", "lookup_key", "queued_at"])


def downgrade():
    op.drop_index("ix_registry_run_lookup", "registry_run")
    op.drop_index("ix_registry_run_state", "registry_run")
    op.drop_column("registry_run", "host")
    op.drop_column("registry_run", "lookup_key")
