"""Remember what is to be done later for a case.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("case_id", NUMBER, sa.ForeignKey("cases.id", name="fk_follow_ups_case_id"), nullable=False),
        sa.Column("task_id", NUMBER, sa.ForeignKey("tasks.id", name="fk_follow_ups_task_id"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("call", sa.Text()),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.UniqueConstraint("task_id", name="uq_follow_ups_task_id"),
    )
    op.create_index("ix_follow_ups_case", "follow_ups", ["case_id"])


def downgrade() -> None:
    """An older release knows them as tasks that were asked for."""
    op.drop_table("follow_ups")
    op.execute("UPDATE tasks SET kind = 'ad_hoc' WHERE kind = 'follow_up'")
