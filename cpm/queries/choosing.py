"""What an agent chooses from in an ad-hoc subprocess: the offers in words, what was done already, what still runs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cpm import bpmn
from cpm.library import Bundle
from cpm.model import OPEN_TASKS, Task, TaskKind
from cpm.queries import variables, wording, worklist
from cpm.queries.guidance import Action
from cpm.queries.worklist import TaskLine
from cpm.uow import UnitOfWork

#: What the machine does as soon as it is chosen.
_AUTOMATIC = frozenset(
    {"serviceTask", "sendTask", "scriptTask", "businessRuleTask", "callActivity", "intermediateThrowEvent"}
)
#: How `next_action.dmn` names what is offered.
_STEP = "step:"


@dataclass(frozen=True, slots=True)
class Offered:
    element: str
    name: str
    hint: str | None
    automatic: bool  #: it happens as soon as it is chosen, or begins to
    done: int  #: how often, since the ad-hoc subprocess began
    last: datetime | None
    suggested: str | None  #: why


@dataclass(frozen=True, slots=True)
class Running:
    element: str
    name: str
    times: int


@dataclass(frozen=True, slots=True)
class Choosing:
    seen: int  #: goes with what is chosen, so that it is known what the chooser was looking at
    offers: tuple[Offered, ...]  #: suggested ones first, then as the file has them
    can_end: bool
    cancels: bool  #: to end it cancels what still runs
    running: tuple[Running, ...]
    open: tuple[TaskLine, ...]  #: people's tasks in it
    by_itself: tuple[Running, ...]  #: of what runs, all that is nobody's task


def choosing(
    uow: UnitOfWork, task: Task, seen: Mapping[str, Any], language: str, actions: Sequence[Action] = ()
) -> Choosing | None:
    """None for a task that nothing is chosen at, or not any more. `seen` are the variables that it sees."""
    choice = _choice(uow, task)
    if choice is None:
        return None
    bundle = uow.bundle(task.case)
    why = {
        action.action.removeprefix(_STEP): action.reason
        for action in actions
        if action.action.startswith(_STEP)
    }
    offers = [_offered(uow, bundle, offer, seen, language, why=why) for offer in choice.offered]
    running = tuple(
        Running(element, wording.step_name(bundle, element, language) or element, times)
        for element, times in Counter(choice.running).items()
    )
    theirs = _open(uow, task, choice)
    return Choosing(
        seen=choice.begun,
        offers=tuple(sorted(offers, key=lambda offer: offer.suggested is None)),
        can_end=choice.can_end,
        cancels=choice.cancels,
        running=running,
        open=tuple(worklist.line(uow, each, language) for each in theirs),
        by_itself=tuple(each for each in running if each.element not in {one.element for one in theirs}),
    )


def names(uow: UnitOfWork, task: Task, language: str) -> tuple[str, ...]:
    """What can be chosen at the task, if anything."""
    choice = _choice(uow, task)
    bundle = uow.bundle(task.case)
    offers = () if choice is None else choice.offered
    return tuple(wording.step_name(bundle, offer.element, language) or offer.name for offer in offers)


def _choice(uow: UnitOfWork, task: Task) -> bpmn.Choice | None:
    case = task.case
    if task.kind != TaskKind.CHOICE or task.state not in OPEN_TASKS or case.tokens is None:
        return None
    assert task.node is not None, "a choice stands at a node"
    try:
        elsewhere = variables.Elsewhere(uow, case)
        return bpmn.choice(uow.bundle(case).program, case.tokens, {}, task.node, elsewhere)
    except bpmn.NotWaiting:  # it ends, and waits for what still runs
        return None


def _offered(
    uow: UnitOfWork,
    bundle: Bundle,
    offer: bpmn.Offer,
    seen: Mapping[str, Any],
    language: str,
    *,
    why: Mapping[str, str],
) -> Offered:
    element = bundle.program.elements[offer.element]
    return Offered(
        element=offer.element,
        name=wording.step_name(bundle, offer.element, language) or offer.name,
        hint=_hint(uow, bundle, element, seen, language),
        automatic=element.kind in _AUTOMATIC,
        done=offer.done,
        last=offer.last,
        suggested=why.get(offer.element),
    )


def _hint(
    uow: UnitOfWork, bundle: Bundle, element: bpmn.Element, seen: Mapping[str, Any], language: str
) -> str | None:
    """What the texts say of it, else what the model does."""
    said = bundle.step_text(element.id, "hint", language) or bundle.step_text(element.id, "do", language)
    if said is None:
        return element.documentation or None
    return wording.filled(said, wording.spoken(seen, bundle.forms, language), language, uow.settings.zone)


def _open(uow: UnitOfWork, task: Task, choice: bpmn.Choice) -> list[Task]:
    """Of a case's open tasks, those whose place lies within."""
    open_ones = (Task.case_id == task.case_id) & Task.state.in_(OPEN_TASKS) & (Task.id != task.id)
    found = uow.session.scalars(select(Task).where(open_ones).order_by(Task.id))
    return [each for each in found if each.node in choice.within]
