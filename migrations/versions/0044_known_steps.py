"""Find which steps somebody has done how often.

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    done = sa.text("state = 'done'")
    op.create_index(
        "ix_tasks_known", "tasks", ["assignee", "element"], postgresql_where=done, sqlite_where=done
    )


def downgrade() -> None:
    op.drop_index("ix_tasks_known", "tasks")
