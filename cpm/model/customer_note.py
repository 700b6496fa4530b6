"""What people of us note about a customer, free of any case. No customer ever reads it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base


class CustomerNote(Base):
    __tablename__ = "customer_notes"
    __table_args__ = (Index("ix_customer_notes_customer", "customer_id", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    author: Mapped[str] = mapped_column(ForeignKey("users.login"))
    at: Mapped[datetime]
    text: Mapped[str]  #: empty once it was taken back
    rev: Mapped[int] = mapped_column(default=1)  #: one more with each change
    changed_at: Mapped[datetime | None]
    changed_by: Mapped[str | None]
    taken_back_at: Mapped[datetime | None]
    taken_back_by: Mapped[str | None]
