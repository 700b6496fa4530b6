"""Keep what of ours is what in an ERP, what it said last, and how far a customer's master data are the same on both sides.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "erp_links",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.Enum("customer", "order", "invoice", native_enum=False, length=20), nullable=False
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("customer_id", NUMBER, sa.ForeignKey("customers.id", name="fk_erp_links_customer_id")),
        sa.Column("case_id", NUMBER, sa.ForeignKey("cases.id", name="fk_erp_links_case_id")),
        sa.Column("state", sa.Text()),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("system", "kind", "key", name="uq_erp_links_system_kind_key"),
    )
    for column in ("customer_id", "case_id"):
        op.create_index(f"ix_erp_links_{column}", "erp_links", [column])
    op.create_table(
        "erp_views",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("system", "key", name="pk_erp_views"),
    )
    op.create_table(
        "erp_parties",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column(
            "customer_id",
            NUMBER,
            sa.ForeignKey("customers.id", name="fk_erp_parties_customer_id"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("common", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        sa.Column("met_at", sa.DateTime()),
        sa.Column("code", sa.Text()),
        sa.Column("why", sa.Text()),
        sa.PrimaryKeyConstraint("system", "customer_id", name="pk_erp_parties"),
    )
    op.create_index("ix_erp_parties_customer_id", "erp_parties", ["customer_id"])


def downgrade() -> None:
    """An older release knows no such jobs; what waits to be written there is written when it is changed next."""
    op.execute("DELETE FROM jobs WHERE kind = 'party'")
    op.drop_table("erp_parties")
    op.drop_table("erp_views")
    op.drop_table("erp_links")
