"""An incident: what the standard path did not foresee, with the task of the person who settles it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base, Exact, Lifecycle, words
from cpm.model.case import Case
from cpm.model.job import Job
from cpm.model.task import Task


class Origin(StrEnum):
    JOB = "job"  #: a call failed, or was retried to the end
    RULE = "rule"  #: data or rules do not fit; the process stands still there
    MODEL = "model"  #: an error or escalation that the model raises and nothing catches
    DECLARED = "declared"  #: a special case that an agent declares


class Remedy(StrEnum):
    RETRY = "retry"  #: do the step again, or give the held step back to its agent
    CORRECT = "correct"  #: change the data, then as retry
    SUPPLY = "supply"  #: go on with a result that was found by hand
    SKIP = "skip"  #: go on without a result
    MOVE = "move"  #: go on at another step
    HANDOVER = "handover"  #: let another team settle it; the incident stays open
    END = "end"  #: end the case


class IncidentState(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"  #: the process went another way meanwhile


class Incident(Lifecycle, Base):
    __tablename__ = "incidents"
    __table_args__ = (
        Index("ix_incidents_case", "case_id", "state", "node"),
        Index("ix_incidents_state", "state", "due_at"),
        Index("ix_incidents_job", "job_id"),  # a job that ends is looked for here by its foreign key
        Index(
            "ix_incidents_team",
            "team",
            "due_at",
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
    )
    MOVES: ClassVar = {
        "resolve": ({IncidentState.OPEN}, IncidentState.RESOLVED),
        "withdraw": ({IncidentState.OPEN}, IncidentState.WITHDRAWN),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    held_task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    origin: Mapped[Origin] = mapped_column(words(Origin))
    node: Mapped[int | None]  #: the place in the process that stands still because of it
    element: Mapped[str | None]
    connector: Mapped[str]
    code: Mapped[str]
    message: Mapped[str]
    facts: Mapped[dict[str, Any]]  #: its own copy: what the failed call was given, or what the agent noted
    rule: Mapped[str]  #: which row of exceptions.dmn routed it
    team: Mapped[str] = mapped_column(ForeignKey("teams.key"))
    severity: Mapped[str]
    due_at: Mapped[datetime]
    remedies: Mapped[list[str]]
    auto_at: Mapped[datetime | None]  #: when the engine tries it again by itself, or has tried
    state: Mapped[IncidentState] = mapped_column(words(IncidentState), default=IncidentState.OPEN)
    raised_at: Mapped[datetime]
    raised_by: Mapped[str]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
    resolution: Mapped[Any | None] = mapped_column(Exact)  #: remedy, note and data of the resolution

    case: Mapped[Case] = relationship()
    task: Mapped[Task] = relationship(foreign_keys=[task_id])
    held_task: Mapped[Task | None] = relationship(foreign_keys=[held_task_id])
    job: Mapped[Job | None] = relationship(passive_deletes=True)
