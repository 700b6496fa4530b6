"""What people of us say to each other about a case, and who of them is named in it. No customer ever reads it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base
from cpm.model.case import Case


class Comment(Base):
    __tablename__ = "comments"
    __table_args__ = (Index("ix_comments_case", "case_id", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    author: Mapped[str] = mapped_column(ForeignKey("users.login"))
    at: Mapped[datetime]
    text: Mapped[str]  #: empty once it was taken back
    taken_back_at: Mapped[datetime | None]
    taken_back_by: Mapped[str | None]

    case: Mapped[Case] = relationship()


class Mention(Base):
    """One person who is named in a comment, until they have seen it."""

    __tablename__ = "mentions"
    __table_args__ = (
        Index("ix_mentions_of", "login", "id"),
        Index(
            "ix_mentions_unseen",
            "login",
            postgresql_where=text("seen_at IS NULL"),
            sqlite_where=text("seen_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), index=True)
    login: Mapped[str] = mapped_column(ForeignKey("users.login"))
    seen_at: Mapped[datetime | None]
    unmailed: Mapped[str | None]  #: why the mail that they want of it did not leave

    comment: Mapped[Comment] = relationship()
