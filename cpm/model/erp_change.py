"""What happened in an ERP, as far as we have looked at it; and what we knew of each thing there when we last looked."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base, Exact, words


class ChangeState(StrEnum):
    DONE = "done"  #: known so that it counts once; forgotten after a while
    ASIDE = "aside"  #: what it says could not be read; the others went on past it
    DISCARDED = "discarded"  #: an operator says that nobody needs it


class ErpChange(Base):
    __tablename__ = "erp_changes"
    __table_args__ = (
        Index("ix_erp_changes_seen", "seen_at"),
        Index(
            "ix_erp_changes_aside",
            "system",
            "due_at",
            postgresql_where=text("state = 'aside'"),
            sqlite_where=text("state = 'aside'"),
        ),
    )

    system: Mapped[str] = mapped_column(primary_key=True)
    change: Mapped[str] = mapped_column(primary_key=True)  #: its id over there
    kind: Mapped[str]  #: order | customer | invoice
    key: Mapped[str]
    what: Mapped[str]
    state: Mapped[ChangeState] = mapped_column(words(ChangeState))
    seen_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    why: Mapped[str | None]
    why_de: Mapped[str | None]
    due_at: Mapped[datetime | None]  #: of the next attempt; None: when somebody asks for it


class ErpSeen(Base):
    """An order, invoice or customer over there as we last knew it (`connectors/erp/following.py`)."""

    __tablename__ = "erp_seen"

    system: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    facts: Mapped[Any] = mapped_column(Exact)
    seen_at: Mapped[datetime]
