"""Keep views of the inbox beside lists of cases.

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("saved_views", sa.Column("inbox", sa.Text()))


def downgrade() -> None:
    """To an older release a view of the inbox would be a list whose filters it does not know."""
    op.execute(sa.text("DELETE FROM saved_views WHERE inbox IS NOT NULL"))
    op.drop_column("saved_views", "inbox")
