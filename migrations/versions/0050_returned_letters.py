"""Let people mark postal addresses from which letters come back.

Revision ID: 0050
Revises: 0049
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("addresses", sa.Column("unreachable_at", sa.DateTime()))
    op.add_column("addresses", sa.Column("unreachable_why", sa.Text()))


def downgrade() -> None:
    op.drop_column("addresses", "unreachable_why")
    op.drop_column("addresses", "unreachable_at")
