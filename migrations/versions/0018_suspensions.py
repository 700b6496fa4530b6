"""Cases, processes and kinds of jobs that stand still until somebody lets them go on, and the jobs held meanwhile.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_STATES = ("standing", "lifted")
_STANDING = (
    ("uq_suspensions_case", ["case_id"]),
    ("uq_suspensions_process", ["process", "version"]),
    ("uq_suspensions_kind", ["kind"]),
)


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "suspensions",
        sa.Column("id", number, primary_key=True),
        sa.Column("state", sa.Enum(*_STATES, native_enum=False, length=20), nullable=False),
        sa.Column("case_id", number, sa.ForeignKey("cases.id", name="fk_suspensions_case_id")),
        sa.Column("process", sa.Text()),
        sa.Column("version", number),
        sa.Column(
            "definition_id", number, sa.ForeignKey("definitions.id", name="fk_suspensions_definition_id")
        ),
        sa.Column("kind", sa.Text()),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("lifted_at", sa.DateTime()),
        sa.Column("lifted_by", sa.Text()),
    )
    standing, held = sa.text("state = 'standing'"), sa.text("state = 'held'")
    for name, columns in _STANDING:
        op.create_index(
            name, "suspensions", columns, unique=True, postgresql_where=standing, sqlite_where=standing
        )
    op.create_index("ix_suspensions_lifted", "suspensions", ["case_id", "lifted_at"])
    op.add_column("jobs", sa.Column("process", sa.Text()))
    op.create_index("ix_jobs_held", "jobs", ["case_id"], postgresql_where=held, sqlite_where=held)


def downgrade() -> None:
    """What was held waits again; it is due."""
    op.execute("UPDATE jobs SET state = 'waiting' WHERE state = 'held'")
    op.drop_index("ix_jobs_held", "jobs")
    op.drop_column("jobs", "process")
    op.drop_table("suspensions")
