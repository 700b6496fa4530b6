"""Keep what was suggested beside steps with what became of it, and how work on a case was wrapped up.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "suggestions",
        sa.Column("id", NUMBER, primary_key=True),
        _to("suggestions", "case_id", "cases.id", nullable=False),
        _to("suggestions", "task_id", "tasks.id", nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("element", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("does", sa.Text(), nullable=False),
        sa.Column("due", sa.Text()),
        sa.Column("title_de", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("reason_de", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("row", NUMBER, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("shown_at", sa.DateTime(), nullable=False),
        sa.Column("shown_to", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("declined_for", sa.String(20)),
        sa.Column("note", sa.Text()),
        _to("suggestions", "made_case_id", "cases.id"),
        _to("suggestions", "made_task_id", "tasks.id"),
    )
    op.create_index("uq_suggestions_case_action", "suggestions", ["case_id", "action"], unique=True)
    op.create_index("ix_suggestions_shown", "suggestions", ["shown_at"])
    op.create_table(
        "wrap_ups",
        sa.Column("id", NUMBER, primary_key=True),
        _to("wrap_ups", "case_id", "cases.id", nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        _to("wrap_ups", "task_id", "tasks.id"),
        sa.UniqueConstraint("key", name="uq_wrap_ups_key"),
    )
    op.create_index("ix_wrap_ups_case", "wrap_ups", ["case_id", "id"])
    op.create_index("ix_wrap_ups_at", "wrap_ups", ["at"])


def downgrade() -> None:
    """An older release shows suggestions and keeps nothing of them."""
    op.drop_table("wrap_ups")
    op.drop_table("suggestions")


def _to(table: str, column: str, target: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(column, NUMBER, sa.ForeignKey(target, name=f"fk_{table}_{column}"), nullable=nullable)
