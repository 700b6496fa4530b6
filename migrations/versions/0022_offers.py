"""Let what somebody is offered by name say how urgent it is, so that it is found in order and without what is over.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

FREE = sa.text("free")


def upgrade() -> None:
    op.add_column("tasks", sa.Column("offered", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE tasks SET offered = true WHERE id IN (SELECT task_id FROM candidates)")
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("candidates", sa.Column("free", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("candidates", sa.Column("priority", number, nullable=False, server_default="0"))
    op.add_column("candidates", sa.Column("due_at", sa.DateTime()))
    of = "FROM tasks WHERE tasks.id = candidates.task_id"
    op.execute(
        f"UPDATE candidates SET free = (SELECT tasks.state = 'ready' {of}),"  # noqa: S608
        f" priority = (SELECT tasks.priority {of}), due_at = (SELECT tasks.due_at {of})"
    )
    _index("ix_candidates_free", sa.text("priority DESC"), "due_at")
    _index("ix_candidates_free_due", "due_at")


def downgrade() -> None:
    op.drop_index("ix_candidates_free_due", "candidates")
    op.drop_index("ix_candidates_free", "candidates")
    for column in ("free", "priority", "due_at"):
        op.drop_column("candidates", column)
    op.drop_column("tasks", "offered")


def _index(name: str, *order: object) -> None:
    columns = ["kind", "name", *order, "task_id"]
    op.create_index(name, "candidates", columns, postgresql_where=FREE, sqlite_where=FREE)
