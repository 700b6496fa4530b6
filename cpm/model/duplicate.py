"""Two customers who may be one: by which keys they are found, what was suggested, and what people made of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base, Lifecycle, words
from cpm.model.customer import Customer


class IdentityKey(Base):
    """A key by which a customer is found (`cpm.identity`); who shares one with another may be the same."""

    __tablename__ = "identity_keys"

    key: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customers.id"), primary_key=True, autoincrement=False, index=True
    )


class DuplicateState(StrEnum):
    OPEN = "open"
    MERGED = "merged"
    DIFFERENT = "different"


class Duplicate(Lifecycle, Base):
    """A suggestion that two customers are one. A pair has one row, the smaller id first."""

    __tablename__ = "duplicates"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id", name="uq_duplicates_pair"),
        Index("ix_duplicates_queue", "state", "score", "id"),
    )
    MOVES: ClassVar = {
        "tell apart": ({DuplicateState.OPEN}, DuplicateState.DIFFERENT),
        "merge": (set(DuplicateState), DuplicateState.MERGED),
        "unmerge": ({DuplicateState.MERGED}, DuplicateState.DIFFERENT),
        "find again": ({DuplicateState.DIFFERENT}, DuplicateState.OPEN),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    state: Mapped[DuplicateState] = mapped_column(words(DuplicateState), default=DuplicateState.OPEN)
    score: Mapped[int]  #: percent
    reasons: Mapped[list[str]]  #: keys of `identity.Reason`, the strongest first
    found_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]

    one: Mapped[Customer] = relationship(foreign_keys=[one_id])
    other: Mapped[Customer] = relationship(foreign_keys=[other_id])


class Merge(Base):
    """That one customer went into another, and what is needed to undo it."""

    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(primary_key=True)
    survivor_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str]
    #: What the survivor took over: field -> what it was there before, and what it became.
    taken: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]

    survivor: Mapped[Customer] = relationship(foreign_keys=[survivor_id])
    merged: Mapped[Customer] = relationship(foreign_keys=[merged_id])


class MergedRow(Base):
    """A row that went over with a merge, or was made by it; undoing takes it back."""

    __tablename__ = "merged_rows"

    merge_id: Mapped[int] = mapped_column(ForeignKey("merges.id"), primary_key=True, autoincrement=False)
    place: Mapped[str] = mapped_column(primary_key=True)  #: table.column
    row: Mapped[str] = mapped_column(primary_key=True)  #: its id, or what stands for it in its table
