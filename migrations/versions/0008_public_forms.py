"""Public forms of the customer.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

#: 64 bits, but SQLite counts up only a plain INTEGER
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "public_forms",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_forms")),
        sa.UniqueConstraint("key", name=op.f("uq_public_forms_key")),
    )
    op.create_index("ix_public_forms_process", "public_forms", ["process"], unique=False)
    op.create_table(
        "form_entries",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("trapped", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("named_case", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("arrival_id", NUMBER, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["public_forms.id"], name=op.f("fk_form_entries_form_id")),
        sa.ForeignKeyConstraint(["arrival_id"], ["arrivals.id"], name=op.f("fk_form_entries_arrival_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_entries")),
        sa.UniqueConstraint("page", name=op.f("uq_form_entries_page")),
    )
    op.create_index("ix_form_entries_source_at", "form_entries", ["source", "at"], unique=False)
    op.create_index("ix_form_entries_at", "form_entries", ["at"], unique=False)
    op.create_index("ix_form_entries_form", "form_entries", ["form_id"], unique=False)


def downgrade() -> None:
    op.drop_table("form_entries")
    op.drop_table("public_forms")
