"""A case's variables, in the scopes of its process: read the present ones, write what a step changed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, bindparam, insert, update

from cpm import attributes, values
from cpm.attributes import Attribute
from cpm.bpmn import Scopes, part_of_scope
from cpm.model import Case, Variable
from cpm.queries.variables import load
from cpm.uow import UnitOfWork

__all__ = ["compared", "load", "save"]

_TABLE: Table = Variable.__table__  # type: ignore[assignment]  # declared as FromClause, is a Table
_END = (
    update(_TABLE)
    .where(
        _TABLE.c.case_id == bindparam("of_case"),
        _TABLE.c.part == bindparam("of_part"),
        _TABLE.c.scope == bindparam("of_scope"),
        _TABLE.c.name == bindparam("of_name"),
        _TABLE.c.until.is_(None),
    )
    .values(until=bindparam("ended"))
)
_BEGIN = insert(_TABLE)
_END_INNER = (
    update(_TABLE)
    .where(_TABLE.c.case_id == bindparam("of_case"), _TABLE.c.scope != "", _TABLE.c.until.is_(None))
    .values(until=bindparam("ended"))
)
_ABSENT = object()


def save(uow: UnitOfWork, case: Case, before: Scopes, after: Scopes) -> None:
    """Write what differs; the old values stay as history, ending at the case's latest journal entry."""
    uow.known_of(case).scopes = dict(after)
    ended, begun = [], []
    declared = _declared(uow, case)
    for scope in {**before, **after}:
        old, new = before.get(scope, {}), after.get(scope, {})
        if old is new:
            continue
        of = {"of_case": case.id, "of_part": part_of_scope(scope), "of_scope": scope}
        for name in {**old, **new}:
            was, becomes = old.get(name, _ABSENT), new.get(name, _ABSENT)
            if _same(was, becomes):
                continue
            if was is not _ABSENT:
                ended.append({**of, "of_name": name, "ended": case.rev})
            if becomes is not _ABSENT:
                row = {
                    "scope": scope,
                    "part": of["of_part"],
                    "name": name,
                    "value": becomes,
                    "since": case.rev,
                }
                attribute = None if scope else declared.get(name)
                begun.append({"case_id": case.id, **row, **compared(uow, case, attribute, becomes)})
    if ended:
        uow.rows.execute(_END, ended)
    if begun:
        uow.rows.execute(_BEGIN, begun)


def leave_inner(uow: UnitOfWork, case: Case) -> None:
    """The case has ended whatever it waited for: what its steps and subprocesses knew is history."""
    uow.rows.execute(_END_INNER, {"of_case": case.id, "ended": case.rev})
    known = uow.known_of(case)
    known.scopes = {scope: own for scope, own in known.scopes.items() if not scope}


def compared(uow: UnitOfWork, case: Case, attribute: Attribute | None, value: Any) -> dict[str, Any]:
    """What lists of cases compare a variable by: nothing, unless its process declares it."""
    if attribute is None:
        return {"process": None, "amount": None, "day": None, "sought": None}
    found = attributes.typed(attribute.kind, value, uow.settings.zone)
    return {"process": case.process, "amount": found.amount, "day": found.day, "sought": found.sought}


def _declared(uow: UnitOfWork, case: Case) -> Mapping[str, Attribute]:
    """The attributes of the case's own version of its process, or of the one it was indexed by later."""
    if case.indexed_by is None:
        return uow.bundle(case).attributes
    return uow.library.bundle(uow.session, case.indexed_by).attributes


def _same(was: Any, becomes: Any) -> bool:
    """Nothing that `values` tells apart is the same, though Python finds 1, true and 1.0 equal."""
    return was is becomes or (was == becomes and values.dumps(was) == values.dumps(becomes))
