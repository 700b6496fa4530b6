"""Messages between the world and a process: who waits for one, and those that came before their wait."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base

#: The message that a process waits for when it wrote to the customer.
REPLIED = "customer_replied"
#: The message that a process may listen for all the time: whatever the customer writes, answer or not.
WROTE = "customer_wrote"


class Wait(Base):
    """A place in a case's process that waits for a message with this name and key."""

    __tablename__ = "waits"
    __table_args__ = (Index("ix_waits_message", "message", "key"), Index("ix_waits_case", "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    node: Mapped[int]
    element: Mapped[str]
    message: Mapped[str]
    key: Mapped[str]


class Message(Base):
    """A message that came: kept until somebody waits for it, then remembered so that it counts once, until it expires."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("name", "unique_id"),
        Index("ix_messages_key", "name", "key"),
        Index(
            "ix_messages_delivered",
            "expires_at",
            postgresql_where=text("delivered_at IS NOT NULL"),
            sqlite_where=text("delivered_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    key: Mapped[str]
    unique_id: Mapped[str]
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]  #: when a wait took it; its payload is gone since
