"""A reply: a message that somebody of us writes on a case, their draft until it leaves, and what became of it.

The words of its life: drafted, sent off, taken back, arrived (the mail server has it), failed (with its incident).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base, Lifecycle, words
from cpm.model.case import Case
from cpm.model.job import Job


class ReplyState(StrEnum):
    DRAFT = "draft"
    LEAVING = "leaving"
    SENT = "sent"
    FAILED = "failed"


class Reply(Lifecycle, Base):
    __tablename__ = "replies"
    __table_args__ = (
        Index("ix_replies_case", "case_id", "state"),
        Index("ix_replies_job", "job_id"),
        # one on each case, for each of us
        Index(
            "uq_replies_draft",
            "case_id",
            "author",
            unique=True,
            postgresql_where=text("state = 'draft'"),
            sqlite_where=text("state = 'draft'"),
        ),
    )
    MOVES: ClassVar = {
        "send": ({ReplyState.DRAFT}, ReplyState.LEAVING),
        "take back": ({ReplyState.LEAVING}, ReplyState.DRAFT),
        "fail": ({ReplyState.LEAVING}, ReplyState.FAILED),
        "try again": ({ReplyState.FAILED}, ReplyState.LEAVING),
        "arrive": ({ReplyState.LEAVING, ReplyState.FAILED}, ReplyState.SENT),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    author: Mapped[str]  #: a user's login
    state: Mapped[ReplyState] = mapped_column(words(ReplyState), default=ReplyState.DRAFT)
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"))  #: what it answers
    seen: Mapped[int]  #: the last interaction of the case that its author knew of; 0 for none
    to: Mapped[str]  #: addresses as they were typed; checked as it is sent
    cc: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    quote: Mapped[str]  #: what stands below the text
    files: Mapped[dict[str, Any]]  #: {"documents": ids of documents of the case}
    language: Mapped[str]
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]  #: when it was sent off
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    message_id: Mapped[str | None]  #: under which it left
    why: Mapped[str | None]  #: it failed

    case: Mapped[Case] = relationship()
    job: Mapped[Job | None] = relationship(passive_deletes=True)

    @property
    def documents(self) -> list[int]:
        return [int(key) for key in self.files.get("documents", ())]

    @property
    def whole_text(self) -> str:
        """As it leaves."""
        return f"{self.text.strip()}\n\n{self.quote.strip()}".strip() + "\n"
