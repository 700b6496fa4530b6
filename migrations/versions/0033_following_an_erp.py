"""Follow what changes in an ERP, keep its catalogue, and what differs between both sides.

The index of words belongs to the database alone, as 0028 has it for messages: the words stand in a column without marks, so
both databases find the same.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "erp_errands",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("errand", _word("feed", "catalogue", "reconciliation"), nullable=False),
        sa.Column("place", sa.Text()),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("token", sa.Text()),
        sa.Column("leased_by", sa.Text()),
        sa.Column("leased_until", sa.DateTime()),
        sa.Column("succeeded_at", sa.DateTime()),
        sa.Column("result", sa.Text()),
        sa.Column("failing_since", sa.DateTime()),
        sa.Column("failures", NUMBER, nullable=False),
        sa.Column("failure", sa.Text()),
        sa.Column("failure_de", sa.Text()),
        sa.PrimaryKeyConstraint("system", "errand", name="pk_erp_errands"),
    )
    _changes()
    _products()
    _findings()


def downgrade() -> None:
    """An older release follows no ERP: what its people ship or cash meanwhile is told by nobody."""
    op.drop_table("erp_findings")
    if op.get_bind().dialect.name != "postgresql":
        for when in ("added", "taken", "changed"):
            op.execute(f"DROP TRIGGER erp_product_words_{when}")
        op.execute("DROP TABLE erp_product_words")
    op.drop_table("erp_products")
    op.drop_table("erp_seen")
    op.drop_table("erp_changes")
    op.drop_table("erp_errands")


def _word(*words: str) -> sa.Enum:
    return sa.Enum(*words, native_enum=False, length=20)


def _changes() -> None:
    op.create_table(
        "erp_changes",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("state", _word("done", "aside", "discarded"), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("why_de", sa.Text()),
        sa.Column("due_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("system", "change", name="pk_erp_changes"),
    )
    op.create_index("ix_erp_changes_seen", "erp_changes", ["seen_at"])
    aside = sa.text("state = 'aside'")
    op.create_index(
        "ix_erp_changes_aside",
        "erp_changes",
        ["system", "due_at"],
        postgresql_where=aside,
        sqlite_where=aside,
    )
    op.create_table(
        "erp_seen",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("system", "kind", "key", name="pk_erp_seen"),
    )


def _products() -> None:
    texts = ("system", "sku", "name", "unit", "price", "group", "field", "key", "words")
    op.create_table(
        "erp_products",
        sa.Column("id", NUMBER, primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("system", "sku", name="uq_erp_products_system_sku"),
    )
    op.create_index("ix_erp_products_key", "erp_products", ["system", "key"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX ix_erp_products_words ON erp_products USING gin (to_tsvector('simple', words))"
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE erp_product_words USING fts5(words, content='erp_products', content_rowid='id',"
        " tokenize='unicode61', detail='none', prefix='1 2 3')"
    )
    add = "INSERT INTO erp_product_words (rowid, words) VALUES (new.id, new.words);"
    take = "INSERT INTO erp_product_words (erp_product_words, rowid, words) VALUES ('delete', old.id, old.words);"
    for when, event, what in (
        ("added", "INSERT", add),
        ("taken", "DELETE", take),
        ("changed", "UPDATE OF words", take + add),
    ):
        op.execute(f"CREATE TRIGGER erp_product_words_{when} AFTER {event} ON erp_products BEGIN {what} END")


def _findings() -> None:
    op.create_table(
        "erp_findings",
        sa.Column("id", NUMBER, primary_key=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("system", "mark", "kind", "key", "field", "code")
        ),
        sa.Column("ours", sa.Text()),
        sa.Column("theirs", sa.Text()),
        sa.Column("case_id", NUMBER, sa.ForeignKey("cases.id", name="fk_erp_findings_case_id")),
        sa.Column("incident_id", NUMBER, sa.ForeignKey("incidents.id", name="fk_erp_findings_incident_id")),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("gone_at", sa.DateTime()),
        sa.UniqueConstraint("system", "mark", name="uq_erp_findings_system_mark"),
    )
    op.create_index("ix_erp_findings_incident", "erp_findings", ["incident_id"])
    op.create_index("ix_erp_findings_case", "erp_findings", ["case_id"])
