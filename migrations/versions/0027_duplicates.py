"""Customers who may be one: keys by which they are found, suggestions, merges that can be undone; dates of birth.

Revision ID: 0027
Revises: 0026
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from cpm.identity import Place, Record, keys_of

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT_ONCE = 500  # customers whose keys are made in one go; nothing else is in memory

customers = sa.table(
    "customers", *map(sa.column, ("id", "kind", "company_name", "first_name", "last_name", "gender_address"))
)
identifiers = sa.table("identifiers", *map(sa.column, ("customer_id", "kind", "value", "valid_to")))
addresses = sa.table("addresses", *map(sa.column, ("customer_id", "street", "postcode", "city")))
keys = sa.table("identity_keys", sa.column("key"), sa.column("customer_id"))


def upgrade() -> None:
    op.add_column("customers", sa.Column("born", sa.Date()))
    op.create_table(
        "identity_keys",
        sa.Column("key", sa.Text(), nullable=False),
        _customer("identity_keys", "customer_id"),
        sa.PrimaryKeyConstraint("key", "customer_id", name="pk_identity_keys"),
    )
    op.create_index("ix_identity_keys_customer_id", "identity_keys", ["customer_id"])
    _suggestions()
    _merges()
    for some in _customers():
        _find(some)


def downgrade() -> None:
    """What was merged stays merged: the older schema knows who stands for whom, and no way back."""
    for name in ("merged_rows", "merges", "duplicates", "identity_keys"):
        op.drop_table(name)
    op.execute("DELETE FROM jobs WHERE kind = 'identity'")
    op.drop_column("customers", "born")


def _customer(table: str, column: str) -> sa.Column[Any]:
    reference = sa.ForeignKey("customers.id", name=f"fk_{table}_{column}")
    return sa.Column(column, NUMBER, reference, nullable=False, autoincrement=False)


def _suggestions() -> None:
    op.create_table(
        "duplicates",
        sa.Column("id", NUMBER, primary_key=True),
        _customer("duplicates", "one_id"),
        _customer("duplicates", "other_id"),
        sa.Column(
            "state", sa.Enum("open", "merged", "different", native_enum=False, length=20), nullable=False
        ),
        sa.Column("score", NUMBER, nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", sa.DateTime()),
        sa.UniqueConstraint("one_id", "other_id", name="uq_duplicates_pair"),
    )
    op.create_index("ix_duplicates_queue", "duplicates", ["state", "score", "id"])
    op.create_index("ix_duplicates_other_id", "duplicates", ["other_id"])


def _merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", NUMBER, primary_key=True),
        _customer("merges", "survivor_id"),
        _customer("merges", "merged_id"),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("taken", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime()),
        sa.Column("undone_by", sa.Text()),
    )
    for column in ("survivor_id", "merged_id", "at"):
        op.create_index(f"ix_merges_{column}", "merges", [column])
    op.create_table(
        "merged_rows",
        sa.Column(
            "merge_id",
            NUMBER,
            sa.ForeignKey("merges.id", name="fk_merged_rows_merge_id"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("merge_id", "place", "row", name="pk_merged_rows"),
    )


def _customers() -> Iterator[Sequence[sa.Row[Any]]]:
    last = -1
    while True:
        some = sa.select(customers).where(customers.c.id > last).order_by(customers.c.id).limit(_AT_ONCE)
        if not (rows := op.get_bind().execute(some).all()):
            return
        yield rows
        last = rows[-1].id


def _find(some: Sequence[sa.Row[Any]]) -> None:
    """As `commands.identity_keys` keeps them."""
    first, last, bind = some[0].id, some[-1].id, op.get_bind()
    known: dict[tuple[int, str], list[str]] = {}
    valid = sa.select(identifiers).where(identifiers.c.valid_to.is_(None))
    for one in bind.execute(valid.where(identifiers.c.customer_id.between(first, last))):
        known.setdefault((one.customer_id, one.kind), []).append(one.value)
    places: dict[int, list[Place]] = {}
    for at in bind.execute(sa.select(addresses).where(addresses.c.customer_id.between(first, last))):
        places.setdefault(at.customer_id, []).append(Place(at.street, at.postcode, at.city))
    rows = []
    for one in some:
        record = Record(
            company=one.kind == "company",
            company_name=one.company_name or "",
            first_name=one.first_name or "",
            last_name=one.last_name or "",
            places=tuple(places.get(one.id, ())),
            emails=tuple(known.get((one.id, "email"), ())),
            phones=tuple(known.get((one.id, "phone"), ())),
            vat_ids=tuple(known.get((one.id, "vat_id"), ())),
        )
        rows += [{"key": key, "customer_id": one.id} for key in keys_of(record)]
    if rows:
        bind.execute(sa.insert(keys), rows)
