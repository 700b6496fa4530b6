"""A case's variables, in the scopes of its process: read the present ones, write what a step changed."""

from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from cpm import values
from cpm.bpmn import Scopes
from cpm.model import Case, Variable
from cpm.uow import UnitOfWork

_TABLE: Table = Variable.__table__  # type: ignore[assignment]  # declared as FromClause, is a Table
_OF_CASE = select(_TABLE.c.scope, _TABLE.c.name, _TABLE.c.value).where(
    _TABLE.c.case_id == bindparam("case"), _TABLE.c.until.is_(None)
)
_END = (
    update(_TABLE)
    .where(
        _TABLE.c.case_id == bindparam("of_case"),
        _TABLE.c.scope == bindparam("of_scope"),
        _TABLE.c.name == bindparam("of_name"),
        _TABLE.c.until.is_(None),
    )
    .values(until=bindparam("ended"))
)
_ABSENT = object()


def load(uow: UnitOfWork, case: Case) -> Scopes:
    """The present variables of every scope; the case's own stand under "". The case must be locked."""
    if (known := uow.scopes.get(case.id)) is not None:
        return known
    scopes: dict[str, dict[str, Any]] = {"": {}}
    for scope, name, value in uow.session.execute(_OF_CASE, {"case": case.id}):
        scopes.setdefault(scope, {})[name] = value
    uow.scopes[case.id] = scopes
    return scopes


def save(uow: UnitOfWork, case: Case, before: Scopes, after: Scopes) -> None:
    """Write what differs; the old values stay as history, ending at the case's latest journal entry."""
    uow.scopes[case.id] = after
    ended, begun = [], []
    for scope in {**before, **after}:
        old, new = before.get(scope, {}), after.get(scope, {})
        if old is new:
            continue
        for name in {**old, **new}:
            was, becomes = old.get(name, _ABSENT), new.get(name, _ABSENT)
            if _same(was, becomes):
                continue
            if was is not _ABSENT:
                ended.append({"of_case": case.id, "of_scope": scope, "of_name": name, "ended": case.rev})
            if becomes is not _ABSENT:
                row = {"case_id": case.id, "scope": scope, "name": name, "value": becomes, "since": case.rev}
                begun.append(row)
    if ended:
        uow.session.execute(_END, ended)
    if begun:
        uow.session.execute(insert(_TABLE), begun)


def _same(was: Any, becomes: Any) -> bool:
    """Nothing that `values` tells apart is the same, though Python finds 1, true and 1.0 equal."""
    return was is becomes or (was == becomes and values.dumps(was) == values.dumps(becomes))
