"""Keep which ERP a case works with.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("erp", sa.Text()))


def downgrade() -> None:
    op.drop_column("cases", "erp")
