"""A follow-up: what somebody promised to do later for a case, such as calling the customer back; its task says when and whose."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base
from cpm.model.case import Case
from cpm.model.task import Task


class FollowUp(Base):
    __tablename__ = "follow_ups"
    __table_args__ = (UniqueConstraint("task_id"), Index("ix_follow_ups_case", "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    what: Mapped[str]  #: in the words of whoever asked
    call: Mapped[str | None]  #: the number to call; None: no call is to be made
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    answer: Mapped[str | None]  #: what became of it

    case: Mapped[Case] = relationship()
    task: Mapped[Task] = relationship()
