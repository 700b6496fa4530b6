"""What an element was called in the versions on which a case has run before."""

from sqlalchemy import select

from cpm.model import Case, Event, MigrationPlan
from cpm.uow import UnitOfWork


def of_element(uow: UnitOfWork, case: Case, *elements: str) -> frozenset[str]:
    """All its ids, or theirs, those of now among them: what people did there was written down under these."""
    taken = select(Event.particulars).where(Event.case_id == case.id, Event.what == "case.migrated")
    names = set(elements)
    for particulars in uow.session.scalars(taken.order_by(Event.seq.desc())):
        plan = uow.get(MigrationPlan, int(particulars["plan"]))
        names |= {_bare(old) for old, new in plan.elements.items() if _bare(new) in names}
    return frozenset(names)


def _bare(key: str) -> str:
    """Without the called process before it."""
    return key.rpartition("/")[2]
