"""What of ours is what over there: a customer, an order or an invoice in one ERP, found by its key, which is unique there."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base, Exact, words


class LinkedKind(StrEnum):
    CUSTOMER = "customer"
    ORDER = "order"
    INVOICE = "invoice"


class ErpLink(Base):
    """Written when a call is settled, or by a person who says that two are the same."""

    __tablename__ = "erp_links"
    __table_args__ = (UniqueConstraint("system", "kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str]
    kind: Mapped[LinkedKind] = mapped_column(words(LinkedKind))
    key: Mapped[
        str
    ]  #: of a customer usually our number, of an order the case's; of an invoice its number there
    number: Mapped[str | None]  #: what people over there call it
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[Any | None] = mapped_column(Exact)  #: what we last knew of it
    seen_at: Mapped[datetime]
