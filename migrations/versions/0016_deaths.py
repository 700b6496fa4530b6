"""How many workers in a row died with a job in hand; after three it is set aside.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("jobs", sa.Column("deaths", number, nullable=False, server_default="0"))
    suspect = sa.text("deaths > 0")
    op.create_index("ix_jobs_suspect", "jobs", ["run_at"], postgresql_where=suspect, sqlite_where=suspect)


def downgrade() -> None:
    op.drop_index("ix_jobs_suspect", "jobs")
    op.drop_column("jobs", "deaths")
