"""Keep which messages told a customer something unasked, and who may look at the page of their case.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("interactions", sa.Column("notice", sa.Text()))
    op.create_table(
        "status_links",
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("serial", NUMBER, nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_status_links_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_status_links"),
    )
    op.create_table(
        "status_answers",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("arrival_id", NUMBER),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_status_answers_case_id"),
        sa.ForeignKeyConstraint(["arrival_id"], ["arrivals.id"], name="fk_status_answers_arrival_id"),
        sa.PrimaryKeyConstraint("id", name="pk_status_answers"),
        sa.UniqueConstraint("page", name="uq_status_answers_page"),
    )
    op.create_index("ix_status_answers_case", "status_answers", ["case_id", "at"])
    op.create_index("ix_status_answers_source", "status_answers", ["source", "at"])


def downgrade() -> None:
    op.drop_table("status_answers")
    op.drop_table("status_links")
    op.drop_column("interactions", "notice")  # in place: a copied table would lose its triggers
