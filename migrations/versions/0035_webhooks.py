"""Tell other systems what happens in cases.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("process", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("succeeded_at", sa.DateTime()),
        sa.Column("failing_since", sa.DateTime()),
        sa.Column("failure", sa.Text()),
    )
    op.create_table(
        "webhook_misses",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column(
            "webhook_id",
            NUMBER,
            sa.ForeignKey("webhooks.id", name="fk_webhook_misses_webhook_id"),
            nullable=False,
        ),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("missed_at", sa.DateTime(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
    )
    op.create_index("ix_webhook_misses_webhook", "webhook_misses", ["webhook_id", "id"])


def downgrade() -> None:
    """An older release tells nobody; what was on its way is dropped."""
    op.execute("DELETE FROM jobs WHERE kind = 'webhook'")
    op.drop_table("webhook_misses")
    op.drop_table("webhooks")
