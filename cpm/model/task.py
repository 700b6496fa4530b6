"""A task: one step that waits for a person."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import Connection, ForeignKey, Index, event, text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base, Lifecycle, words
from cpm.model.case import Case
from cpm.model.people import Role, User


class TaskKind(StrEnum):
    STEP = "step"  #: a user task of the process
    INCIDENT = "incident"  #: settle an incident
    CHOICE = "choice"  #: an ad-hoc subprocess of the process, in which somebody chooses what is done next
    AD_HOC = "ad_hoc"  #: asked for while an incident is settled
    FOLLOW_UP = "follow_up"  #: somebody promised to do it later; it may outlive its case


#: What the process waits for, and withdraws when it has gone on.
OF_PROCESS = frozenset({TaskKind.STEP, TaskKind.CHOICE})


class TaskState(StrEnum):
    READY = "ready"
    CLAIMED = "claimed"
    HELD = "held"  #: stands still until the special case its agent declared is settled
    DONE = "done"
    WITHDRAWN = "withdrawn"


OPEN_TASKS = frozenset({TaskState.READY, TaskState.CLAIMED, TaskState.HELD})


class CandidateKind(StrEnum):
    TEAM = "team"
    USER = "user"


def _only(condition: str) -> dict[str, Any]:
    """For an index that holds these rows alone."""
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


#: What waits for a whole team.
_OF_TEAM = "state = 'ready' AND for_team"


class Candidate(Base):
    """Somebody beside the task's team who may take it; kept for good, as somebody who was involved.

    It says itself how urgent its task is and whether that is still free, so that an index has what somebody is offered
    in order, and nothing of what is over. `_tell_candidates` keeps that so.
    """

    __tablename__ = "candidates"
    __table_args__ = (
        Index("ix_candidates_name", "name", "kind"),
        Index(
            "ix_candidates_free", "kind", "name", text("priority DESC"), "due_at", "task_id", **_only("free")
        ),
        Index("ix_candidates_free_due", "kind", "name", "due_at", "task_id", **_only("free")),
    )

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    kind: Mapped[CandidateKind] = mapped_column(words(CandidateKind), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)  #: key of the team, login of the user
    free: Mapped[bool]  #: the task is ready
    priority: Mapped[int]  #: the task's, as its due time
    due_at: Mapped[datetime | None]


class Task(Lifecycle, Base):
    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_ready", "team", text("priority DESC"), "due_at", "id", **_only(_OF_TEAM)),
        Index("ix_tasks_ready_due", "team", "due_at", "id", **_only(_OF_TEAM)),
        Index(
            "ix_tasks_urgent",
            text("priority DESC"),
            "due_at",
            "id",
            **_only("state IN ('ready', 'claimed', 'held')"),
        ),
        Index("ix_tasks_case", "case_id", "state", "node"),
        Index(
            "ix_tasks_kept",
            "kept_for",
            text("priority DESC"),
            "due_at",
            "id",
            **_only("state = 'ready' AND kept_for IS NOT NULL"),
        ),
        Index("ix_tasks_assignee", "assignee", "state"),
        Index("ix_tasks_known", "assignee", "element", **_only("state = 'done'")),
    )
    MOVES: ClassVar = {
        "claim": ({TaskState.READY}, TaskState.CLAIMED),
        "release": ({TaskState.CLAIMED}, TaskState.READY),
        "hand on": ({TaskState.READY, TaskState.CLAIMED}, TaskState.CLAIMED),
        "pass on": ({TaskState.READY, TaskState.CLAIMED}, TaskState.READY),
        "hold": ({TaskState.CLAIMED}, TaskState.HELD),
        "give back": ({TaskState.HELD}, TaskState.CLAIMED),
        "complete": ({TaskState.CLAIMED}, TaskState.DONE),
        "supply": ({TaskState.HELD}, TaskState.DONE),
        "end": (OPEN_TASKS, TaskState.DONE),
        "withdraw": (OPEN_TASKS, TaskState.WITHDRAWN),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[TaskKind] = mapped_column(words(TaskKind), default=TaskKind.STEP)
    node: Mapped[int | None]  #: the place in the process; None for incidents, ad-hoc tasks and follow-ups
    element: Mapped[str | None]  #: the BPMN element, which is also the key of its texts
    form: Mapped[str | None]  #: form id
    incident_id: Mapped[int | None]  #: no foreign key: incidents refer to their tasks
    title_de: Mapped[str]
    title_en: Mapped[str]
    team: Mapped[str] = mapped_column(ForeignKey("teams.key"))
    for_team: Mapped[bool] = mapped_column(
        default=True
    )  #: False: for the candidates alone, the team only answers for it
    offered: Mapped[bool] = mapped_column(default=False, server_default="0")  #: it has candidates
    assignee: Mapped[str | None] = mapped_column(ForeignKey("users.login"))
    state: Mapped[TaskState] = mapped_column(words(TaskState), default=TaskState.READY)
    priority: Mapped[int] = mapped_column(default=0)  #: 0 to 100, more is sooner
    skills: Mapped[list[str]] = mapped_column(
        default=list, server_default="[]"
    )  #: what whoever takes it should be able to do
    kept_for: Mapped[str | None]  #: login of who has the case and is asked first
    kept_until: Mapped[datetime | None]  #: then it is anybody's of the team
    due_at: Mapped[datetime | None]
    follow_up_at: Mapped[
        datetime | None
    ]  #: when to look at it again, as the model says; a follow-up is given to nobody before
    parked_until: Mapped[datetime | None]  #: its holder has put it aside until then
    parked_because: Mapped[str | None]
    escalated_by: Mapped[str | None]  #: login of who could not decide it and asked this team
    escalated_because: Mapped[str | None]  #: what they want of the team
    handed_by: Mapped[str | None]  #: login of who handed it to its holder, or its team
    handed_note: Mapped[str | None]  #: what they said to them
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship()
    candidates: Mapped[list[Candidate]] = relationship()

    def is_for(self, user: User) -> bool:
        """Whether this user may take it: as one of the team, as a candidate, or stepping in as a supervisor."""
        if user.may_work_for(self.team) and (self.for_team or Role.SUPERVISOR in user.roles):
            return True
        own = {(CandidateKind.USER, user.login), *((CandidateKind.TEAM, team) for team in user.teams)}
        return user.active and any((candidate.kind, candidate.name) in own for candidate in self.candidates)

    def waits_for(self, login: str) -> bool:
        """It is free, and kept for who has the case."""
        return self.state == TaskState.READY and self.kept_for == login

    def kept_from(self, login: str, now: datetime) -> str | None:
        """Login of somebody else who is asked first, as long as they are."""
        theirs = self.kept_for in (None, login) or self.kept_until is None or self.kept_until <= now
        return None if self.state != TaskState.READY or theirs else self.kept_for

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_de

    def parked(self, now: datetime) -> bool:
        """Put aside by its holder; it comes back by itself when the time has come."""
        return self.state == TaskState.CLAIMED and self.parked_until is not None and self.parked_until > now

    def claim(self, by: str) -> bool:
        """True if it is newly theirs, False if it was theirs already."""
        if self.assignee == by and self.state in (TaskState.CLAIMED, TaskState.HELD):
            return False
        self.move("claim")
        self.assignee, self.parked_until, self.parked_because = by, None, None
        return True

    def hand_to(self, login: str) -> str | None:
        """Somebody else goes on with it; who held it before."""
        self.move("hand on")
        before, self.assignee = self.assignee, login
        self.parked_until = self.parked_because = None
        return before

    def pass_on(self, team: str) -> str | None:
        """It is free for the team, which may be another one; who held it before."""
        self.move("pass on")
        before, self.team = self.assignee, team
        self.assignee = self.parked_until = self.parked_because = self.kept_for = None
        return before

    def escalate(self, team: str, *, by: str, because: str, priority: int) -> None:
        """It is free for another team, whose members may all take it."""
        self.move("release")
        self.team, self.for_team, self.priority = team, True, max(self.priority, priority)
        self.assignee = self.parked_until = self.parked_because = self.kept_for = None
        self.escalated_by, self.escalated_because = by, because

    def complete(self, at: datetime) -> None:
        self.move("complete")
        self.done_at = at

    def end(self, at: datetime) -> None:
        """What it was about came to its end by itself."""
        self.move("end")
        self.done_at = at


@event.listens_for(Task, "after_update")
def _tell_candidates(_mapper: Any, connection: Connection, task: Task) -> None:
    if task.offered:
        connection.execute(
            update(Candidate)
            .where(Candidate.task_id == task.id)
            .values(free=task.state == TaskState.READY, priority=task.priority, due_at=task.due_at)
        )
