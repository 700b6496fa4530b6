"""A step that is escalated says who asked, and for what.

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("escalated_by", sa.Text()))
    op.add_column("tasks", sa.Column("escalated_because", sa.Text()))


def downgrade() -> None:
    """The journal still tells it."""
    op.drop_column("tasks", "escalated_because")
    op.drop_column("tasks", "escalated_by")
