"""A difference between the two sides that a reconciliation found, with the incident of who settles it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base, Exact
from cpm.model.case import Case
from cpm.model.incident import Incident


class ErpFinding(Base):
    __tablename__ = "erp_findings"
    __table_args__ = (
        UniqueConstraint("system", "mark"),
        Index("ix_erp_findings_incident", "incident_id"),
        Index("ix_erp_findings_case", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str]
    mark: Mapped[str]  #: what it is about: kind, key and field, "order/C-000042-7/total"
    kind: Mapped[str]  #: customer | order | invoice
    key: Mapped[str]
    field: Mapped[str]  #: what differs; "missing" and "unknown": one side lacks it
    code: Mapped[str]  #: drift | payment_mismatch
    ours: Mapped[Any | None] = mapped_column(Exact)
    theirs: Mapped[Any | None] = mapped_column(Exact)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))  #: None: no case knows of it
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]  #: when a reconciliation last found it
    gone_at: Mapped[datetime | None]  #: when one no longer did

    case: Mapped[Case | None] = relationship()
    incident: Mapped[Incident | None] = relationship()
