"""Let people note something about a customer, whatever the case.

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    customer = sa.ForeignKey("customers.id", name="fk_customer_notes_customer_id")
    author = sa.ForeignKey("users.login", name="fk_customer_notes_author")
    op.create_table(
        "customer_notes",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("customer_id", NUMBER, customer, nullable=False),
        sa.Column("author", sa.Text(), author, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rev", NUMBER, nullable=False),
        sa.Column("changed_at", sa.DateTime()),
        sa.Column("changed_by", sa.Text()),
        sa.Column("taken_back_at", sa.DateTime()),
        sa.Column("taken_back_by", sa.Text()),
    )
    op.create_index("ix_customer_notes_customer", "customer_notes", ["customer_id", "at", "id"])


def downgrade() -> None:
    op.drop_table("customer_notes")
