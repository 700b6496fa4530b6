"""What an ERP said last of a customer or an order: kept for all processes, so that a page has it at once and when the ERP is away."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base


class ErpView(Base):
    """Never the truth: that is over there. May be thrown away at any time."""

    __tablename__ = "erp_views"

    system: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)  #: "customer/<their key>", "order/<its key>"
    value: Mapped[dict[str, Any]]
    fetched_at: Mapped[datetime]


class ErpParty(Base):
    """A customer's master data here and there: what both had when they last met, and what nobody has decided."""

    __tablename__ = "erp_parties"

    system: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customers.id"), primary_key=True, autoincrement=False, index=True
    )
    common: Mapped[dict[str, Any]]  #: by field, as both had it
    #: By field what they have there where both have changed it; empty: nothing is to be decided.
    theirs: Mapped[dict[str, Any]]
    met_at: Mapped[datetime | None]  #: when both were last looked at together; None: never
    code: Mapped[
        str | None
    ]  #: why ours did not get there when it was last tried, in the ERP's words; None: they are there
    why: Mapped[str | None]
