"""Contact details are public once the owner has given them, not by the approval of a claim

What an import or a registry brought (often a private phone) stays internal until then. Owners of listings claimed
before this are taken to have given nothing: they save the form once more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("listing", sa.Column("contact_given_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    op.drop_column("listing", "contact_given_at")
