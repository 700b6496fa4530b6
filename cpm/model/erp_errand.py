"""What we do again and again with an ERP, and whose turn it is: follow its changes, keep its catalogue, compare both sides."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base, Exact, words


class Errand(StrEnum):
    FEED = "feed"  #: what changed over there becomes messages here
    CATALOGUE = "catalogue"  #: what can be sold, for who searches by words
    RECONCILIATION = "reconciliation"  #: what differs between the two sides
    DUNNING = "dunning"  #: what is overdue over there begins a case here


class ErpErrand(Base):
    """One process at a time runs it: whoever holds the lease."""

    __tablename__ = "erp_errands"

    system: Mapped[str] = mapped_column(primary_key=True)
    errand: Mapped[Errand] = mapped_column(words(Errand), primary_key=True)
    #: Where it goes on. Of the feed cursors with the moments at which they were the newest, the oldest first.
    place: Mapped[Any | None] = mapped_column(Exact)
    due_at: Mapped[datetime]
    token: Mapped[str | None]  #: fencing token of the present lease
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]  #: when it last came to its end
    result: Mapped[Any | None] = mapped_column(Exact)  #: what it brought then: counts
    failing_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)  #: in a row
    failure: Mapped[str | None]
    failure_de: Mapped[str | None]
