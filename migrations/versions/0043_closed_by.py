"""Find what somebody closed lately.

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_CLOSED = sa.text("state = 'closed'")


def upgrade() -> None:
    op.create_index(
        "ix_cases_closed_by",
        "cases",
        ["owner", "closed_at"],
        postgresql_where=_CLOSED,
        sqlite_where=_CLOSED,
    )


def downgrade() -> None:
    op.drop_index("ix_cases_closed_by", table_name="cases")
