"""Know who calls, and whose telephone rings.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("users", sa.Column("extensions", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "talks",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("direction", sa.String(20), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("dialled", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("login", sa.Text(), sa.ForeignKey("users.login", name="fk_talks_login")),
        sa.Column("customer_id", NUMBER, sa.ForeignKey("customers.id", name="fk_talks_customer_id")),
        sa.Column("case_id", NUMBER, sa.ForeignKey("cases.id", name="fk_talks_case_id")),
        sa.Column("awaited", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime()),
        sa.Column("ended_at", sa.DateTime()),
        sa.Column("cause", sa.Text()),
        sa.Column("closed_at", sa.DateTime()),
        sa.UniqueConstraint("system", "call_id", name="uq_talks_system_call_id"),
    )
    op.create_index("ix_talks_case", "talks", ["case_id"])
    op.create_index("ix_talks_customer", "talks", ["customer_id"])
    op.create_index("ix_talks_login", "talks", ["login", "began_at"])
    op.create_table(
        "talk_rings",
        sa.Column(
            "talk_id",
            NUMBER,
            sa.ForeignKey("talks.id", name="fk_talk_rings_talk_id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column(
            "login", sa.Text(), sa.ForeignKey("users.login", name="fk_talk_rings_login"), primary_key=True
        ),
        sa.Column("live", sa.Boolean(), nullable=False),
    )
    live = sa.text("live")
    op.create_index("ix_talk_rings_live", "talk_rings", ["login"], postgresql_where=live, sqlite_where=live)
    op.create_index("ix_talk_rings_login", "talk_rings", ["login", "talk_id"])


def downgrade() -> None:
    op.drop_table("talk_rings")
    op.drop_table("talks")
    op.drop_column("users", "extensions")
