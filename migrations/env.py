"""Alembic's entry: the caller hands over a connection; nothing here reads configuration files."""

from alembic import context

from cpm.model import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
