"""An approval that a policy wants: of exactly one act with exactly these data, by somebody else, used once."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base, Exact, Lifecycle, words
from cpm.model.case import Case
from cpm.model.task import Task


class ApprovalState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    USED = "used"
    WITHDRAWN = "withdrawn"  #: whoever asked has asked for something else since


class PolicyApproval(Lifecycle, Base):
    __tablename__ = "policy_approvals"
    __table_args__ = (
        Index("ix_policy_approvals_case", "case_id", "state"),
        Index("ix_policy_approvals_task", "task_id"),
    )
    MOVES: ClassVar = {
        "grant": ({ApprovalState.ASKED}, ApprovalState.GRANTED),
        "refuse": ({ApprovalState.ASKED}, ApprovalState.REFUSED),
        "use": ({ApprovalState.GRANTED}, ApprovalState.USED),
        "withdraw": ({ApprovalState.ASKED, ApprovalState.GRANTED}, ApprovalState.WITHDRAWN),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))  #: the task of whoever approves
    policy: Mapped[str]
    reason_de: Mapped[str]
    reason_en: Mapped[str]
    action: Mapped[str]
    element: Mapped[str | None]
    subject: Mapped[str]  #: what it is done to, such as "task 7"
    digest: Mapped[str]  #: of the act and its data: any other needs an approval of its own
    data: Mapped[Any | None] = mapped_column(Exact)  #: what was to be handed in
    asked_by: Mapped[str]
    asked_because: Mapped[str]
    asked_at: Mapped[datetime]
    state: Mapped[ApprovalState] = mapped_column(words(ApprovalState), default=ApprovalState.ASKED)
    decided_by: Mapped[str | None]
    decided_because: Mapped[str | None]
    decided_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship()
    task: Mapped[Task] = relationship()
