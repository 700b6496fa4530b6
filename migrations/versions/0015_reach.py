"""How much may come of a message, so that processes that wake each other in a circle come to an end.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What came before may set off as much as what comes anew."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("messages", sa.Column("reach", number, nullable=False, server_default="100000"))


def downgrade() -> None:
    op.drop_column("messages", "reach")
