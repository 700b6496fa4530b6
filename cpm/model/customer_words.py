"""What an installation calls things by when it sorts its customers: categories, business fields, lead sources, attributes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cpm.attributes import Kind
from cpm.model.base import Base, Exact, words


class TermKind(StrEnum):
    CATEGORY = "category"
    BUSINESS_FIELD = "business_field"
    LEAD_SOURCE = "lead_source"


class Term(Base):
    """One word of a list that customers are sorted by: a trade fair, a line of business, where leads come from."""

    __tablename__ = "terms"

    kind: Mapped[TermKind] = mapped_column(words(TermKind), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    name_de: Mapped[str]
    name_en: Mapped[str]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]  #: nobody is sorted under it any more; who is, stays

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_de


class CustomerTerm(Base):
    """A category or business field that a customer has; they have any number of them."""

    __tablename__ = "customer_terms"
    __table_args__ = (
        ForeignKeyConstraint(["kind", "key"], ["terms.kind", "terms.key"], name="fk_customer_terms_kind"),
        Index("ix_customer_terms_customer", "customer_id"),
    )

    kind: Mapped[TermKind] = mapped_column(words(TermKind), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)


class CustomerAttribute(Base):
    """What an installation wants to know of customers beside what all do; declared once."""

    __tablename__ = "customer_attributes"

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(words(Kind))  #: text, number, date, choice
    name_de: Mapped[str]
    name_en: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  #: of a choice: key -> {"de": ..., "en": ...}
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_de


class CustomerValue(Base):
    """The value of one attribute of one customer; lists compare `amount`, `day` or `sought` (`cpm.attributes`)."""

    __tablename__ = "customer_values"
    __table_args__ = tuple(
        Index(
            f"ix_customer_values_{column}",
            "key",
            column,
            postgresql_where=text(f"{column} IS NOT NULL"),
            sqlite_where=text(f"{column} IS NOT NULL"),
        )
        for column in ("amount", "day", "sought")
    )

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    key: Mapped[str] = mapped_column(ForeignKey("customer_attributes.key"), primary_key=True)
    value: Mapped[Any] = mapped_column(Exact)
    amount: Mapped[int | None]
    day: Mapped[date | None]
    sought: Mapped[str | None] = mapped_column(
        # by code points, so that both databases sort alike
        Text().with_variant(Text(collation="C"), "postgresql")
    )
