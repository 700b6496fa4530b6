"""Keep what people write to customers: drafts, what leaves and what became of it; and whom mail went to, and when.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DRAFT = sa.text("state = 'draft'")


def upgrade() -> None:
    op.create_table(
        "replies",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("answers_id", NUMBER),
        sa.Column("seen", NUMBER, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("to", "cc", "subject", "text", "quote")),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime()),
        sa.Column("job_id", NUMBER),
        sa.Column("message_id", sa.Text()),
        sa.Column("why", sa.Text()),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_replies_case_id"),
        sa.ForeignKeyConstraint(["answers_id"], ["interactions.id"], name="fk_replies_answers_id"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_replies_job_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_replies"),
    )
    op.create_index("ix_replies_case", "replies", ["case_id", "state"])
    op.create_index("ix_replies_job", "replies", ["job_id"])
    op.create_index(
        "uq_replies_draft",
        "replies",
        ["case_id", "author"],
        unique=True,
        postgresql_where=DRAFT,
        sqlite_where=DRAFT,
    )
    op.create_table(
        "sendings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("interaction_id", NUMBER, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["interaction_id"], ["interactions.id"], name="fk_sendings_interaction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sendings"),
    )
    op.create_index("ix_sendings_interaction_id", "sendings", ["interaction_id"])
    op.create_index("ix_sendings_address", "sendings", ["address", "automatic", "at"])


def downgrade() -> None:
    op.drop_table("sendings")
    op.drop_table("replies")
    op.execute("DELETE FROM jobs WHERE kind = 'letter'")  # an earlier release knows no such job
