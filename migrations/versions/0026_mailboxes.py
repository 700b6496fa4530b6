"""Mailboxes that are fetched, and the bytes of what arrives apart from what becomes of it.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _mailboxes()
    op.create_table(
        "raw_messages",
        sa.Column("arrival_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["arrival_id"], ["arrivals.id"], name="fk_raw_messages_arrival_id"),
        sa.PrimaryKeyConstraint("arrival_id", name="pk_raw_messages"),
    )
    op.execute("INSERT INTO raw_messages (arrival_id, content) SELECT id, raw FROM arrivals")
    op.add_column("arrivals", sa.Column("size", NUMBER, nullable=False, server_default="0"))
    op.execute("UPDATE arrivals SET size = length(raw)")
    op.add_column("arrivals", sa.Column("cut", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("arrivals", sa.Column("mailbox", sa.Text()))
    op.drop_column("arrivals", "raw")


def downgrade() -> None:
    """An older release knows no message that was discarded: it is quarantined again, with its reason."""
    op.execute("UPDATE arrivals SET state = 'quarantined' WHERE state = 'discarded'")
    nothing = sa.text("''")
    op.add_column("arrivals", sa.Column("raw", sa.LargeBinary(), nullable=False, server_default=nothing))
    of = "FROM raw_messages WHERE raw_messages.arrival_id = arrivals.id"
    op.execute(f"UPDATE arrivals SET raw = (SELECT content {of}) WHERE EXISTS (SELECT 1 {of})")  # noqa: S608
    for column in ("mailbox", "cut", "size"):
        op.drop_column("arrivals", column)
    op.drop_table("raw_messages")
    for table in ("mail_addresses", "unfetched", "mailboxes"):
        op.drop_table(table)


def _mailboxes() -> None:
    op.create_table(
        "mailboxes",
        sa.Column("id", NUMBER, nullable=False),
        *(_text(name) for name in ("name", "host", "user", "folder", "process")),
        *(_number(name) for name in ("port", "every", "keep_days")),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("security", sa.String(length=20), nullable=False),
        sa.Column("afterwards", sa.String(length=20), nullable=False),
        sa.Column("idle", sa.Boolean(), nullable=False),
        *(_text(name, null=True) for name in ("move_to", "why", "token", "leased_by")),
        *(_text(name, null=True) for name in ("failure", "failure_de")),
        *(_number(name) for name in ("last_uid", "settled_uid", "failures", "waiting")),
        _number("uid_validity", null=True),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        *(_moment(name) for name in ("reads_from", "leased_until", "succeeded_at")),
        *(_moment(name) for name in ("failing_since", "waiting_since")),
        sa.PrimaryKeyConstraint("id", name="pk_mailboxes"),
        sa.UniqueConstraint("name", name="uq_mailboxes_name"),
    )
    op.create_table(
        "unfetched",
        sa.Column("id", NUMBER, nullable=False),
        *(_number(name) for name in ("mailbox_id", "uid_validity", "uid", "attempts")),
        _text("reason"),
        sa.Column("since", sa.DateTime(), nullable=False),
        _moment("due_at"),
        _number("arrival_id", null=True),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name="fk_unfetched_mailbox_id"),
        sa.ForeignKeyConstraint(["arrival_id"], ["arrivals.id"], name="fk_unfetched_arrival_id"),
        sa.PrimaryKeyConstraint("id", name="pk_unfetched"),
        sa.UniqueConstraint(
            "mailbox_id", "uid_validity", "uid", name="uq_unfetched_mailbox_id_uid_validity_uid"
        ),
    )
    op.create_table(
        "mail_addresses",
        *(_text(name) for name in ("address", "process")),
        _number("mailbox_id", null=True),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name="fk_mail_addresses_mailbox_id"),
        sa.PrimaryKeyConstraint("address", name="pk_mail_addresses"),
    )
    op.create_index("ix_mail_addresses_mailbox", "mail_addresses", ["mailbox_id"])


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, NUMBER, nullable=null)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime())
