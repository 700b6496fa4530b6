"""Messages between the world and processes, and among them: who waits for one, and those that came, who took them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base, words

#: The message that a process waits for when it wrote to the customer.
REPLIED = "customer_replied"
#: The message that a process may listen for all the time: whatever the customer writes, answer or not.
WROTE = "customer_wrote"
#: What only the engine itself says: nobody else can claim that the customer wrote.
ENGINES_MESSAGES = frozenset({REPLIED, WROTE})


#: Messages that nobody is to get any more, as the index of those to forget has it.
OVER = "delivered_at IS NOT NULL OR unread"

#: How many messages and signals may come of one; what is left, it carries along (`commands/circles.py`).
REACH = 100_000


class WaitKind(StrEnum):
    MESSAGE = "message"
    SIGNAL = "signal"


class Wait(Base):
    """A place in a case's process that waits for a message with this name and key, or for a signal of this name."""

    __tablename__ = "waits"
    __table_args__ = (
        Index("ix_waits_message", "message", "key", "id"),
        Index("ix_waits_case", "case_id", "node"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    process: Mapped[str]  #: the case's, so that to find who takes a message needs no join
    kind: Mapped[WaitKind] = mapped_column(words(WaitKind), default=WaitKind.MESSAGE)
    node: Mapped[int]
    element: Mapped[str]
    message: Mapped[str]  #: its name, or that of the signal
    key: Mapped[str]  #: empty for a signal


class Message(Base):
    """A message that came: handed out until it expires, and known until it is forgotten, so that it counts once."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("sender", "name", "unique_id"),
        Index("ix_messages_key", "name", "key"),
        Index(
            "ix_messages_forget",
            "forget_at",
            postgresql_where=text(OVER),
            sqlite_where=text(OVER),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str]  #: whose unique ids these are: "" is the engine, else a login or a case's number
    name: Mapped[str]
    key: Mapped[str]  #: empty: only start events take it
    unique_id: Mapped[str]
    payload: Mapped[dict[str, Any]]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))  #: who a case is opened for
    received_at: Mapped[datetime]
    expires_at: Mapped[datetime]  #: until then processes may take it; its payload goes with it
    forget_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]  #: when a process took it first
    #: Its time passed, and nobody took it.
    unread: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: How much may come of it, so that processes do not wake each other for ever.
    reach: Mapped[int] = mapped_column(default=REACH, server_default=str(REACH))


class MessageTaker(Base):
    """A process that has taken a message, in any version: it does not get it a second time."""

    __tablename__ = "message_takers"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    process: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
