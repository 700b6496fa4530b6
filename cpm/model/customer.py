"""A customer: a person or a company, and what lists of them are filtered by."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cpm import case_numbers
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
    status: Mapped[CustomerStatus] = mapped_column(
        words(CustomerStatus), default=CustomerStatus.PROSPECT, index=True
    )
    company_name: Mapped[str | None]
    gender_address: Mapped[str] = mapped_column(
        default="unknown"
    )  #: Herr | Frau | divers | unknown; never guessed
    title: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    born: Mapped[date | None]  #: a person's, if they gave it
    language: Mapped[str] = mapped_column(default="de")
    key_account: Mapped[bool] = mapped_column(default=False)
    lead_source: Mapped[str | None] = mapped_column(index=True)  #: the key of a Term
    #: The customer who stands for this one since they turned out to be the same; None: this one stands for itself.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    created_at: Mapped[datetime]

    @property
    def number(self) -> str:
        """What people call them by, check digit included: K-000042-7."""
        return case_numbers.customer_number(self.id)

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
        return named(self.id, self.company_name, self.title, self.first_name, self.last_name)


def named(
    customer_id: int,
    company_name: str | None,
    title: str | None,
    first_name: str | None,
    last_name: str | None,
) -> str:
    """What a customer is called, for who reads no more of them; in any language."""
    person = " ".join(part for part in (title, first_name, last_name) if part)
    return company_name or person or f"#{customer_id}"
