"""A customer, and the addresses by which messages find them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base, words
from cpm.salutation import Party


class CustomerKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"


class CustomerStatus(StrEnum):
    PROSPECT = "prospect"
    CUSTOMER = "customer"
    FORMER = "former"


class Customer(Base):
    __tablename__ = "customers"
    __table_args__ = (
        Index("ix_customers_name", "last_name", "first_name"),
        Index("ix_customers_company", "company_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[CustomerKind] = mapped_column(words(CustomerKind), default=CustomerKind.PERSON)
    status: Mapped[CustomerStatus] = mapped_column(words(CustomerStatus), default=CustomerStatus.PROSPECT)
    company_name: Mapped[str | None]
    gender_address: Mapped[str] = mapped_column(
        default="unknown"
    )  #: Herr | Frau | divers | unknown; never guessed
    title: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="de")
    key_account: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    @property
    def party(self) -> Party:
        """What a salutation needs to know."""
        return Party(
            kind=self.kind.value,
            company_name=self.company_name or "",
            gender_address=self.gender_address,
            title=self.title or "",
            first_name=self.first_name or "",
            last_name=self.last_name or "",
            language=self.language,
        )

    @property
    def name(self) -> str:
        person = " ".join(part for part in (self.title, self.first_name, self.last_name) if part)
        return self.company_name or person or f"#{self.id}"  # in any language


class Identifier(Base):
    """One address or number of one customer; no two customers share one."""

    __tablename__ = "identifiers"
    __table_args__ = (UniqueConstraint("kind", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str]  #: email, phone
    value: Mapped[str]  #: normalised: an address in lower case, a number as +492115550100
