"""Which element of one version of a process became which of another: kept for good, so that it can be read years later."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cpm import bpmn
from cpm.model.base import Base, Exact


class MigrationPlan(Base):
    """Never changed. The same mapping is kept once."""

    __tablename__ = "migration_plans"
    __table_args__ = (UniqueConstraint("from_id", "to_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    elements: Mapped[dict[str, str]] = mapped_column(Exact)
    flows: Mapped[dict[str, str]] = mapped_column(Exact)  #: as `cpm.bpmn.Plan` has them
    anew: Mapped[list[str]]
    forgotten: Mapped[list[str]]
    digest: Mapped[str]  #: SHA-256 of all that, hexadecimal
    made_at: Mapped[datetime]
    made_by: Mapped[str]

    @property
    def plan(self) -> bpmn.Plan:
        anew, forgotten = frozenset(self.anew), frozenset(self.forgotten)
        return bpmn.Plan(self.elements, flows=self.flows, anew=anew, forgotten=forgotten)
