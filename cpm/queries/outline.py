"""Where a case is, from outside in: its process, the subprocesses, calls and instances, and what waits in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cpm import bpmn
from cpm.library import Bundle
from cpm.model import OPEN_TASKS, Case
from cpm.queries import one_case, variables, wording
from cpm.uow import UnitOfWork

#: Beside the way: they wait as long as something else goes on.
_BESIDE = {"boundaryEvent", "startEvent"}


@dataclass(frozen=True, slots=True)
class Branch:
    """One element that runs, with what is inside it."""

    node: int
    element: str
    name: str
    kind: str  #: the BPMN element, such as "callActivity"
    called: str | None  #: the process that it has called
    instance: int | None  #: which one it is, of an element that is done several times
    waits: str  #: task, job, event, branches, fault; inside: for what is inside it
    task: int | None  #: the open task of a person
    inside: tuple["Branch", ...]
    more: int  #: how many others are inside it and not told

    @property
    def beside(self) -> bool:
        return self.kind in _BESIDE


def of_case(uow: UnitOfWork, case: Case, language: str) -> tuple[Branch, ...]:
    """Nothing for a case that is over, or waits to begin."""
    if case.tokens is None or case.closed_at is not None:
        return ()
    bundle = uow.bundle(case)
    try:
        places = bpmn.outline(bundle.program, case.tokens, variables.Elsewhere(uow, case))
    except bpmn.UnreadableState:
        return ()  # whoever lets it go on is told; until then the case can be looked at
    tasks = {
        task.node: task.id
        for task in one_case.tasks(uow, case.id)
        if task.node is not None and task.state in OPEN_TASKS
    }
    return tuple(_branch(bundle, place, tasks, language) for place in places)


def nested(branches: Iterable[Branch]) -> bool:
    """Is there anything to tell that a list of tasks does not?"""
    return any(not inner.beside for branch in branches for inner in branch.inside)


def _branch(bundle: Bundle, place: bpmn.Place, tasks: Mapping[int, int], language: str) -> Branch:
    return Branch(
        node=place.node,
        element=place.element,
        name=wording.step_name(bundle, place.element, language) or place.element,
        kind=place.kind,
        called=place.called,
        instance=place.instance,
        waits=place.waits,
        task=tasks.get(place.node),
        inside=tuple(_branch(bundle, inner, tasks, language) for inner in place.inside),
        more=place.more,
    )
