"""Forms that customers fill in at a public address, and what was sent from there lately."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base
from cpm.model.interaction import Arrival


class PublicForm(Base):
    """The address of a process's web form. Which form that is, the version in force says (`cpm:webform`)."""

    __tablename__ = "public_forms"
    __table_args__ = (UniqueConstraint("key"), Index("ix_public_forms_process", "process"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]  #: stands in the address; nobody guesses it
    process: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class FormEntry(Base):
    """One use of a public form, kept for some weeks: so that a page counts once, and nobody sends too many."""

    __tablename__ = "form_entries"
    __table_args__ = (
        UniqueConstraint("page"),
        Index("ix_form_entries_source_at", "source", "at"),
        Index("ix_form_entries_at", "at"),
        Index("ix_form_entries_form", "form_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("public_forms.id"))
    page: Mapped[str]  #: which page was sent: each is taken once
    source: Mapped[str]  #: the network address it came from, unreadable
    trapped: Mapped[bool] = mapped_column(default=False, server_default=false())  #: a machine's; not read
    #: The sender named a case: whether it is theirs is not for them to hear.
    named_case: Mapped[bool] = mapped_column(default=False, server_default=false())
    arrival_id: Mapped[int | None] = mapped_column(ForeignKey("arrivals.id"))
    at: Mapped[datetime]

    form: Mapped[PublicForm] = relationship()
    arrival: Mapped[Arrival | None] = relationship()
