"""Searchable attributes of cases, and saved views over them.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COMPARED = ("amount", "day", "sought")


def upgrade() -> None:
    op.add_column("cases", sa.Column("indexed_by", NUMBER, nullable=True))
    op.add_column("variables", sa.Column("process", sa.Text(), nullable=True))
    op.add_column("variables", sa.Column("amount", NUMBER, nullable=True))
    op.add_column("variables", sa.Column("day", sa.Date(), nullable=True))
    by_code_points = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column("variables", sa.Column("sought", by_code_points, nullable=True))
    for column in COMPARED:
        present = sa.text(f"until IS NULL AND {column} IS NOT NULL")
        op.create_index(
            f"ix_variables_{column}",
            "variables",
            ["process", "name", column, "case_id"],
            unique=False,
            postgresql_where=present,
            sqlite_where=present,
        )
    op.create_table(
        "saved_views",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=True),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["users.login"], name=op.f("fk_saved_views_owner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("owner", "name", name=op.f("uq_saved_views_owner_name")),
    )


def downgrade() -> None:
    op.drop_table("saved_views")
    for column in COMPARED:
        op.drop_index(f"ix_variables_{column}", "variables")
    for column in (*COMPARED, "process"):
        op.drop_column("variables", column)
    op.drop_column("cases", "indexed_by")
