"""Instances of large multi-instances lie in rows of their own: written with the step that changes them."""

from sqlalchemy import delete, insert, update
from sqlalchemy.sql.expression import bindparam

from cpm import bpmn
from cpm.model import Case, Part
from cpm.queries.variables import MOST_NAMED
from cpm.uow import UnitOfWork

_CHANGE = (
    update(Part.__table__)  # type: ignore[arg-type]  # declared as FromClause, is a Table
    .where(Part.case_id == bindparam("of_case"), Part.number == bindparam("of_part"))
    .values(tokens=bindparam("become"))
)


def save(uow: UnitOfWork, case: Case, step: bpmn.Step) -> None:
    """After a step: its new parts, those that changed, and none of those that are gone."""
    there = uow.known[case.id].parts
    fresh, changed, gone = [], [], []
    for number, part in step.parts.items():
        if part is None:
            gone.append(number)
        elif there.get(number) is None:
            fresh.append({"case_id": case.id, "number": number, "body": part.body, "tokens": part.tokens})
        else:
            changed.append({"of_case": case.id, "of_part": number, "become": part.tokens})
    for begin in range(0, len(gone), MOST_NAMED):
        few = Part.number.in_(gone[begin : begin + MOST_NAMED])
        uow.session.execute(delete(Part).where(Part.case_id == case.id, few), execution_options=_ROWS_ALONE)
    if fresh:
        uow.session.execute(insert(Part.__table__), fresh)  # type: ignore[arg-type]  # as above
    if changed:
        uow.session.execute(_CHANGE, changed)
    there.update(step.parts)


def forget(uow: UnitOfWork, case: Case) -> None:
    """The case has ended before they have."""
    if not bpmn.is_whole(case.tokens):
        uow.session.execute(delete(Part).where(Part.case_id == case.id), execution_options=_ROWS_ALONE)


_ROWS_ALONE = {"synchronize_session": False}  #: no session ever holds parts as objects
