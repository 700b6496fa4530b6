"""Requests and messages that came twice over REST count once.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

#: 64 bits, but SQLite counts up only a plain INTEGER
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DELIVERED = sa.text("delivered_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", NUMBER, nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["users.login"], name=op.f("fk_requests_login")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("login", "key", name=op.f("uq_requests_login_key")),
    )
    op.create_index(op.f("ix_requests_created_at"), "requests", ["created_at"], unique=False)
    op.add_column("messages", sa.Column("delivered_at", sa.DateTime(), nullable=True))
    op.create_index(
        "ix_messages_delivered",
        "messages",
        ["expires_at"],
        unique=False,
        postgresql_where=DELIVERED,
        sqlite_where=DELIVERED,
    )


def downgrade() -> None:
    """Answers that were kept for a day are forgotten, and which messages were delivered."""
    op.drop_index("ix_messages_delivered", table_name="messages")
    op.execute("DELETE FROM messages WHERE delivered_at IS NOT NULL")
    op.drop_column("messages", "delivered_at")
    op.drop_index(op.f("ix_requests_created_at"), table_name="requests")
    op.drop_table("requests")
