"""That a suggestion was shown to somebody: written down once for each action of a case, so that what became of it counts."""

from collections.abc import Iterable

from cpm.model import Suggestion, Task
from cpm.model.task import OF_PROCESS
from cpm.queries import guidance, guiding_facts, suggestions, variables
from cpm.queries.guidance import NOTHING, SHOWN, Action
from cpm.uow import UnitOfWork


def show(uow: UnitOfWork, task: Task, *, to: str | None = None) -> list[Suggestion]:
    """What stands on the card beside the step at this moment; what was shown before is not told again.

    `to` is the login of who has the step now, the actor's if nothing is said.
    """
    if task.kind not in OF_PROCESS:
        return []
    about = guiding_facts.known(uow, task, variables.seen_at(uow, task.case, task.node))
    card = [one for one in guidance.actions(uow, about, "de")[:SHOWN] if one.action != NOTHING]
    return noted(uow, task, card, to=to) if card else []


def noted(
    uow: UnitOfWork, task: Task, actions: Iterable[Action], *, to: str | None = None
) -> list[Suggestion]:
    """The new rows; the case is locked, so nobody else adds the same."""
    there = suggestions.of_case(uow, task.case)
    made = [_row(uow, task, one, to or uow.actor) for one in actions if one.action not in there]
    uow.session.add_all(made)
    return made


def _row(uow: UnitOfWork, task: Task, one: Action, to: str) -> Suggestion:
    return Suggestion(
        case=task.case,
        case_id=task.case_id,
        task_id=task.id,
        process=task.case.process,
        element=task.element,
        kind=one.kind,
        action=one.action,
        does=one.does,
        due=one.due,
        title_de=one.words["de"].title,
        title_en=one.words["en"].title,
        reason_de=one.words["de"].reason,
        reason_en=one.words["en"].reason,
        version=one.by.version,
        row=one.row,
        shown_at=uow.now,
        shown_to=to,
    )
