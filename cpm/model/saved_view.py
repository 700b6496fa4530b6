"""A list of cases, or a view of the inbox, that somebody keeps: what it asks, under a name."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base, Exact

#: With whom one is shared; else it is the key of a team.
OWN, ALL = "", "*"


class SavedView(Base):
    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("owner", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str | None] = mapped_column(ForeignKey("users.login"))  #: None: shared
    team: Mapped[str | None] = mapped_column(
        ForeignKey("teams.key")
    )  #: of one that is shared; None: with everybody
    name: Mapped[str]
    process: Mapped[str | None]  #: None: the cases of all
    inbox: Mapped[str | None]  #: the view of the inbox that it narrows; None: a list of cases
    filters: Mapped[list[Any]] = mapped_column(Exact)  #: pairs, as in an address
    sort: Mapped[str]
    columns: Mapped[list[str]]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
