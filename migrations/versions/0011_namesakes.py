"""Find customers of the same name without looking at all of them.

Revision ID: 0011
Revises: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_customers_name", "customers", ["last_name", "first_name"], unique=False)
    op.create_index("ix_customers_company", "customers", ["company_name"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_customers_company", table_name="customers")
    op.drop_index("ix_customers_name", table_name="customers")
