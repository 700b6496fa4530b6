"""Keep the bytes of documents once, apart from the documents; let these have versions, kinds and owners.

Revision ID: 0024
Revises: 0023
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PIECE = 1 << 20
_AT_ONCE = 200  # documents; of one content at a time the bytes are in memory

contents = sa.table(
    "contents",
    sa.column("digest"),
    sa.column("size"),
    sa.column("place"),
    sa.column("kept_at", sa.DateTime()),
)
parts = sa.table(
    "content_parts", sa.column("digest"), sa.column("number"), sa.column("bytes", sa.LargeBinary())
)
documents = sa.table(
    "documents",
    sa.column("id"),
    sa.column("digest"),
    sa.column("content", sa.LargeBinary()),
    sa.column("added_at", sa.DateTime()),
)


def upgrade() -> None:
    _make_contents()
    for each in _documents():
        _move_out(each)
    op.drop_column("documents", "content")
    with op.batch_alter_table("documents") as table:
        table.alter_column("case_id", existing_type=NUMBER, nullable=True)
        table.add_column(sa.Column("customer_id", NUMBER))
        table.add_column(sa.Column("first_id", NUMBER))
        table.add_column(sa.Column("version", NUMBER, nullable=False, server_default="1"))
        table.add_column(sa.Column("current", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("aliases", sa.Text(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("title", sa.Text()))
        table.add_column(sa.Column("note", sa.Text()))
        table.add_column(sa.Column("kind", sa.Text()))
        table.add_column(sa.Column("numbers", sa.Text(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("sniffed", sa.Text()))
        table.add_column(sa.Column("risk", sa.String(length=20)))
        table.add_column(sa.Column("removed_at", sa.DateTime()))
        table.add_column(sa.Column("removed_by", sa.Text()))
        table.add_column(sa.Column("removed_why", sa.Text()))
        table.create_foreign_key("fk_documents_customer_id", "customers", ["customer_id"], ["id"])
        table.create_foreign_key("fk_documents_first_id", "documents", ["first_id"], ["id"])
        table.create_foreign_key("fk_documents_digest", "contents", ["digest"], ["digest"])
        table.create_unique_constraint("uq_documents_first_id_version", ["first_id", "version"])
        table.create_check_constraint("owned", "case_id IS NOT NULL OR customer_id IS NOT NULL")
    op.create_index("ix_documents_customer", "documents", ["customer_id"])
    op.create_index("ix_documents_digest", "documents", ["digest"])


def downgrade() -> None:
    """The older release knows only files of cases, with their bytes: what it cannot hold, it is not asked to hold.

    All versions of a file become files, and so does what was removed.
    """
    _must_fit()
    op.drop_index("ix_documents_digest", "documents")
    op.drop_index("ix_documents_customer", "documents")
    op.execute("DELETE FROM jobs WHERE kind = 'scan'")
    with op.batch_alter_table("documents") as table:
        table.drop_constraint("owned", type_="check")
        table.drop_constraint("uq_documents_first_id_version", type_="unique")
        table.drop_constraint("fk_documents_digest", type_="foreignkey")
        table.drop_constraint("fk_documents_first_id", type_="foreignkey")
        table.drop_constraint("fk_documents_customer_id", type_="foreignkey")
        for column in ("customer_id", "first_id", "version", "current", "aliases", "title", "note", "kind"):
            table.drop_column(column)
        for column in ("numbers", "sniffed", "risk", "removed_at", "removed_by", "removed_why"):
            table.drop_column(column)
        table.alter_column("case_id", existing_type=NUMBER, nullable=False)
        table.add_column(sa.Column("content", sa.LargeBinary(), nullable=True))
    for each in _documents():
        _move_in(each)
    with op.batch_alter_table("documents") as table:
        table.alter_column("content", existing_type=sa.LargeBinary(), nullable=False)
    op.drop_table("content_parts")
    op.drop_index("ix_contents_place", "contents")
    op.drop_table("contents")


def _make_contents() -> None:
    op.create_table(
        "contents",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.Column("scan", sa.String(length=20), nullable=False, server_default="unscanned"),
        sa.Column("scanned_at", sa.DateTime()),
        sa.Column("finding", sa.Text()),
        sa.PrimaryKeyConstraint("digest", name="pk_contents"),
    )
    op.create_index("ix_contents_place", "contents", ["place", "digest"])
    op.create_table(
        "content_parts",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "number", name="pk_content_parts"),
        sa.ForeignKeyConstraint(["digest"], ["contents.digest"], name="fk_content_parts_digest"),
    )


def _documents() -> Iterator[int]:
    """The id of each, in portions."""
    last = -1
    while True:
        some = sa.select(documents.c.id).where(documents.c.id > last).order_by(documents.c.id).limit(_AT_ONCE)
        if not (ids := op.get_bind().scalars(some).all()):
            return
        yield from ids
        last = ids[-1]


def _move_out(document: int) -> None:
    bind = op.get_bind()
    one = sa.select(documents.c.digest, documents.c.added_at).where(documents.c.id == document)
    digest, added_at = bind.execute(one).one()
    if bind.scalar(sa.select(contents.c.digest).where(contents.c.digest == digest)) is not None:
        return
    content = bytes(bind.scalars(sa.select(documents.c.content).where(documents.c.id == document)).one())
    row = {"digest": digest, "size": len(content), "place": "database", "kept_at": added_at}
    bind.execute(sa.insert(contents).values(row))
    for number, start in enumerate(range(0, max(len(content), 1), PIECE)):
        piece = {"digest": digest, "number": number, "bytes": content[start : start + PIECE]}
        bind.execute(sa.insert(parts).values(piece))


def _move_in(document: int) -> None:
    bind = op.get_bind()
    digest = bind.scalar(sa.select(documents.c.digest).where(documents.c.id == document))
    pieces = bind.scalars(sa.select(parts.c.bytes).where(parts.c.digest == digest).order_by(parts.c.number))
    whole = b"".join(bytes(piece) for piece in pieces)
    bind.execute(sa.update(documents).where(documents.c.id == document).values(content=whole))


def _must_fit() -> None:
    bind = op.get_bind()
    if bind.scalar(sa.text("SELECT count(*) FROM contents WHERE place <> 'database'")):
        raise RuntimeError(
            "Expected all documents in the database, but some lie elsewhere: `cpm store move --to database`"
        )
    if bind.scalar(sa.text("SELECT count(*) FROM documents WHERE case_id IS NULL")):
        raise RuntimeError("Expected all documents on cases, but some belong to a customer alone")
