"""That somebody has ended their work on a case for now, how it came out and why. Never changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base


class WrapUp(Base):
    __tablename__ = "wrap_ups"
    __table_args__ = (Index("ix_wrap_ups_case", "case_id", "id"), Index("ix_wrap_ups_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    by: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)  #: of the form, so that it counts once
    outcome: Mapped[str]
    reason: Mapped[str]
    summary: Mapped[str]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))  #: what is to be done later
