"""Why a task cannot be acted on any more: who was faster, when, and what the process did meanwhile, in both languages."""

from datetime import datetime

from cpm import writing
from cpm.errors import Conflict, WrongState
from cpm.model import Task, TaskState
from cpm.queries import clash
from cpm.uow import UnitOfWork


def must_be_free(uow: UnitOfWork, task: Task) -> None:
    """Conflict unless nobody holds the task, or the actor does."""
    if task.state == TaskState.READY or _is_theirs(uow, task, TaskState.HELD):
        return
    _refuse(uow, task, "claim")


def must_be_held(uow: UnitOfWork, task: Task, verb: str) -> None:
    """Conflict unless the actor holds the task and may go on with it."""
    if not _is_theirs(uow, task):
        _refuse(uow, task, verb)


def _is_theirs(uow: UnitOfWork, task: Task, *more: TaskState) -> bool:
    return task.assignee == uow.actor and task.state in (TaskState.CLAIMED, *more)


def _refuse(uow: UnitOfWork, task: Task, verb: str) -> None:
    wanted = f"Expected to {verb} task {task.id}, but"
    who, name = task.assignee, clash.holder(uow, task)
    match task.state:
        case TaskState.DONE:
            raise Conflict(
                f"{wanted} {who} did so at {_when(uow, task.done_at, 'en')}", de=_done_de(uow, task)
            )
        case TaskState.WITHDRAWN:
            raise Conflict(f"{wanted} {_moved_on(uow, task, 'en')}", de=_moved_on(uow, task, "de"))
        case TaskState.READY:
            raise WrongState(
                f"{wanted} {uow.actor} has not claimed it",
                de="Diese Aufgabe haben Sie nicht übernommen, oder sie wurde zurückgegeben. Bitte zuerst übernehmen.",
            )
        case TaskState.HELD if who == uow.actor:
            raise WrongState(
                f"{wanted} it is held until its special case is settled",
                de="Diese Aufgabe ist angehalten, bis der Sonderfall geklärt ist.",
            )
    raise WrongState(f"{wanted} {who} holds it", de=f"Diese Aufgabe hat {name} übernommen.")


def _done_de(uow: UnitOfWork, task: Task) -> str:
    when = _when(uow, task.done_at, "de")
    if task.assignee == uow.actor:
        return f"Diese Aufgabe haben Sie selbst schon erledigt ({when})."
    return f"Diese Aufgabe hat {clash.holder(uow, task)} schon erledigt ({when})."


def _moved_on(uow: UnitOfWork, task: Task, language: str) -> str:
    last = clash.last(uow, task, language)
    when = f" ({_when(uow, last.at, language)})" if last.at else ""
    why = f" {last.cause.sentence}" if last.cause else ""
    if language == "en":
        return f"it is no longer needed: the process has moved on{when}.{why}".removesuffix(".")
    return f"Diese Aufgabe ist nicht mehr nötig: Der Vorgang ist weitergegangen{when}.{why}"


def _when(uow: UnitOfWork, at: datetime | None, language: str) -> str:
    return writing.written(at, language, uow.settings.zone)
