"""Keep which files of a case its customer may see on the status page.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("released_at", sa.DateTime()))


def downgrade() -> None:
    op.drop_column("documents", "released_at")
