"""Checks by hand: a page saved by a moderator, what it says, who confirmed it"""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
