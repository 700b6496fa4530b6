"""The variables of a case as they are now."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cpm import bpmn
from cpm.model import Case, Variable
from cpm.uow import UnitOfWork


def scopes(uow: UnitOfWork, case: Case) -> bpmn.Scopes:
    found: dict[str, dict[str, Any]] = {"": {}}
    query = (
        select(Variable).where(Variable.case_id == case.id, Variable.until.is_(None)).order_by(Variable.id)
    )
    for variable in uow.session.scalars(query):
        found.setdefault(variable.scope, {})[variable.name] = variable.value
    return found


def of_case(uow: UnitOfWork, case: Case) -> Mapping[str, Any]:
    return scopes(uow, case)[""]


def seen_at(uow: UnitOfWork, case: Case, node: int | None) -> Mapping[str, Any]:
    """What a place in the process sees: its own variables over those of the process around it."""
    known = scopes(uow, case)
    if node is None or case.tokens is None:
        return known[""]
    try:
        return bpmn.visible(uow.bundle(case).program, case.tokens, known, node)
    except bpmn.NotWaiting:  # it has gone on; what the case knows is left
        return known[""]
