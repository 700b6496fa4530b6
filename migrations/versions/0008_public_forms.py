"""Public forms of the customer.

Revision ID: 0008
Revises: 0007
"""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the change that needs it."""


def downgrade() -> None:
    """Nothing to take back yet."""
