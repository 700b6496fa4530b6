"""Find what people and machines look for most without looking at the rest, with a million cases as with a few.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OVER = sa.text("delivered_at IS NOT NULL OR unread")
OPEN = sa.text("state = 'open'")
RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    op.drop_index("ix_messages_forget", "messages")
    op.create_index("ix_messages_forget", "messages", ["forget_at"], postgresql_where=OVER, sqlite_where=OVER)
    op.create_index(
        "ix_incidents_team", "incidents", ["team", "due_at"], postgresql_where=OPEN, sqlite_where=OPEN
    )
    op.create_index("ix_incidents_job", "incidents", ["job_id"])
    op.create_index("ix_jobs_running", "jobs", ["run_at"], postgresql_where=RUNNING, sqlite_where=RUNNING)
    op.create_index("ix_cases_opened", "cases", ["opened_at", "id"])
    op.create_index("ix_cases_due", "cases", ["state", "due_at"])
    op.create_index("ix_cases_definition", "cases", ["definition_id", "state"])
    op.create_index("ix_failed_sign_ins_at", "failed_sign_ins", ["at"])
    op.create_index("ix_sign_ins_seen", "sign_ins", ["seen_at"])


def downgrade() -> None:
    op.drop_index("ix_sign_ins_seen", "sign_ins")
    op.drop_index("ix_failed_sign_ins_at", "failed_sign_ins")
    op.drop_index("ix_cases_definition", "cases")
    op.drop_index("ix_cases_due", "cases")
    op.drop_index("ix_cases_opened", "cases")
    op.drop_index("ix_jobs_running", "jobs")
    op.drop_index("ix_incidents_job", "incidents")
    op.drop_index("ix_incidents_team", "incidents")
    op.drop_index("ix_messages_forget", "messages")
    op.create_index("ix_messages_forget", "messages", ["forget_at"])
