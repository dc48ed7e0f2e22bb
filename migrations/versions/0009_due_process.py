"""Notices, replies, decisions, appeals: the way to a public mark

The database itself keeps two promises, whatever the code above it does: a flag becomes public only where a notice
arrived and a person decided with reasons, or two people did on a final public order; and an appeal is never decided by
somebody who took a step in the case.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DECIDED = (
    "SELECT 1 FROM case_decision WHERE case_decision.flag_id = NEW.id AND case_decision.void_at IS NULL "
    "AND case_decision.outcome = 'publish'"
)
ARRIVED = "SELECT 1 FROM case_notice WHERE case_notice.flag_id = NEW.id AND case_notice.delivery = 'accepted'"
BY_DUE_PROCESS = f"(EXISTS ({DECIDED} AND case_decision.stated_at IS NOT NULL) AND EXISTS ({ARRIVED}))"
BY_ORDER = f"EXISTS ({DECIDED} AND case_decision.order_url <> '' AND case_decision.second_by_id <> case_decision.by_id)"
TOOK_PART = (
    "EXISTS (SELECT 1 FROM flag_change WHERE flag_change.flag_id = NEW.flag_id "
    "AND flag_change.by_id = NEW.decided_by_id) "
    "OR EXISTS (SELECT 1 FROM case_decision WHERE case_decision.flag_id = NEW.flag_id "
    "AND (case_decision.by_id = NEW.decided_by_id OR case_decision.second_by_id = NEW.decided_by_id))"
)

# (name of the trigger, table, event, the condition under which it refuses, what it says)
TRIGGERS = [
    (
        "flag_public_by_due_process",
        "flag",
        "UPDATE OF state",
        f"NEW.state = 'published' AND OLD.state <> 'published' AND NOT ({BY_DUE_PROCESS} OR {BY_ORDER})",
        "no public mark without due process",
    ),
    (
        "case_appeal_by_another",
        "case_appeal",
        "UPDATE OF decided_by_id",
        f"NEW.decided_by_id IS NOT NULL AND ({TOOK_PART})",
        "an appeal is decided by somebody who had no part",
    ),
]


def upgrade():
    create_tables()
    if op.get_bind().dialect.name == "postgresql":
        for name, table, event, condition, says in TRIGGERS:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {condition} THEN RAISE EXCEPTION '{says}'; END IF; RETURN NEW; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        return
    for name, table, event, condition, says in TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{says}'); END"
        )


def create_tables():
    op.create_table(
        "case_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flag_id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_url", sa.String(length=1000), nullable=False),
        sa.Column("second_by_id", sa.Integer(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('nothing', 'corrected', 'publish')", name=op.f("ck_case_decision_outcome_known")
        ),
        sa.CheckConstraint("length(reasons) >= 40", name=op.f("ck_case_decision_reasons")),
        sa.CheckConstraint("second_by_id <> by_id", name=op.f("ck_case_decision_two_people")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_case_decision_by_id")),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_case_decision_flag_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["mail_id"], ["notice.id"], name=op.f("fk_case_decision_mail_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["second_by_id"], ["account.id"], name=op.f("fk_case_decision_second_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_decision")),
    )
    op.create_index(op.f("ix_case_decision_flag_id"), "case_decision", ["flag_id"], unique=False)
    op.create_table(
        "case_done",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flag_id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("duty IN ('reminder', 'review', 'confirmed')", name=op.f("ck_case_done_duty_known")),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_case_done_flag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_done")),
        sa.UniqueConstraint("flag_id", "duty", "due_on", name=op.f("uq_case_done_flag_id_duty_due_on")),
    )
    op.create_table(
        "case_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flag_id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("to", sa.String(length=254), nullable=False),
        sa.Column("delivery", sa.String(length=40), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "delivery IN ('waiting', 'accepted', 'returned', 'void')", name=op.f("ck_case_notice_delivery_known")
        ),
        sa.CheckConstraint("(answer_by IS NULL) = (accepted_at IS NULL)", name=op.f("ck_case_notice_window")),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_case_notice_flag_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["mail_id"], ["notice.id"], name=op.f("fk_case_notice_mail_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["written_by_id"], ["account.id"], name=op.f("fk_case_notice_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_notice")),
    )
    op.create_index(op.f("ix_case_notice_flag_id"), "case_notice", ["flag_id"], unique=False)
    op.create_index(
        "uq_case_notice_live",
        "case_notice",
        ["flag_id"],
        unique=True,
        sqlite_where=sa.text("delivery IN ('waiting', 'accepted')"),
        postgresql_where=sa.text("delivery IN ('waiting', 'accepted')"),
    )
    op.create_table(
        "case_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flag_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_case_reply_flag_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["handled_by_id"], ["account.id"], name=op.f("fk_case_reply_handled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_reply")),
    )
    op.create_index(op.f("ix_case_reply_flag_id"), "case_reply", ["flag_id"], unique=False)
    op.create_table(
        "case_appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flag_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome IN ('upheld', 'overturned')", name=op.f("ck_case_appeal_outcome_known")),
        sa.CheckConstraint("(outcome IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_case_appeal_decided")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_case_appeal_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["case_decision.id"], name=op.f("fk_case_appeal_decision_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_case_appeal_flag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_appeal")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_case_appeal_decision_id")),
    )
    op.create_index(op.f("ix_case_appeal_flag_id"), "case_appeal", ["flag_id"], unique=False)
    op.add_column("notice", sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("flag", sa.Column("holds_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("flag", sa.Column("order_url", sa.String(length=1000), nullable=False, server_default=""))


def downgrade():
    for name, table, *_ in TRIGGERS:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
        else:
            op.execute(f"DROP TRIGGER {name}")
    for table in ("case_appeal", "case_reply", "case_notice", "case_done", "case_decision"):
        op.drop_table(table)
    op.drop_column("notice", "accepted_at")
    op.drop_column("flag", "order_url")
    op.drop_column("flag", "holds_since")
