"""The catalogue of an ERP as we copied it, so that searching by words does not wait for anybody."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base, Exact


class ErpProduct(Base):
    """Its words are found by an index that belongs to the database alone (migration 0033)."""

    __tablename__ = "erp_products"
    __table_args__ = (
        UniqueConstraint("system", "sku"),
        Index("ix_erp_products_key", "system", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str]
    sku: Mapped[str]
    name: Mapped[str]
    unit: Mapped[str]
    price: Mapped[Decimal] = mapped_column(Exact)  #: the list price of a unit, without tax
    group: Mapped[str]
    field: Mapped[str]
    key: Mapped[str]  #: the SKU without signs, in lower case
    words: Mapped[str]  #: of SKU and name, without marks, in lower case
    seen_at: Mapped[datetime]  #: when it was last among all that can be sold
