"""Who has a case, which tasks are kept for whom, waiting for the customer, and what is tried by itself.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NEW: dict[str, tuple[tuple[str, sa.types.TypeEngine[object]], ...]] = {
    "cases": (
        ("owner", sa.Text()),
        ("clock", sa.Text()),
        ("paused_at", sa.DateTime()),
        ("first_answer_at", sa.DateTime()),
    ),
    "tasks": (("kept_for", sa.Text()), ("kept_until", sa.DateTime())),
    "incidents": (("auto_at", sa.DateTime()),),
}
KEPT = sa.text("state = 'ready' AND kept_for IS NOT NULL")


def upgrade() -> None:
    for table, columns in NEW.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.add_column("tasks", sa.Column("skills", sa.Text(), nullable=False, server_default="[]"))
    op.create_index(
        "ix_tasks_kept", "tasks", ["kept_for"], unique=False, postgresql_where=KEPT, sqlite_where=KEPT
    )


def downgrade() -> None:
    op.drop_index("ix_tasks_kept", table_name="tasks")
    op.drop_column("tasks", "skills")
    for table, columns in NEW.items():
        for name, _ in columns:
            op.drop_column(table, name)
