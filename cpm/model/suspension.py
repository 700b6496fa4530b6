"""A suspension: a case, a process or a kind of job stands still until somebody lets it go on.

The rows are the one truth about what is suspended. They are kept when they are lifted, so that it can be said how long a
case has stood still. Jobs that are due meanwhile are `held`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    and_,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from cpm.model.base import Base, Lifecycle, words
from cpm.model.case import Case
from cpm.model.definition import Definition
from cpm.model.job import Job, JobKind


class SuspensionState(StrEnum):
    STANDING = "standing"
    LIFTED = "lifted"


class Timers(StrEnum):
    """What becomes of due times when a case goes on."""

    RING = "ring"  #: what came due meanwhile rings at once, in order
    SHIFT = "shift"  #: they move by the time that it stood still


def _while_standing(name: str, *columns: str) -> Index:
    standing = text("state = 'standing'")
    return Index(name, *columns, unique=True, postgresql_where=standing, sqlite_where=standing)


class Suspension(Lifecycle, Base):
    """Of a case, or of a process in one version or all, or of a kind of job: one of the three."""

    __tablename__ = "suspensions"
    __table_args__ = (
        _while_standing("uq_suspensions_case", "case_id"),
        _while_standing("uq_suspensions_process", "process", "version"),
        _while_standing("uq_suspensions_kind", "kind"),
        Index("ix_suspensions_lifted", "case_id", "lifted_at"),
    )
    MOVES: ClassVar = {"lift": ({SuspensionState.STANDING}, SuspensionState.LIFTED)}

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[SuspensionState] = mapped_column(words(SuspensionState), default=SuspensionState.STANDING)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    process: Mapped[str | None]
    version: Mapped[int | None]  #: of the process; 0 for every version, as no index finds two nulls equal
    definition_id: Mapped[int | None] = mapped_column(ForeignKey("definitions.id"))  #: if it is one version
    kind: Mapped[str | None]  #: of jobs: "smtp", "smtp.send", "timer"
    since: Mapped[datetime]
    by: Mapped[str]
    why: Mapped[str]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]


def stands_still(case: Any = Case) -> ColumnElement[bool]:
    """Whether a case is suspended, by itself or by its process."""
    one = aliased(Suspension)
    by_itself = exists().where(_stands(one), one.case_id == case.id)
    return or_(by_itself.correlate_except(one), of_process(case.process, case.definition_id))


def in_case_that_stands_still(case_id: Any) -> ColumnElement[bool]:
    """The same of the case with this id, and no if there is none.

    Asked of each row as its turn comes: for EXISTS, PostgreSQL may choose to look at all cases there are first.
    """
    case = aliased(Case)
    still = select(stands_still(case)).where(case.id == case_id).correlate_except(case).scalar_subquery()
    return func.coalesce(still, false())


def holds(job: Any = Job) -> ColumnElement[bool]:
    """Whether a job is suspended: its case, the process whose case it would begin, or its kind.

    What somebody does to a case that stands still never is: let it go on, or an act of a batch.
    """
    one = aliased(Suspension)
    in_case = in_case_that_stands_still(job.case_id)
    kind = exists().where(_stands(one), of_kind(job, one.kind)).correlate_except(one)
    return and_(~done_by_hand(job), or_(in_case, begins_nothing(job.process), kind))


def done_by_hand(job: Any = Job) -> ColumnElement[bool]:
    """Whether a job is what somebody does to a case, which may stand still."""
    kinds = (JobKind.RESUMPTION, JobKind.BATCH)
    return job.kind.in_([literal_column(f"'{kind}'") for kind in kinds])  # type: ignore[no-any-return]


def of_process(process: Any, definition_id: Any) -> ColumnElement[bool]:
    """Whether a process is suspended in this version or in every one."""
    one = aliased(Suspension)
    versions = or_(one.definition_id.is_(None), one.definition_id == definition_id)
    return exists().where(_stands(one), one.process == process, versions).correlate_except(one)


def begins_nothing(process: Any) -> ColumnElement[bool]:
    """Whether no case of a process may begin, as its version in force is suspended."""
    one, version = aliased(Suspension), aliased(Definition)
    in_force = select(func.max(version.id)).where(version.key == one.process).correlate(one)
    versions = or_(one.definition_id.is_(None), one.definition_id == in_force.scalar_subquery())
    return exists().where(_stands(one), one.process == process, versions).correlate_except(one, version)


def of_kind(job: Any, kind: Any) -> ColumnElement[bool]:
    """Calls by their connector or operation, everything else by the kind of job."""
    calls = (JobKind.CALL, JobKind.LETTER, JobKind.NOTICE, JobKind.PARTY, JobKind.MENTION, JobKind.WEBHOOK)
    call = job.kind.in_([literal_column(f"'{each}'") for each in calls])
    operation = or_(job.type == kind, func.substr(job.type, 1, func.length(kind) + 1) == kind + ".")
    return or_(and_(call, operation), and_(~call, job.kind == kind))


def _stands(one: Any) -> ColumnElement[bool]:
    """Written out and not bound: SQLite takes a partial index only for what it can read."""
    return one.state == literal_column("'standing'")  # type: ignore[no-any-return]
