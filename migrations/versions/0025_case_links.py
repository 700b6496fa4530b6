"""Cases that belong together: linked by people, merged, split, and messages that found their place.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_KINDS = ("related", "duplicate", "follow_up", "caused", "merged", "split", "sorted")


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "case_links",
        sa.Column("id", number, primary_key=True),
        sa.Column("kind", sa.Enum(*_KINDS, native_enum=False, length=20), nullable=False),
        sa.Column("case_id", number, sa.ForeignKey("cases.id", name="fk_case_links_case_id"), nullable=False),
        sa.Column(
            "other_id", number, sa.ForeignKey("cases.id", name="fk_case_links_other_id"), nullable=False
        ),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("undone_at", sa.DateTime()),
        sa.Column("undone_by", sa.Text()),
        sa.Column("undone_why", sa.Text()),
    )
    standing = sa.text("undone_at IS NULL")
    op.create_index("ix_case_links_other", "case_links", ["other_id"])
    op.create_index(
        "uq_case_links_standing",
        "case_links",
        ["case_id", "other_id", "kind"],
        unique=True,
        postgresql_where=standing,
        sqlite_where=standing,
    )
    # not by copying the table, as SQLite otherwise does: others refer to it
    survivor = sa.ForeignKey("cases.id", name="fk_cases_merged_into_id")
    op.add_column("cases", sa.Column("merged_into_id", number, survivor), inline_references=True)


def downgrade() -> None:
    """A case that was merged is closed and stays so."""
    op.drop_column("cases", "merged_into_id")
    op.drop_table("case_links")
