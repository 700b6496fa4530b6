"""A case: everything that happens between a customer and us about one matter."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm import case_numbers
from cpm.model.base import Base, Exact, Lifecycle, words
from cpm.model.customer import Customer


class CaseState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Case(Lifecycle, Base):
    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "ix_cases_awaiting",
            "team",
            "due_at",
            "id",
            postgresql_where=text("awaits_reply"),
            sqlite_where=text("awaits_reply"),
        ),
        Index("ix_cases_opened", "opened_at", "id"),
        Index("ix_cases_due", "state", "due_at"),
        Index(
            "ix_cases_closed_by",
            "owner",
            "closed_at",
            postgresql_where=text("state = 'closed'"),
            sqlite_where=text("state = 'closed'"),
        ),
        Index("ix_cases_definition", "definition_id", "state"),
        Index(
            "uq_cases_business_key",
            "process",
            "business_key",
            unique=True,
            postgresql_where=text("state = 'open' AND business_key IS NOT NULL"),
            sqlite_where=text("state = 'open' AND business_key IS NOT NULL"),
        ),
        Index(
            "ix_cases_business_key",
            "business_key",
            postgresql_where=text("business_key IS NOT NULL"),
            sqlite_where=text("business_key IS NOT NULL"),
        ),
    )
    MOVES: ClassVar = {
        "close": ({CaseState.OPEN}, CaseState.CLOSED),
        "reopen": ({CaseState.CLOSED}, CaseState.OPEN),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    process: Mapped[str]  #: the definition's key, so that a list needs no join
    subject: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    state: Mapped[CaseState] = mapped_column(words(CaseState), default=CaseState.OPEN)
    outcome: Mapped[str | None]
    team: Mapped[str | None] = mapped_column(ForeignKey("teams.key"))
    priority: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    clock: Mapped[
        str | None
    ]  #: the calendar in whose open time it was promised; it stands still while the customer has to answer
    paused_at: Mapped[datetime | None]  #: since when that clock stands still
    first_answer_at: Mapped[datetime | None]  #: until when a first answer was promised
    owner: Mapped[
        str | None
    ]  #: login of who works on it: whoever took its last step that stays with one person
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    earlier_id: Mapped[int | None] = mapped_column(
        ForeignKey("cases.id")
    )  #: the closed case this one follows
    #: the case that has all that was said in this one; whatever leads here leads there
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    awaits_reply: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  #: open, with nothing to do for anybody until a message comes
    tokens: Mapped[bytes | None] = mapped_column(LargeBinary)  #: where the process stands, for cpm.bpmn alone
    last_node: Mapped[int] = mapped_column(default=0)  #: the highest node number this case ever used
    rev: Mapped[int] = mapped_column(default=0)  #: the sequence number of its last journal entry
    #: The key of the message that opened it: among the open cases of one process there is one with it.
    business_key: Mapped[str | None]
    #: The ERP that it works with, from when it first needed one; it stays with it.
    erp: Mapped[str | None]
    indexed_by: Mapped[int | None]  #: the definition whose attributes count for it, if not its own

    customer: Mapped[Customer] = relationship()

    @property
    def number(self) -> str:
        """What people call it, check digit included: C-000042-7."""
        return case_numbers.case_number(self.id)


def _of_attributes(column: str) -> Index:
    """Present attributes by what lists filter and sort by, within a process."""
    present = text(f"until IS NULL AND {column} IS NOT NULL")
    columns = ("process", "name", column, "case_id")
    return Index(f"ix_variables_{column}", *columns, postgresql_where=present, sqlite_where=present)


class Variable(Base):
    """What one variable of a case was from one journal entry until another; the present ones have no end.

    Scopes are those of `cpm.bpmn`: "" is the case, others belong to a place in the process.

    One that its process declares as an attribute has the process's key, and one of `amount`, `day` and `sought`
    says what lists compare; none of them, if the value is of another type than declared (`cpm.attributes`).
    """

    __tablename__ = "variables"
    __table_args__ = (
        Index(
            "uq_variables_present",
            "case_id",
            "part",
            "scope",
            "name",
            unique=True,
            postgresql_where=text("until IS NULL"),
            sqlite_where=text("until IS NULL"),
        ),
        *(_of_attributes(column) for column in ("amount", "day", "sought")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    #: Where the scope lies (`cpm.bpmn.part_of_scope`), so that a step reads what it needs.
    part: Mapped[int] = mapped_column(default=0, server_default="0")
    scope: Mapped[str]
    name: Mapped[str]
    value: Mapped[Any | None] = mapped_column(Exact)  #: None is FEEL's null
    since: Mapped[int]  #: journal entry that set it
    until: Mapped[int | None]  #: journal entry that replaced or dropped it
    process: Mapped[str | None]
    amount: Mapped[int | None]
    day: Mapped[date | None]
    sought: Mapped[str | None] = mapped_column(
        # by code points, so that both databases sort alike
        Text().with_variant(Text(collation="C"), "postgresql")
    )


class Part(Base):
    """An instance of a large multi-instance, with all that runs in it: its tokens do not lie in the case's own."""

    __tablename__ = "parts"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[int]  #: the node of which it is an instance
    tokens: Mapped[bytes] = mapped_column(LargeBinary)  #: for cpm.bpmn alone


class Event(Base):
    """One entry of a case's journal. Never changed, never removed while the case is kept."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_at", "at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    what: Mapped[str]  #: noun.past-verb
    particulars: Mapped[dict[str, Any]]
