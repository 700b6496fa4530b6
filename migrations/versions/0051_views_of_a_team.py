"""Share views of the inbox and lists of cases with one team.

Revision ID: 0051
Revises: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("saved_views") as table:
        table.add_column(sa.Column("team", sa.Text()))
        table.create_foreign_key(op.f("fk_saved_views_team"), "teams", ["team"], ["key"])


def downgrade() -> None:
    """To an older release what one team shares would be everybody's."""
    op.execute(sa.text("DELETE FROM saved_views WHERE team IS NOT NULL"))
    with op.batch_alter_table("saved_views") as table:
        table.drop_constraint(op.f("fk_saved_views_team"), type_="foreignkey")
        table.drop_column("team")
