"""Keep what is typed at a task, and know who has a case before them.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "task_drafts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("task_id", NUMBER, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("seen", NUMBER, nullable=False),
        sa.Column("rev", NUMBER, nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_task_drafts_task_id"),
        sa.ForeignKeyConstraint(["login"], ["users.login"], name="fk_task_drafts_login"),
        sa.PrimaryKeyConstraint("id", name="pk_task_drafts"),
        sa.UniqueConstraint("task_id", "login", name="uq_task_drafts_task_id_login"),
    )
    op.create_index("ix_task_drafts_saved", "task_drafts", ["saved_at"])
    op.create_table(
        "presences",
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("task_id", NUMBER),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_presences_case_id"),
        sa.ForeignKeyConstraint(["login"], ["users.login"], name="fk_presences_login"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_presences_task_id"),
        sa.PrimaryKeyConstraint("case_id", "login", name="pk_presences"),
    )
    op.create_index("ix_presences_seen_at", "presences", ["seen_at"])


def downgrade() -> None:
    """What was typed and not handed in is lost: an older release has no place for it."""
    op.drop_table("presences")
    op.drop_table("task_drafts")
