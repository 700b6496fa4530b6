"""How much of ours is in which ERP."""

from dataclasses import dataclass, field

from sqlalchemy import func, select

from cpm.model import Case, CaseState, ErpLink
from cpm.uow import UnitOfWork


@dataclass(slots=True)
class Held:
    """`customer`, `order` and `invoice` are linked; `open_cases` work with it now."""

    linked: dict[str, int] = field(default_factory=dict)
    open_cases: int = 0


def held(look: UnitOfWork) -> dict[str, Held]:
    """By system, also those that are set up no more."""
    found: dict[str, Held] = {}
    kinds = select(ErpLink.system, ErpLink.kind, func.count()).group_by(ErpLink.system, ErpLink.kind)
    for system, kind, count in look.session.execute(kinds):
        found.setdefault(system, Held()).linked[kind.value] = count
    cases = select(Case.erp, func.count()).where(Case.state == CaseState.OPEN, Case.erp.is_not(None))
    for name, count in look.session.execute(cases.group_by(Case.erp)):
        found.setdefault(str(name), Held()).open_cases = count
    return found
