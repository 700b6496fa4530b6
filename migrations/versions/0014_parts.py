"""Instances of large multi-instances lie in rows of their own, and rows at a node are found by it.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PRESENT = sa.text("until IS NULL")
#: table -> what its index of a case had before `node`
OF_CASES = {
    "tasks": ["case_id", "state"],
    "jobs": ["case_id"],
    "waits": ["case_id"],
    "incidents": ["case_id", "state"],
}


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "parts",
        sa.Column("case_id", number, nullable=False),
        sa.Column("number", number, autoincrement=False, nullable=False),
        sa.Column("body", number, nullable=False),
        sa.Column("tokens", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_parts_case_id")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_parts")),
    )
    op.add_column("variables", sa.Column("part", number, nullable=False, server_default="0"))
    _index_present(["case_id", "part", "scope", "name"])
    for table, columns in OF_CASES.items():
        _index_case(table, [*columns, "node"])


def downgrade() -> None:
    """Cases with instances in rows of their own cannot go on afterwards; there is no older form for them."""
    for table, columns in OF_CASES.items():
        _index_case(table, columns)
    _index_present(["case_id", "scope", "name"])
    op.drop_column("variables", "part")
    op.drop_table("parts")


def _index_present(columns: list[str]) -> None:
    op.drop_index("uq_variables_present", table_name="variables")
    op.create_index(
        "uq_variables_present",
        "variables",
        columns,
        unique=True,
        postgresql_where=PRESENT,
        sqlite_where=PRESENT,
    )


def _index_case(table: str, columns: list[str]) -> None:
    op.drop_index(f"ix_{table}_case", table_name=table)
    op.create_index(f"ix_{table}_case", table, columns, unique=False)
