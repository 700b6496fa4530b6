"""Where mail comes from: mailboxes that we fetch, which of their messages would not come, and our own addresses.

A password never stands here: `settings.mailbox_secret` says where it is found.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base, Lifecycle, words
from cpm.model.interaction import Arrival


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"  #: to loopback only


class Afterwards(StrEnum):
    """What becomes of a message on its server once we have it."""

    KEEP = "keep"
    SEEN = "seen"  #: it is marked as read
    MOVE = "move"
    DELETE = "delete"


class MailboxState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"


class Mailbox(Lifecycle, Base):
    """A folder of an IMAP account. One process at a time fetches it: whoever holds the lease."""

    __tablename__ = "mailboxes"
    __table_args__ = (UniqueConstraint("name"),)
    MOVES: ClassVar = {
        "pause": ({MailboxState.ACTIVE}, MailboxState.PAUSED),
        "resume": ({MailboxState.PAUSED}, MailboxState.ACTIVE),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    state: Mapped[MailboxState] = mapped_column(words(MailboxState), default=MailboxState.ACTIVE)
    host: Mapped[str]
    port: Mapped[int]
    security: Mapped[Security] = mapped_column(words(Security))
    user: Mapped[str]
    folder: Mapped[str]
    process: Mapped[str]  #: the process a new case gets
    every: Mapped[int]  #: seconds between two looks
    idle: Mapped[bool]  #: whether the server is to tell us of new mail at once (RFC 2177)
    afterwards: Mapped[Afterwards] = mapped_column(words(Afterwards))
    move_to: Mapped[str | None]
    keep_days: Mapped[int]  #: how long a message that is to be deleted stays on the server
    reads_from: Mapped[
        datetime | None
    ]  #: what reached the server before is passed over; None: everything is read
    why: Mapped[str | None]  #: it is paused

    uid_validity: Mapped[int | None]  #: of the uids below (RFC 3501 2.3.1.1)
    last_uid: Mapped[int] = mapped_column(
        default=0
    )  #: everything up to it is stored, or stands in `unfetched`
    settled_uid: Mapped[int] = mapped_column(default=0)  #: up to it, what is done afterwards has been done

    due_at: Mapped[datetime]  #: when it is looked into next
    token: Mapped[str | None]  #: fencing token of the present lease
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]

    succeeded_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)  #: in a row
    failure: Mapped[str | None]
    failure_de: Mapped[str | None]
    waiting: Mapped[int] = mapped_column(
        default=0
    )  #: messages on the server that we do not have, as last seen
    waiting_since: Mapped[datetime | None]  #: when the oldest of them reached the server


class Unfetched(Base):
    """A message of a mailbox that could not be fetched, or not whole; the others went on past it."""

    __tablename__ = "unfetched"
    __table_args__ = (UniqueConstraint("mailbox_id", "uid_validity", "uid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    uid_validity: Mapped[int]
    uid: Mapped[int]
    reason: Mapped[str]
    attempts: Mapped[int]
    since: Mapped[datetime]
    due_at: Mapped[datetime | None]  #: of the next attempt; None: when somebody asks for it
    arrival_id: Mapped[int | None] = mapped_column(ForeignKey("arrivals.id"))  #: where its beginning is kept

    mailbox: Mapped[Mailbox] = relationship()
    arrival: Mapped[Arrival | None] = relationship()


class MailAddress(Base):
    """An address of ours, lower case and without what stands behind a plus."""

    __tablename__ = "mail_addresses"
    __table_args__ = (Index("ix_mail_addresses_mailbox", "mailbox_id"),)

    address: Mapped[str] = mapped_column(primary_key=True)
    process: Mapped[str]  #: the process of a new case for mail that is handed over to this address
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailboxes.id"))
