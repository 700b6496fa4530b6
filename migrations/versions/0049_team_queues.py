"""What waits for a team is read from its index alone.

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_QUEUES = {
    "ix_tasks_ready": ["team", sa.text("priority DESC"), "due_at", "id"],
    "ix_tasks_ready_due": ["team", "due_at", "id"],
}


def upgrade() -> None:
    _anew("state = 'ready' AND for_team")


def downgrade() -> None:
    _anew("state = 'ready'")


def _anew(condition: str) -> None:
    rows = sa.text(condition)
    for name, columns in _QUEUES.items():
        op.drop_index(name, "tasks")
        op.create_index(name, "tasks", columns, postgresql_where=rows, sqlite_where=rows)
