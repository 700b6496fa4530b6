"""Messages that several processes may take, of several senders; cases that a message opened; waits for signals.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

#: 64 bits, but SQLite counts up only a plain INTEGER
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEYED = sa.text("business_key IS NOT NULL")
_OPEN = sa.text("state = 'open' AND business_key IS NOT NULL")
_DELIVERED = sa.text("delivered_at IS NOT NULL")


def upgrade() -> None:
    _upgrade_messages()
    op.create_table(
        "message_takers",
        sa.Column("message_id", NUMBER, nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_message_takers_case_id")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_takers_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "process", name=op.f("pk_message_takers")),
    )
    _upgrade_waits()
    op.add_column("cases", sa.Column("business_key", sa.Text(), nullable=True))
    op.create_index(
        "uq_cases_business_key",
        "cases",
        ["process", "business_key"],
        unique=True,
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    )
    op.create_index(
        "ix_cases_business_key", "cases", ["business_key"], postgresql_where=_KEYED, sqlite_where=_KEYED
    )


def _upgrade_messages() -> None:
    """What was delivered before must not be handed out again."""
    op.drop_index("ix_messages_delivered", "messages")
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("sender", sa.Text(), nullable=True))
        messages.add_column(sa.Column("customer_id", NUMBER, nullable=True))
        messages.add_column(sa.Column("forget_at", sa.DateTime(), nullable=True))
        messages.add_column(sa.Column("unread", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE messages SET sender = '', forget_at = expires_at")
    op.execute("UPDATE messages SET expires_at = delivered_at WHERE delivered_at IS NOT NULL")
    with op.batch_alter_table("messages") as messages:
        messages.alter_column("sender", existing_type=sa.Text(), nullable=False)
        messages.alter_column("forget_at", existing_type=sa.DateTime(), nullable=False)
        messages.drop_constraint("uq_messages_name_unique_id", type_="unique")
        messages.create_unique_constraint(
            "uq_messages_sender_name_unique_id", ["sender", "name", "unique_id"]
        )
        messages.create_foreign_key("fk_messages_customer_id", "customers", ["customer_id"], ["id"])
    op.create_index("ix_messages_forget", "messages", ["forget_at"])


def _upgrade_waits() -> None:
    with op.batch_alter_table("waits") as waits:
        waits.add_column(sa.Column("process", sa.Text(), nullable=True))
        waits.add_column(sa.Column("kind", sa.String(length=20), nullable=True))
    op.execute(
        "UPDATE waits SET kind = 'message',"
        " process = (SELECT cases.process FROM cases WHERE cases.id = waits.case_id)"
    )
    with op.batch_alter_table("waits") as waits:
        waits.alter_column("process", existing_type=sa.Text(), nullable=False)
        waits.alter_column("kind", existing_type=sa.String(length=20), nullable=False)
    op.drop_index("ix_waits_message", "waits")
    op.create_index("ix_waits_message", "waits", ["message", "key", "id"])


def downgrade() -> None:
    """Waits for signals go; a message that two senders gave the same id stays once."""
    op.drop_index("ix_cases_business_key", "cases")
    op.drop_index("uq_cases_business_key", "cases")
    op.drop_column("cases", "business_key")
    op.execute("DELETE FROM waits WHERE kind = 'signal'")
    op.execute("DELETE FROM jobs WHERE kind = 'signal' OR (kind = 'message' AND key LIKE 'wait/%')")
    op.drop_index("ix_waits_message", "waits")
    op.create_index("ix_waits_message", "waits", ["message", "key"])
    with op.batch_alter_table("waits") as waits:
        waits.drop_column("kind")
        waits.drop_column("process")
    op.drop_table("message_takers")
    op.execute("DELETE FROM messages WHERE unread OR key = ''")
    op.execute("DELETE FROM messages WHERE id NOT IN (SELECT min(id) FROM messages GROUP BY name, unique_id)")
    op.drop_index("ix_messages_forget", "messages")
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint("fk_messages_customer_id", type_="foreignkey")
        messages.drop_constraint("uq_messages_sender_name_unique_id", type_="unique")
        messages.create_unique_constraint("uq_messages_name_unique_id", ["name", "unique_id"])
        messages.drop_column("unread")
        messages.drop_column("forget_at")
        messages.drop_column("customer_id")
        messages.drop_column("sender")
    op.create_index(
        "ix_messages_delivered",
        "messages",
        ["expires_at"],
        postgresql_where=_DELIVERED,
        sqlite_where=_DELIVERED,
    )
