"""Watch what was promised for later before anything watched it: it becomes an exception, too, if its time passes.

Revision ID: 0048
Revises: 0047
"""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

#: As `commands.overdue.watch` makes them. What is as urgent as can be was watched, and its job is done.
_WATCH = """
INSERT INTO jobs (case_id, kind, queue, key, state, priority, run_at, attempts, retries, deaths, payload)
SELECT case_id, 'overdue', 'engine', 'task/' || id || '/overdue', 'waiting', 50, due_at, 0, 5, 0,
       '{"task": ' || id || '}'
FROM tasks
WHERE kind = 'follow_up' AND state NOT IN ('done', 'withdrawn') AND due_at IS NOT NULL AND priority < 100
  AND NOT EXISTS (SELECT 1 FROM jobs AS watching WHERE watching.key = 'task/' || tasks.id || '/overdue')
"""


def upgrade() -> None:
    op.execute(_WATCH)


def downgrade() -> None:
    """Nothing: the release before knows these jobs, and makes the same."""
