"""The plans by which cases went to another version of their process.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "migration_plans",
        sa.Column("id", number, nullable=False),
        sa.Column("from_id", number, nullable=False),
        sa.Column("to_id", number, nullable=False),
        sa.Column("elements", sa.Text(), nullable=False),
        sa.Column("flows", sa.Text(), nullable=False),
        sa.Column("anew", sa.Text(), nullable=False),
        sa.Column("forgotten", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["definitions.id"], name=op.f("fk_migration_plans_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["definitions.id"], name=op.f("fk_migration_plans_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration_plans")),
        sa.UniqueConstraint(
            "from_id", "to_id", "digest", name=op.f("uq_migration_plans_from_id_to_id_digest")
        ),
    )


def downgrade() -> None:
    op.drop_table("migration_plans")
