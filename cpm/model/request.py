"""A request over REST that was done and answered: the same key again gets this answer, and nothing happens twice."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base


class Request(Base):
    __tablename__ = "requests"
    __table_args__ = (UniqueConstraint("login", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("users.login"))
    key: Mapped[str]  #: the caller's Idempotency-Key
    fingerprint: Mapped[str]  #: SHA-256 of what was asked, hexadecimal
    status: Mapped[int]
    media_type: Mapped[str]
    location: Mapped[str | None]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(index=True)
