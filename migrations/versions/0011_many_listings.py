"""What a million listings need: matches in doubt by an index, and one order of names whatever the database's language

Names are put in order by the site where few are found and by the database where very many are: both go by the letters'
codes. SQLite does so anyway.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

IN_DOUBT = sa.text("verdict = 'unsure'")


def upgrade():
    op.create_index(
        "ix_record_match_doubt", "record_match", ["score", "id"], sqlite_where=IN_DOUBT, postgresql_where=IN_DOUBT
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE search_entry ALTER COLUMN name_key TYPE varchar(300) COLLATE "C"')


def downgrade():
    op.drop_index("ix_record_match_doubt", "record_match")
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE search_entry ALTER COLUMN name_key TYPE varchar(300) COLLATE "default"')
