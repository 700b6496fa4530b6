"""Passwords, sign-ins, tokens, skills and absences.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: 64 bits, but SQLite counts up only a plain INTEGER
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: Added one by one: SQLite would copy the table otherwise, and drop one that others refer to.
OF_USERS = (
    ("language", sa.Text(), None),
    ("skills", sa.Text(), "[]"),
    ("single_keys", sa.Boolean(), sa.true()),
    ("password", sa.Text(), None),
    ("password_changed_at", sa.DateTime(), None),
    ("must_change", sa.Boolean(), sa.false()),
    ("failed_sign_ins", NUMBER, "0"),
    ("locked_until", sa.DateTime(), None),
    ("network", sa.Text(), None),
)


def upgrade() -> None:
    for name, kind, default in OF_USERS:
        op.add_column("users", sa.Column(name, kind, nullable=default is None, server_default=default))
    op.create_table(
        "absences",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("from_at", sa.DateTime(), nullable=False),
        sa.Column("until_at", sa.DateTime(), nullable=False),
        sa.Column("substitute", sa.Text(), nullable=True),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["users.login"], name=op.f("fk_absences_login")),
        sa.ForeignKeyConstraint(["substitute"], ["users.login"], name=op.f("fk_absences_substitute")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_login"), "absences", ["login"], unique=False)
    op.create_index(op.f("ix_absences_substitute"), "absences", ["substitute"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["users.login"], name=op.f("fk_sign_ins_login")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token", name=op.f("uq_sign_ins_token")),
    )
    op.create_index(op.f("ix_sign_ins_login"), "sign_ins", ["login"], unique=False)
    op.create_table(
        "failed_sign_ins",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_ins")),
    )
    op.create_index("ix_failed_sign_ins_network", "failed_sign_ins", ["network", "at"], unique=False)
    op.create_index("ix_failed_sign_ins_login", "failed_sign_ins", ["login", "at"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["users.login"], name=op.f("fk_api_tokens_login")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
    )
    op.create_index(op.f("ix_api_tokens_login"), "api_tokens", ["login"], unique=False)
    op.create_table(
        "audit_entries",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("particulars", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_what"), "audit_entries", ["what"], unique=False)


def downgrade() -> None:
    for table in ("audit_entries", "api_tokens", "failed_sign_ins", "sign_ins", "absences"):
        op.drop_table(table)
    for name, _, _ in reversed(OF_USERS):
        op.drop_column("users", name)
