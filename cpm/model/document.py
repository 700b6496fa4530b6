"""A file of a case or of a customer, and its content, which lies once however many files have it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base, words
from cpm.model.case import Case


class Scan(StrEnum):
    UNSCANNED = "unscanned"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"  #: the scanner could not say


class Risk(StrEnum):
    """Why a file is not handed out before somebody was warned."""

    PROGRAM = "program"  #: it runs when it is opened
    MACROS = "macros"  #: an office file with a program in it


class Content(Base):
    """Bytes under their SHA-256, and where they lie (cpm.store)."""

    __tablename__ = "contents"
    __table_args__ = (Index("ix_contents_place", "place", "digest"),)

    digest: Mapped[str] = mapped_column(primary_key=True)  #: SHA-256, hexadecimal
    size: Mapped[int]  #: bytes
    place: Mapped[str]  #: the store that has it: database | file
    kept_at: Mapped[datetime]
    scan: Mapped[Scan] = mapped_column(words(Scan), default=Scan.UNSCANNED, server_default="unscanned")
    scanned_at: Mapped[datetime | None]
    finding: Mapped[str | None]  #: what the scanner found, or why it could not say


class ContentPart(Base):
    """A piece of a content that lies in the database."""

    __tablename__ = "content_parts"

    digest: Mapped[str] = mapped_column(ForeignKey("contents.digest"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  #: from 0, without a gap
    bytes: Mapped[bytes] = mapped_column(LargeBinary)


class Document(Base):
    """A file: an attachment of a message, one that somebody added, one that was written here.

    It belongs to a case, or to a customer without one. A new version is a row of its own; all of a file's versions name
    the first, which names itself by nothing.
    """

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_case", "case_id"),
        Index("ix_documents_customer", "customer_id"),
        Index("ix_documents_digest", "digest"),
        UniqueConstraint("first_id", "version"),
        CheckConstraint("case_id IS NOT NULL OR customer_id IS NOT NULL", name="owned"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))  #: if it is of no case
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    first_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    current: Mapped[bool] = mapped_column(default=True)  #: no later version of it
    name: Mapped[str]  #: a stranger's, until somebody gives it another; never to be used as a path
    aliases: Mapped[list[str]] = mapped_column(default=list)  #: its earlier names
    title: Mapped[str | None]
    note: Mapped[str | None]
    kind: Mapped[str | None]  #: AN, AB, LS, Re, GS, MA1 to MA3, RK, DS, or any word
    numbers: Mapped[list[str]] = mapped_column(
        default=list
    )  #: with their kinds, as its name has them: "AB 100235"
    media_type: Mapped[str]  #: as the sender declared it
    sniffed: Mapped[str | None]  #: what its bytes look like; None: nobody has looked
    risk: Mapped[Risk | None] = mapped_column(words(Risk))
    digest: Mapped[str] = mapped_column(ForeignKey("contents.digest"))
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    released_at: Mapped[datetime | None]  #: since then its customer may have it on the status page
    removed_at: Mapped[datetime | None]  #: not shown any more; its content stays
    removed_by: Mapped[str | None]
    removed_why: Mapped[str | None]

    case: Mapped[Case | None] = relationship()
    content: Mapped[Content] = relationship()


def chain(document: Document) -> Any:
    """The id by which all versions of this file are found."""
    return document.first_id or document.id
