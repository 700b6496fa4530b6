"""Let people comment on cases and name each other, and mail those who want that.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("users", sa.Column("email", sa.Text()))
    op.create_table(
        "comments",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("case_id", NUMBER, sa.ForeignKey("cases.id", name="fk_comments_case_id"), nullable=False),
        sa.Column(
            "author", sa.Text(), sa.ForeignKey("users.login", name="fk_comments_author"), nullable=False
        ),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime()),
        sa.Column("taken_back_by", sa.Text()),
    )
    op.create_index("ix_comments_case", "comments", ["case_id", "at", "id"])
    op.create_table(
        "mentions",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column(
            "comment_id", NUMBER, sa.ForeignKey("comments.id", name="fk_mentions_comment_id"), nullable=False
        ),
        sa.Column("login", sa.Text(), sa.ForeignKey("users.login", name="fk_mentions_login"), nullable=False),
        sa.Column("seen_at", sa.DateTime()),
        sa.Column("unmailed", sa.Text()),
    )
    op.create_index("ix_mentions_comment_id", "mentions", ["comment_id"])
    op.create_index("ix_mentions_of", "mentions", ["login", "id"])
    unseen = sa.text("seen_at IS NULL")
    op.create_index("ix_mentions_unseen", "mentions", ["login"], postgresql_where=unseen, sqlite_where=unseen)


def downgrade() -> None:
    """An older release knows of no comments; what was on its way to their readers is dropped."""
    op.execute("DELETE FROM jobs WHERE kind = 'mention'")
    op.drop_table("mentions")
    op.drop_table("comments")
    op.drop_column("users", "email")
