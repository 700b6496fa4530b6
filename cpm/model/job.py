"""A job: one step that waits for a machine or for a moment. The rows are the queue.

The words of its life: enqueued, claimed, leased (external calls), finished (deleted), postponed, promoted,
held (while it is suspended) and released, set aside (dead, with its incident).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base, Lifecycle, words
from cpm.model.case import Case


class JobKind(StrEnum):
    CALL = "call"  #: a connector's operation; leaves the database
    LETTER = "letter"  #: a message that somebody wrote leaves the database, at no place of the process
    NOTICE = "notice"  #: the customer is told of a step that was entered; no step waits for that
    LATE = "late"  #: most of the time is over within which the case was promised an answer
    TIMER = "timer"  #: a timer of the process rings
    MESSAGE = "message"  #: a buffered message and a wait meet, or a message opens a case
    SIGNAL = "signal"  #: a signal reaches a case that listened when it was thrown, or opens one
    OVERDUE = "overdue"  #: a task's due time passes
    AUTOMATIC = "automatic"  #: a call that was set aside is made once more, by itself
    BATCH = "batch"  #: one case of a batch; without a case, the batch's own work
    FILING = "filing"  #: a stored message is filed; no case yet
    SCAN = "scan"  #: a content is looked at for viruses; leaves the database
    RESUMPTION = "resumption"  #: a case goes on, and its due times move by the time that it stood still
    PARTY = "party"  #: a customer's master data here and in the ERP meet; leaves the database, no case
    MENTION = (
        "mention"  #: somebody of us hears by mail that they were mentioned; leaves the database, no case
    )
    WEBHOOK = "webhook"  #: another system is told what happened in a case; leaves the database
    IDENTITY = "identity"  #: who may be the same as a customer who has changed is looked for; no case


class JobState(StrEnum):
    READY = "ready"
    WAITING = "waiting"  #: until run_at
    RUNNING = "running"  #: leased until run_at
    DEAD = "dead"  #: set aside; its incident says why
    HELD = "held"  #: due, but its case, process or kind is suspended


#: Types of calls that need no other system: `commands.inner` does them in the database.
DONE_HERE = frozenset(
    {
        "cases.attach",
        "cases.start",
        "customers.add_address",
        "customers.known",
        "customers.save",
        "customers.set_status",
        "document.file",
        "post.again",
    }
)
#: Tries after the first, if nobody says otherwise.
RETRIES = 5


class Job(Lifecycle, Base):
    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("key"),
        Index(
            "ix_jobs_ready",
            "queue",
            "priority",
            "run_at",
            "id",
            postgresql_where=text("state = 'ready'"),
            sqlite_where=text("state = 'ready'"),
        ),
        Index(
            "ix_jobs_sleeping",
            "run_at",
            postgresql_where=text("state IN ('waiting', 'running')"),
            sqlite_where=text("state IN ('waiting', 'running')"),
        ),
        Index(
            "ix_jobs_held",
            "case_id",
            postgresql_where=text("state = 'held'"),
            sqlite_where=text("state = 'held'"),
        ),
        # few, whatever waits: those whose worker may have died are looked for again and again
        Index(
            "ix_jobs_running",
            "run_at",
            postgresql_where=text("state = 'running'"),
            sqlite_where=text("state = 'running'"),
        ),
        Index("ix_jobs_case", "case_id", "node"),
        Index(
            "ix_jobs_suspect",
            "run_at",
            postgresql_where=text("deaths > 0"),
            sqlite_where=text("deaths > 0"),
        ),
    )
    MOVES: ClassVar = {
        "lease": ({JobState.READY}, JobState.RUNNING),
        "postpone": ({JobState.READY, JobState.RUNNING}, JobState.WAITING),
        "set aside": ({JobState.READY, JobState.RUNNING}, JobState.DEAD),
        "go on": ({JobState.RUNNING}, JobState.READY),
        "try again": ({JobState.DEAD}, JobState.READY),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[JobKind] = mapped_column(words(JobKind))
    queue: Mapped[str]  #: engine | calls | intake | batches
    node: Mapped[int | None]
    element: Mapped[str | None]
    type: Mapped[str | None]  #: "connector.operation" of a call
    process: Mapped[str | None]  #: whose case it would begin, if it belongs to none yet
    key: Mapped[str]  #: idempotency key, the same for every attempt
    state: Mapped[JobState] = mapped_column(words(JobState), default=JobState.READY)
    priority: Mapped[int] = mapped_column(default=50)  #: less is sooner
    run_at: Mapped[datetime]  #: when it may run next; while running, the end of its lease
    attempts: Mapped[int] = mapped_column(default=0)
    retries: Mapped[int] = mapped_column(default=RETRIES)  #: tries after the first
    deaths: Mapped[int] = mapped_column(default=0)  #: workers in a row that died with it in hand
    payload: Mapped[dict[str, Any]]
    token: Mapped[str | None]  #: fencing token of the present lease
    worker: Mapped[str | None]  #: whose lease it is; while ready, the last that died with it
    error: Mapped[str | None] = mapped_column(default=None)

    case: Mapped[Case | None] = relationship()
