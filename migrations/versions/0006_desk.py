"""What a desk needs: parked tasks, confidential processes, and indexes for its lists.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "definitions", sa.Column("confidential", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("tasks", sa.Column("parked_until", sa.DateTime(), nullable=True))
    op.add_column("tasks", sa.Column("parked_because", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tasks") as tasks:
        tasks.drop_column("parked_because")
        tasks.drop_column("parked_until")
    with op.batch_alter_table("definitions") as definitions:
        definitions.drop_column("confidential")
