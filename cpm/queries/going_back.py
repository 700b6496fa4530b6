"""Whether a step that is done may be done again (`cpm:again`), and what that takes away.

`true`: from wherever the case stands behind it, unless a machine has done something since. Ids of steps: from these, whatever
machines have done; the model answers for that.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from cpm import bpmn
from cpm.bpmn.reading.properties import AGAIN
from cpm.model import OPEN_TASKS, Case, CaseState, Event, Task, TaskKind, TaskState
from cpm.queries import variables, wording
from cpm.uow import UnitOfWork

#: English and German.
_OVER = ("the case is closed", "Der Vorgang ist abgeschlossen.")
_LATER = ("it was done again since", "Dieser Schritt wurde seitdem noch einmal erledigt.")
_AT_IT = ("it is being done again", "Dieser Schritt wird gerade noch einmal erledigt.")
_NOTHING = ("nothing waits behind it", "Hinter diesem Schritt wartet gerade nichts.")
_SEVERAL = ("it is one of several alike", "Dieser Schritt läuft mehrfach.")
_UNDER_WAY = ("another system is being asked", "Gerade wird ein anderes System gefragt.")
_TOO_FAR = ("the process has gone too far for that", "Dafür ist der Vorgang schon zu weit.")
_CALLED = (
    "another system has done something since",
    "Seitdem hat ein anderes System schon etwas ausgeführt; das lässt sich so nicht zurücknehmen.",
)


@dataclass(frozen=True, slots=True)
class GoingBack:
    nodes: tuple[int, ...]  #: what is taken away
    gone: tuple[str, ...]  #: the same, by name
    held: tuple[Task, ...]  #: people's open steps among it
    refused: tuple[str, str] | None  #: why not, in English and German


def of_task(uow: UnitOfWork, task: Task, language: str) -> GoingBack | None:
    """None for a step that is not done, or that the model lets nobody do again."""
    if task.kind != TaskKind.STEP or task.state != TaskState.DONE or not task.element:
        return None
    bundle = uow.bundle(task.case)
    element = bundle.program.elements.get(task.element)
    allowed = element.properties.get(AGAIN, "false") if element else "false"
    if allowed == "false":
        return None
    case = task.case
    if case.state != CaseState.OPEN or case.tokens is None:
        return _not(_OVER)
    try:
        found = bpmn.behind(bundle.program, case.tokens, task.element, variables.Elsewhere(uow, case))
    except bpmn.UnreadableState:
        return None
    if found is None or not found.places:
        same = (Task.case_id == case.id) & (Task.element == task.element) & Task.state.in_(OPEN_TASKS)
        return _not(_NOTHING if uow.session.scalar(select(func.count()).where(same)) == 0 else _AT_IT)
    if (why := _against(uow, task, found, allowed)) is not None:
        return _not(why)
    nodes = tuple(place.node for place in found.places)
    inside = {each for place in found.places for each in _nodes(place)}
    here = (Task.case_id == case.id) & Task.state.in_(OPEN_TASKS)
    held = [each for each in uow.session.scalars(select(Task).where(here)) if each.node in inside]
    names = (wording.place_name(bundle, place.element, language) for place in found.places)
    return GoingBack(nodes, tuple(dict.fromkeys(names)), tuple(held), None)


def latest(look: UnitOfWork, task: Task) -> Task:
    """Of all that were made of its step in its case."""
    made = select(Task).where(*_alike(task)).order_by(Task.id.desc())
    return look.session.scalars(made.limit(1)).one()


def _alike(task: Task) -> tuple[ColumnElement[bool], ...]:
    return (Task.case_id == task.case_id, Task.element == task.element, Task.kind == TaskKind.STEP)


def _not(why: tuple[str, str]) -> GoingBack:
    return GoingBack((), (), (), why)


def _against(uow: UnitOfWork, task: Task, found: bpmn.Behind, allowed: str) -> tuple[str, str] | None:
    if latest(uow, task) is not task:
        return _LATER
    if not found.alone:
        return _SEVERAL
    if any(_asks(place) for place in found.places):
        return _UNDER_WAY
    if allowed != "true":
        named = {each.strip() for each in allowed.split(",")}
        return None if {place.element for place in found.places} <= named else _TOO_FAR
    return _CALLED if _called(uow, task.case, task, found) else None


def _asks(place: bpmn.Place) -> bool:
    return place.waits == "job" or any(_asks(inner) for inner in place.inside)


def _nodes(place: bpmn.Place) -> set[int]:
    return {place.node}.union(*(_nodes(inner) for inner in place.inside))


def _called(uow: UnitOfWork, case: Case, task: Task, found: bpmn.Behind) -> bool:
    """What a machine has done cannot be done again without harm."""
    since = (Event.case_id == case.id) & (Event.at >= task.done_at)
    finished = select(Event.particulars).where(since, Event.what == "job.finished")
    return any(_element(said) in found.elements for said in uow.session.scalars(finished))


def _element(said: dict[str, object]) -> str | None:
    """A job's key names its step: C-000042-7/send_answer/17."""
    parts = str(said.get("key") or "").split("/")
    element = said.get("element") or (parts[1] if len(parts) > 1 else None)
    return str(element) if element else None
