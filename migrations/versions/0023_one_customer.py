"""One customer: what is known of their identifiers, contact persons, addresses, consent, and what they are sorted by.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OWNER, VALID = sa.text("identifying AND valid_to IS NULL"), sa.text("valid_to IS NULL")


def upgrade() -> None:
    _customers()
    _identifiers()
    _contacts()
    _words()
    op.add_column("audit_entries", sa.Column("customer_id", NUMBER))
    op.create_index("ix_audit_entries_customer_id", "audit_entries", ["customer_id"])


def downgrade() -> None:
    """Addresses that were shared or are over stay with whoever had them last: the older schema knows one owner."""
    op.drop_index("ix_audit_entries_customer_id", "audit_entries")
    op.drop_column("audit_entries", "customer_id")
    for table in ("customer_values", "customer_attributes", "customer_terms", "terms"):
        op.drop_table(table)
    for table in ("consents", "addresses", "contacts"):
        op.drop_table(table)
    _identifiers_before()
    op.drop_index("ix_customers_status", "customers")
    op.drop_index("ix_customers_lead_source", "customers")
    op.drop_index("ix_customers_merged_into_id", "customers")
    op.drop_column("customers", "merged_into_id")
    op.drop_column("customers", "lead_source")


def _customers() -> None:
    op.add_column("customers", sa.Column("lead_source", sa.Text()))
    survivor = sa.ForeignKey("customers.id", name="fk_customers_merged_into_id")
    # not by copying the table, as SQLite otherwise does: others refer to it
    op.add_column("customers", sa.Column("merged_into_id", NUMBER, survivor), inline_references=True)
    for column in ("status", "lead_source", "merged_into_id"):
        op.create_index(f"ix_customers_{column}", "customers", [column])


def _identifiers() -> None:
    with op.batch_alter_table("identifiers") as identifiers:
        identifiers.drop_constraint("uq_identifiers_kind_value", type_="unique")
        identifiers.add_column(
            sa.Column("identifying", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        identifiers.add_column(sa.Column("source", sa.Text(), nullable=False, server_default="unknown"))
        for moment in ("valid_from", "valid_to", "verified_at", "unreachable_at"):
            identifiers.add_column(sa.Column(moment, sa.DateTime()))
        identifiers.add_column(sa.Column("unreachable_why", sa.Text()))
    _unique("uq_identifiers_owner", ["kind", "value"], OWNER)
    _unique("uq_identifiers_valid", ["customer_id", "kind", "value"], VALID)
    op.create_index("ix_identifiers_value", "identifiers", ["value", "kind"])


def _identifiers_before() -> None:
    later = "SELECT kind, value, max(CASE WHEN identifying AND valid_to IS NULL THEN id + 1000000000000 ELSE id END)"
    op.execute(
        f"DELETE FROM identifiers WHERE NOT EXISTS (SELECT 1 FROM ({later} AS best FROM identifiers"  # noqa: S608
        " GROUP BY kind, value) AS kept WHERE kept.kind = identifiers.kind AND kept.value = identifiers.value"
        " AND kept.best % 1000000000000 = identifiers.id)"
    )
    for name in ("uq_identifiers_owner", "uq_identifiers_valid", "ix_identifiers_value"):
        op.drop_index(name, "identifiers")
    with op.batch_alter_table("identifiers") as identifiers:
        for column in ("valid_from", "valid_to", "verified_at", "unreachable_at", "unreachable_why"):
            identifiers.drop_column(column)
        identifiers.drop_column("identifying")
        identifiers.drop_column("source")
        identifiers.create_unique_constraint("uq_identifiers_kind_value", ["kind", "value"])


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("company_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("function", sa.Text()),
        sa.Column("mailing", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["customers.id"], name="fk_contacts_company_id"),
        sa.ForeignKeyConstraint(["person_id"], ["customers.id"], name="fk_contacts_person_id"),
        sa.UniqueConstraint("company_id", "person_id", name="uq_contacts_company_id_person_id"),
    )
    op.create_index("ix_contacts_person_id", "contacts", ["person_id"])
    mailing = sa.text("mailing")
    op.create_index(
        "uq_contacts_mailing",
        "contacts",
        ["company_id"],
        unique=True,
        postgresql_where=mailing,
        sqlite_where=mailing,
    )
    op.create_table(
        "addresses",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text()),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("street", "postcode", "city", "country")),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_addresses_customer_id"),
    )
    op.create_index("ix_addresses_customer_id", "addresses", ["customer_id"])
    op.create_table(
        "consents",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text_version", sa.Text()),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_consents_customer_id"),
    )
    op.create_index("ix_consents_latest", "consents", ["customer_id", "channel", "purpose", "at"])


def _words() -> None:
    op.create_table(
        "terms",
        sa.Column("kind", sa.String(length=20), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("name_de", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("retired_at", sa.DateTime()),
    )
    op.create_table(
        "customer_terms",
        sa.Column("kind", sa.String(length=20), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("customer_id", NUMBER, primary_key=True),
        sa.ForeignKeyConstraint(["kind", "key"], ["terms.kind", "terms.key"], name="fk_customer_terms_kind"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_customer_terms_customer_id"),
    )
    op.create_index("ix_customer_terms_customer", "customer_terms", ["customer_id"])
    op.create_table(
        "customer_attributes",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name_de", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("retired_at", sa.DateTime()),
    )
    by_code_points = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "customer_values",
        sa.Column("customer_id", NUMBER, primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("amount", NUMBER),
        sa.Column("day", sa.Date()),
        sa.Column("sought", by_code_points),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_customer_values_customer_id"),
        sa.ForeignKeyConstraint(["key"], ["customer_attributes.key"], name="fk_customer_values_key"),
    )
    for column in ("amount", "day", "sought"):
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_customer_values_{column}",
            "customer_values",
            ["key", column],
            postgresql_where=there,
            sqlite_where=there,
        )


def _unique(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "identifiers", columns, unique=True, postgresql_where=where, sqlite_where=where)
