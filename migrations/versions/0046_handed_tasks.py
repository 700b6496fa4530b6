"""A task that was handed over says by whom, and with which words.

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("handed_by", sa.Text()))
    op.add_column("tasks", sa.Column("handed_note", sa.Text()))


def downgrade() -> None:
    """The journal still tells it."""
    op.drop_column("tasks", "handed_note")
    op.drop_column("tasks", "handed_by")
