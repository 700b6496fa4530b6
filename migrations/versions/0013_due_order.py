"""Take what is due in order of its due time.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index("run_at", "id")


def downgrade() -> None:
    _index("id")


def _index(*order: str) -> None:
    op.drop_index("ix_jobs_ready", table_name="jobs")
    op.create_index(
        "ix_jobs_ready",
        "jobs",
        ["queue", "priority", *order],
        unique=False,
        postgresql_where=sa.text("state = 'ready'"),
        sqlite_where=sa.text("state = 'ready'"),
    )
