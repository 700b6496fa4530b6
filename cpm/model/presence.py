"""That somebody has a case before them: their browser says so again and again while the page is in sight."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base

#: Whoever was not heard of for so long is not there any more: two beats of a browser may be lost.
LASTS = timedelta(seconds=70)


class Presence(Base):
    __tablename__ = "presences"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("users.login"), primary_key=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))  #: the step whose page it is
    since: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
