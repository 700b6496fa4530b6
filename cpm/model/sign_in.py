"""A sign-in: a browser that has shown whose it is. And the attempts that failed, for as long as they count."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base

#: How exactly `seen_at` and `last_used_at` are kept: a write for each request would be too many.
SEEN_EVERY = timedelta(minutes=1)


class SignIn(Base):
    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_seen", "seen_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("users.login"), index=True)
    token: Mapped[str] = mapped_column(unique=True)  #: SHA-256 of what the browser keeps
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str]
    browser: Mapped[str]

    def unseen(self, now: datetime) -> bool:
        """Whether it is time to write down that it is in use."""
        return now - self.seen_at >= SEEN_EVERY


class FailedSignIn(Base):
    __tablename__ = "failed_sign_ins"
    __table_args__ = (
        Index("ix_failed_sign_ins_at", "at"),
        Index("ix_failed_sign_ins_network", "network", "at"),
        Index("ix_failed_sign_ins_login", "login", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    network: Mapped[str]  #: the address; of IPv6 the network that one customer of a provider has
    login: Mapped[str]  #: SHA-256 of what was typed, which may be a password
