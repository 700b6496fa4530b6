"""What a desk needs: parked tasks, confidential processes, and indexes for its lists.

Revision ID: 0006
Revises: 0005
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


READY = sa.text("state = 'ready'")
OPEN = sa.text("state IN ('ready', 'claimed', 'held')")
AWAITED = sa.text("awaits_reply")


def upgrade() -> None:
    op.add_column(
        "definitions", sa.Column("confidential", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("tasks", sa.Column("parked_until", sa.DateTime(), nullable=True))
    op.add_column("tasks", sa.Column("parked_because", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("awaits_reply", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE cases SET awaits_reply = true WHERE state = 'open'"
        " AND EXISTS (SELECT 1 FROM waits WHERE waits.case_id = cases.id AND waits.message <> 'customer_wrote')"
        " AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.case_id = cases.id AND tasks.kind = 'step'"
        " AND tasks.state IN ('ready', 'claimed', 'held'))"
    )
    _index("ix_cases_awaiting", "cases", ["team", "due_at", "id"], AWAITED)
    op.drop_index("ix_tasks_open", table_name="tasks")
    _index("ix_tasks_ready", "tasks", ["team", sa.text("priority DESC"), "due_at", "id"], READY)
    _index("ix_tasks_ready_due", "tasks", ["team", "due_at", "id"], READY)
    _index("ix_tasks_urgent", "tasks", [sa.text("priority DESC"), "due_at", "id"], OPEN)
    op.create_index("ix_candidates_name", "candidates", ["name", "kind"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_candidates_name", table_name="candidates")
    for name in ("ix_tasks_urgent", "ix_tasks_ready_due", "ix_tasks_ready"):
        op.drop_index(name, table_name="tasks")
    _index("ix_tasks_open", "tasks", ["team", "priority", "due_at"], OPEN)
    op.drop_index("ix_cases_awaiting", table_name="cases")
    op.drop_column("cases", "awaits_reply")
    op.drop_column("tasks", "parked_because")
    op.drop_column("tasks", "parked_until")
    op.drop_column("definitions", "confidential")


def _index(name: str, table: str, columns: list[Any], rows: sa.TextClause) -> None:
    op.create_index(name, table, columns, unique=False, postgresql_where=rows, sqlite_where=rows)
