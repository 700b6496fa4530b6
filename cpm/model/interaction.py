"""What was said: messages in and out, and the raw mail they came from."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base, Lifecycle, words
from cpm.model.case import Case


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Interaction(Base):
    __tablename__ = "interactions"
    __table_args__ = (UniqueConstraint("message_key"), Index("ix_interactions_case", "case_id", "at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))  #: None: automatic mail about no case
    direction: Mapped[Direction] = mapped_column(words(Direction))
    channel: Mapped[str]
    message_key: Mapped[str]  #: Message-ID, or without one the content's SHA-256
    sender: Mapped[str]
    recipients: Mapped[list[str]]
    subject: Mapped[str]
    text: Mapped[str]
    automatic: Mapped[str | None]  #: why it is taken for a machine's mail (RFC 3834)
    at: Mapped[datetime]
    notice: Mapped[str | None]  #: of what event it told the customer, unasked

    case: Mapped[Case | None] = relationship()


class ArrivalState(StrEnum):
    STORED = "stored"
    FILED = "filed"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"  #: somebody has looked and wants nothing filed; it is kept


class Arrival(Lifecycle, Base):
    """A message as it came, byte for byte, stored before anybody tried to understand it."""

    __tablename__ = "arrivals"
    __table_args__ = (UniqueConstraint("digest"), Index("ix_arrivals_state", "state"))
    MOVES: ClassVar = {
        "file": ({ArrivalState.STORED}, ArrivalState.FILED),
        "quarantine": ({ArrivalState.STORED}, ArrivalState.QUARANTINED),
        "retry": ({ArrivalState.QUARANTINED}, ArrivalState.STORED),
        "discard": ({ArrivalState.QUARANTINED}, ArrivalState.DISCARDED),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    digest: Mapped[str]  #: SHA-256 of the raw bytes, hexadecimal
    size: Mapped[int]  #: bytes of the whole message
    cut: Mapped[bool] = mapped_column(default=False)  #: it was too large: only its beginning is kept
    mailbox: Mapped[str | None]  #: the name of the one it was fetched from
    process: Mapped[str]  #: the process a new case gets
    state: Mapped[ArrivalState] = mapped_column(words(ArrivalState), default=ArrivalState.STORED)
    reason: Mapped[str | None]  #: why it is quarantined
    received_at: Mapped[datetime]
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"))

    interaction: Mapped[Interaction | None] = relationship()


class RawMessage(Base):
    """The bytes of an arrival, apart from what changes: SQLite writes a row anew with all that is in it."""

    __tablename__ = "raw_messages"

    arrival_id: Mapped[int] = mapped_column(ForeignKey("arrivals.id"), primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
