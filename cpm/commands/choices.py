"""Choose what is done next in an ad-hoc subprocess, and say when it is enough.

Both are told what the actor was looking at, by the number that came with it (`Choice.begun`): whoever clicks twice does
it once, and whoever looks at an old page is told so.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import func, select

from cpm import bpmn
from cpm.commands import checks, clashes, holding, policies, process, tasks
from cpm.errors import Conflict, Forbidden, Invalid, WrongState
from cpm.model import OF_PROCESS, Event, Task, TaskKind, TaskState
from cpm.policies import PolicyRefusal
from cpm.queries import changeable
from cpm.uow import UnitOfWork

_NOTHING: Mapping[str, Any] = {}


def choose(
    uow: UnitOfWork,
    task_id: int,
    element: str,
    *,
    seen: int | None = None,
    variables: Mapping[str, Any] = _NOTHING,
) -> Task:
    """Begin `element`; the variables are for what follows from this choice alone. What a person has to do there is the
    actor's, unless the model or a policy gives it to somebody else.

    Again with the same `seen` changes nothing. Conflict if somebody has chosen meanwhile.
    """
    task = uow.of_case(Task, task_id)
    if _ended_so(uow, task, element):
        return task
    task = _held(uow, task_id, "choose at")
    choice = process.choice(uow, task)
    if seen is not None and choice.begun == seen + 1 and choice.last == element:
        return task
    _must_be_as_seen(task, choice, seen)
    _must_be_offered(task, choice, element)
    given = _brought(uow, task, variables)
    _check_policies(uow, task, "choose", element, given)
    latest = select(func.max(Task.id)).where(Task.case_id == task.case_id)
    before = uow.session.scalar(latest) or 0
    assert task.node is not None, "a choice stands at a node"
    process.resume(uow, task.case, bpmn.Chosen(task.node, element, given))
    _take(uow, task, element, before)
    return task


def end_choice(
    uow: UnitOfWork, task_id: int, *, seen: int | None = None, cancel_running: bool = False
) -> Task:
    """Nothing more is to be done there. Again changes nothing.

    Conflict if something that still runs would be cancelled by it, unless `cancel_running`.
    """
    task = uow.of_case(Task, task_id)
    if task.kind == TaskKind.CHOICE and task.state == TaskState.DONE and task.assignee == uow.actor:
        return task
    task = _held(uow, task_id, "end")
    choice = process.choice(uow, task)
    _must_be_as_seen(task, choice, seen)
    _must_end_by_hand(task, choice)
    if choice.running and choice.cancels and not cancel_running:
        raise Conflict(
            f"Expected nothing to run in {choice.element!r} any more, but {', '.join(choice.running)} would be cancelled",
            de="Es läuft noch etwas, das damit abgebrochen würde.",
        )
    _check_policies(uow, task, "end_choice", task.element, {})
    task.complete(at=uow.now)
    assert task.node is not None, "a choice stands at a node"
    process.resume(uow, task.case, bpmn.Ended(task.node))
    return task


def _held(uow: UnitOfWork, task_id: int, verb: str) -> Task:
    task = uow.of_case(Task, task_id)
    uow.must_be_active()
    if task.kind != TaskKind.CHOICE:
        raise WrongState(
            f"Expected something to choose at task {task_id}, but there is nothing",
            de="Bei dieser Aufgabe gibt es nichts zu wählen.",
        )
    clashes.must_be_held(uow, task, verb)
    holding.must_go_on(uow, task.case)
    return task


def _ended_so(uow: UnitOfWork, task: Task, element: str) -> bool:
    """Whether this very choice of the actor was the last that was needed."""
    if task.kind != TaskKind.CHOICE or task.state != TaskState.DONE:
        return False
    of_then = (Event.case_id == task.case_id) & (Event.at == task.done_at) & (Event.what == "step.chosen")
    told = uow.session.scalars(select(Event).where(of_then, Event.actor == uow.actor))
    return any(event.particulars.get("element") == element for event in told)


def _must_be_as_seen(task: Task, choice: bpmn.Choice, seen: int | None) -> None:
    if seen is not None and seen != choice.begun:
        raise Conflict(
            f"Expected task {task.id} to be as it was looked at, but something was chosen since",
            de="Hier wurde inzwischen schon etwas gewählt. Bitte noch einmal ansehen.",
        )


def _must_be_offered(task: Task, choice: bpmn.Choice, element: str) -> None:
    if element in {offer.element for offer in choice.offered}:
        return
    if not choice.offered:
        raise Conflict(
            f"Expected task {task.id} to offer something, but {', '.join(choice.running)} has to end first",
            de="Hier kann erst wieder gewählt werden, wenn erledigt ist, was gerade läuft.",
        )
    offered = ", ".join(offer.element for offer in choice.offered)
    raise Invalid(
        f"Expected one of {offered}, but got {element!r:.80}",
        [("element", "is not offered")],
        de="Dieser Schritt steht hier nicht zur Wahl.",
        problems_de=[("element", "Dieser Schritt steht hier nicht zur Wahl.")],
    )


def _brought(uow: UnitOfWork, task: Task, variables: Mapping[str, Any]) -> dict[str, Any]:
    """A variable of the choice hides the case's: never what the engine knows, or what an approval stands on."""
    given = checks.values(variables)
    if fixed := sorted(given.keys() & changeable.locked(uow, task.case)):
        raise Invalid(
            f"Expected a choice to bring variables of its own, but {fixed[0]} is not the chooser's to say",
            [(f"variables.{name}", "is not the chooser's to say") for name in fixed],
            problems_de=[(f"variables.{name}", "Das legt nicht fest, wer wählt.") for name in fixed],
        )
    return given


def _must_end_by_hand(task: Task, choice: bpmn.Choice) -> None:
    if not choice.can_end:
        raise WrongState(
            f"Expected to end task {task.id}, but it ends by itself when its condition holds",
            de="Dieser Teil endet von selbst, sobald seine Bedingung erfüllt ist.",
        )


def _check_policies(
    uow: UnitOfWork, task: Task, action: str, element: str | None, given: Mapping[str, Any]
) -> None:
    """What policies say stands on the data as the ad-hoc subprocess sees them; `element` is what is begun."""
    see = partial(process.visible, uow, task)
    policies.check(uow, task.case, action, element=element, subject=f"task {task.id}", given=given, see=see)


def _take(uow: UnitOfWork, task: Task, element: str, before: int) -> None:
    """Who chooses a step of a person does it, if it is one and free for them."""
    here = (Task.case_id == task.case_id) & (Task.element == element) & (Task.id > before)
    free = select(Task).where(here, Task.state == TaskState.READY, Task.kind.in_(OF_PROCESS)).limit(2)
    found = uow.session.scalars(free).all()
    if len(found) != 1 or not found[0].is_for(uow.user()):
        return
    try:
        tasks.claim(uow, found[0].id)
    except (Conflict, Forbidden, PolicyRefusal):
        return
