"""Escalate a step: hand it on to a team that can decide what its holder cannot, with a note of what is wanted."""

from functools import partial

from cpm.bpmn.reading.properties import FOUR_EYES
from cpm.commands import checks, clashes, interventions, policies, process, teams
from cpm.errors import Forbidden, WrongState
from cpm.model import OF_PROCESS, Task
from cpm.uow import UnitOfWork

#: Whoever is asked sees it before what is usual, and after what is dangerous (rules/assignment.dmn).
PRIORITY = 80
LONGEST = 2_000  #: characters of a note


def escalate(uow: UnitOfWork, task_id: int, *, team: str, note: str) -> Task:
    """The step is free for the team, which reads the note beside it; its due time stays.

    Only who holds it may, and an approval stays with the team that approves.
    """
    task = uow.of_case(Task, task_id)
    uow.must_be_active()
    clashes.must_be_held(uow, task, "escalate")
    _must_be_able_to(uow, task)
    noted = partial(checks.plain_text, "note", note, longest=LONGEST)
    to, note = checks.together(partial(teams.to_take_over, uow, team, what="escalate to"), noted)
    policies.check(
        uow,
        task.case,
        "escalate",
        element=task.element,
        subject=f"task {task.id}",
        given={"team": to.key, "note": note},
        see=partial(process.visible, uow, task),
    )
    told = {"task": task.id, "element": task.element, "title": task.title_de, "was": task.team}
    with interventions.told(uow, task.case, "task.escalated", **told, team=to.key, note=note):
        task.escalate(to.key, by=uow.actor, because=note, priority=PRIORITY)
    return task


def _must_be_able_to(uow: UnitOfWork, task: Task) -> None:
    if task.kind not in OF_PROCESS:
        raise WrongState(
            f"Expected to escalate a step of the process, but task {task.id} is none",
            de="Weitergeben lässt sich nur ein Schritt des Prozesses.",
        )
    element = uow.bundle(task.case).program.elements.get(task.element or "")
    if element is not None and element.properties.get(FOUR_EYES):
        raise Forbidden(
            f"Expected to escalate a step, but task {task.id} is an approval and stays with its team",
            de="Eine Freigabe bleibt bei dem Team, das sie erteilt.",
        )
