"""Who belongs to a company, where customers live, and what they allowed us to write to them about."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base

_MAILING = text("mailing")


class Contact(Base):
    """A person who speaks for a company. One contact of each company gets its letters, if it has any."""

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("company_id", "person_id"),
        Index(
            "uq_contacts_mailing",
            "company_id",
            unique=True,
            postgresql_where=_MAILING,
            sqlite_where=_MAILING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    function: Mapped[str | None]  #: what they do there: purchasing, head of service
    mailing: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Address(Base):
    """Where letters and goods go."""

    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str]  #: main, billing, delivery, private
    extra: Mapped[str | None]  #: a line before the street: department, c/o, building
    street: Mapped[str]  #: with its number, or a post-office box
    postcode: Mapped[str]
    city: Mapped[str]
    country: Mapped[str]  #: ISO 3166-1 alpha-2: DE
    created_at: Mapped[datetime]
    unreachable_at: Mapped[datetime | None]  #: since when nothing arrives there
    unreachable_why: Mapped[str | None]


class Consent(Base):
    """One word of a customer on one channel and purpose; the latest counts. Never changed."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_latest", "customer_id", "channel", "purpose", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    channel: Mapped[str]  #: email, phone, letter ...
    purpose: Mapped[str]  #: advertising, notices ...
    given: Mapped[bool]  #: else it was withdrawn
    at: Mapped[datetime]  #: when the customer said so
    source: Mapped[str]  #: where they said so: phone, web form, trade fair, opt-out link
    text_version: Mapped[str | None]  #: of the text that they agreed to
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
