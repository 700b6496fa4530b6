"""A telephone call, as the telephone system told it or as somebody noted it, and at whose desks it rings."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base, Lifecycle, words
from cpm.model.case import Case
from cpm.model.customer import Customer
from cpm.model.interaction import Direction

#: The system of a talk that somebody noted by hand.
BY_HAND = "desk"
#: A telephone system that forgets to hang up leaves nothing on the desks for longer than that.
LONGEST_RINGING, LONGEST = timedelta(minutes=10), timedelta(hours=12)


class TalkState(StrEnum):
    RINGING = "ringing"
    TALKING = "talking"
    OVER = "over"
    MISSED = "missed"  #: nobody answered


#: Begins the key of what people of us noted of a call: no message that anybody has yet to read. And the source of what is
#: known by a call.
NOTED = "talk/"


class Talk(Lifecycle, Base):
    __tablename__ = "talks"
    __table_args__ = (
        UniqueConstraint("system", "call_id"),
        Index("ix_talks_case", "case_id"),
        Index("ix_talks_customer", "customer_id"),
        Index("ix_talks_login", "login", "began_at"),
    )
    MOVES: ClassVar = {
        "answer": ({TalkState.RINGING, TalkState.TALKING}, TalkState.TALKING),
        "hang up": ({TalkState.RINGING, TalkState.TALKING}, TalkState.OVER),
        "miss": ({TalkState.RINGING}, TalkState.MISSED),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str]  #: the telephone system, or BY_HAND
    call_id: Mapped[str]  #: what it calls the call; the same again is the same talk
    direction: Mapped[Direction] = mapped_column(words(Direction))
    number: Mapped[str]  #: the other side's: +492115550100, an extension, or empty if it is withheld
    dialled: Mapped[str]  #: ours, as the system told it
    state: Mapped[TalkState] = mapped_column(words(TalkState), default=TalkState.RINGING)
    login: Mapped[str | None] = mapped_column(ForeignKey("users.login"))  #: who has it
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))  #: what it is about
    awaited: Mapped[bool] = mapped_column(default=False)  #: that case waited for the customer's word
    note: Mapped[str] = mapped_column(default="")  #: being written; an interaction once the talk is closed
    began_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cause: Mapped[str | None]  #: why it ended, in the system's word
    closed_at: Mapped[datetime | None]  #: nothing more is to be done with it

    customer: Mapped[Customer | None] = relationship()
    case: Mapped[Case | None] = relationship()


class TalkRing(Base):
    """At this person's desk it rings, or it is still to be finished there."""

    __tablename__ = "talk_rings"
    __table_args__ = (
        Index("ix_talk_rings_live", "login", postgresql_where=text("live"), sqlite_where=text("live")),
        Index("ix_talk_rings_login", "login", "talk_id"),
    )

    talk_id: Mapped[int] = mapped_column(ForeignKey("talks.id"), primary_key=True, autoincrement=False)
    login: Mapped[str] = mapped_column(ForeignKey("users.login"), primary_key=True)
    live: Mapped[bool]  #: shown on every page of theirs
