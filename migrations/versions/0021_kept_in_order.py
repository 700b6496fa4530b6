"""Have what is kept for somebody in the order of its urgency, or else a planner may look for it among all open tasks.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEPT = sa.text("state = 'ready' AND kept_for IS NOT NULL")


def upgrade() -> None:
    _index("kept_for", sa.text("priority DESC"), "due_at", "id")


def downgrade() -> None:
    _index("kept_for")


def _index(*columns: object) -> None:
    op.drop_index("ix_tasks_kept", "tasks")
    op.create_index("ix_tasks_kept", "tasks", list(columns), postgresql_where=KEPT, sqlite_where=KEPT)
