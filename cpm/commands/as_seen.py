"""Nobody overwrites unseen what has changed in the case since their form was drawn."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cpm.commands import process
from cpm.errors import Conflict
from cpm.model import Task, Variable
from cpm.uow import UnitOfWork


class Overtaken(Conflict):
    """Fields of the form say something else in the case now, and not what is handed in."""

    def __init__(self, message: str, fields: tuple[str, ...], given: Mapping[str, Any], *, de: str) -> None:
        super().__init__(message, de=de)
        self.fields, self.given = fields, given


def must_be_as_seen(uow: UnitOfWork, task: Task, values: Mapping[str, Any], seen: int | None) -> None:
    """Overtaken if the case has other values than those handed in, and has them since the journal entry `seen`.

    Costs a statement only if anything has happened in the case since. Programs, which saw no form, give None.
    """
    if seen is None or seen >= task.case.rev or not values:
        return
    fresh = select(Variable.name).where(
        Variable.case_id == task.case_id,
        Variable.name.in_(values),
        Variable.since > seen,
        Variable.until.is_(None),
    )
    changed = set(uow.session.scalars(fresh))
    now = process.visible(uow, task) if changed else {}
    fields = tuple(key for key in values if key in changed and now.get(key) != values[key])
    if fields:
        raise Overtaken(
            "While you were typing, something changed in the case that this form asks for, too.",
            fields,
            values,
            de="Während Sie geschrieben haben, hat sich im Vorgang etwas geändert, das auch in diesem Formular steht.",
        )
