"""The page behind a signed link on which a customer sees how their case stands, and what they answered there."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base


class StatusLink(Base):
    """That the links to a case were taken back or made anew. A case without this row has its first links."""

    __tablename__ = "status_links"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    serial: Mapped[int]  #: links that were made with another one open nothing any more
    revoked: Mapped[bool]  #: no link opens it
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class StatusAnswer(Base):
    """A page that came back, so that it counts once, and not too many come."""

    __tablename__ = "status_answers"
    __table_args__ = (
        UniqueConstraint("page"),
        Index("ix_status_answers_case", "case_id", "at"),
        Index("ix_status_answers_source", "source", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    page: Mapped[str]  #: its own, no other has it
    source: Mapped[str]  #: where it came from, as a keyed digest
    arrival_id: Mapped[int | None] = mapped_column(ForeignKey("arrivals.id"))  #: None: a machine filled it in
    at: Mapped[datetime]
