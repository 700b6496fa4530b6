"""Cases that began before their process declared an attribute: bring what lists compare up to its newest version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from cpm.attributes import Attribute
from cpm.commands.variables import compared
from cpm.errors import NotFound
from cpm.model import Case, Definition, Variable
from cpm.uow import UnitOfWork

BATCH = 200  #: cases that one transaction locks


@dataclass(frozen=True, slots=True)
class Refilled:
    cases: int
    values: int  #: that are compared otherwise than before
    last_id: int | None  #: None: there are no more cases


def refill(uow: UnitOfWork, process: str, after_id: int = 0, limit: int = BATCH) -> Refilled:
    """The next cases of the process by the attributes of its newest version; doing it again changes nothing.

    From then on these cases keep to that version's attributes, whatever their own one declares.
    """
    newest = uow.session.scalar(select(func.max(Definition.id)).where(Definition.key == process))
    if newest is None:
        raise NotFound(f"Expected process {process} to be deployed, but it is not")
    cases = _locked(uow, process, after_id, limit)
    bundle = uow.library.bundle(uow.session, newest, keep=newest not in uow.deployed)
    changed = _compare_anew(uow, cases, bundle.attributes)
    for case in cases:
        case.indexed_by = None if case.definition_id == newest else newest
    return Refilled(len(cases), changed, cases[-1].id if cases else None)


def follow(uow: UnitOfWork, case: Case, came_from: int) -> None:
    """The case went to another version: lists compare it by the newest that it ever had, so that no column loses it."""
    known = {case.definition_id, came_from, case.indexed_by} - {None}
    order = select(Definition.id).where(Definition.id.in_(known)).order_by(Definition.version.desc()).limit(1)
    newest = uow.session.scalars(order).one()
    case.indexed_by = None if newest == case.definition_id else newest
    bundle = uow.library.bundle(uow.session, newest, keep=newest not in uow.deployed)
    _compare_anew(uow, [case], bundle.attributes)


def _locked(uow: UnitOfWork, process: str, after_id: int, limit: int) -> Sequence[Case]:
    """In the order of their ids, as everybody who locks several does."""
    query = select(Case).where(Case.process == process, Case.id > after_id).order_by(Case.id).limit(limit)
    return uow.session.scalars(query.with_for_update(of=Case, key_share=True)).all()


def _compare_anew(uow: UnitOfWork, cases: Sequence[Case], declared: Mapping[str, Attribute]) -> int:
    by_id = {case.id: case for case in cases}
    present = select(Variable).where(
        Variable.case_id.in_(by_id),
        Variable.scope == "",
        Variable.until.is_(None),
        Variable.name.in_(declared) | Variable.process.is_not(None),
    )
    rows = []
    for variable in uow.session.scalars(present):
        wanted = compared(uow, by_id[variable.case_id], declared.get(variable.name), variable.value)
        if any(getattr(variable, column) != value for column, value in wanted.items()):
            rows.append({"id": variable.id, **wanted})
    if rows:
        uow.session.execute(update(Variable), rows)
    return len(rows)
