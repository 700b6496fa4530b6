"""What somebody has typed at a task and not handed in yet. It outlives their page, our restart and their shift."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base, Exact


class TaskDraft(Base):
    __tablename__ = "task_drafts"
    __table_args__ = (UniqueConstraint("task_id", "login"), Index("ix_task_drafts_saved", "saved_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    login: Mapped[str] = mapped_column(ForeignKey("users.login"))
    values: Mapped[dict[str, Any]] = mapped_column(
        Exact
    )  #: as they were typed, by field, right or not yet right
    seen: Mapped[int]  #: the case's last journal entry when the form was drawn in which they were typed
    rev: Mapped[int]  #: how often it was saved; who saves says which of them they went on from
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
