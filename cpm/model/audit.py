"""The audit: who changed what about people, access and definitions. The journal tells of cases, this of the house."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base


class AuditEntry(Base):
    """Never changed. No secret ever stands in it."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    what: Mapped[str] = mapped_column(index=True)  #: noun.past-verb
    particulars: Mapped[dict[str, Any]]
    customer_id: Mapped[int | None] = mapped_column(
        index=True
    )  #: of whom it tells, if it is about a customer
