"""Steps that wait for a person: listed, taken, put aside and done."""

from collections.abc import Mapping
from typing import Any

from cpm.commands import tasks as commands
from cpm.model import OPEN_TASKS, Task
from cpm.queries import access, guidance, task_list, worklist
from cpm.queries import task as shown
from cpm.queries.choosing import Choosing
from cpm.queries.guidance import Guidance
from cpm.queries.task import TaskView
from cpm.queries.task_list import TaskSearch
from cpm.queries.worklist import TaskLine
from cpm.uow import UnitOfWork
from web.api import examples, paging
from web.api.blueprint import blueprint, scoped
from web.api.keyed import command
from web.api.paging import paged, window
from web.api.task_schemas import (
    CompletionSchema,
    GuidanceSchema,
    ParkSchema,
    TaskDetailsSchema,
    TaskPageSchema,
    TaskQuery,
    TaskSchema,
)
from web.here import engine
from web.language import language
from web.visitor import visitor

TAGS = ["Tasks"]


@blueprint.get("/tasks", tags=TAGS)
@scoped("tasks:read")
@blueprint.arguments(TaskQuery, location="query")
@blueprint.response(200, TaskPageSchema, headers=paging.HEADERS, example=examples.TASK_PAGE)
def list_tasks(query: dict[str, Any]) -> Any:
    """Tasks, the most urgent first."""
    offset, limit = window(query)
    with engine().read(visitor().login) as look:
        found = task_list.page(look, _search(query), offset=offset, limit=limit, language=language())
    return paged(found.items, found.total, offset, limit)


@blueprint.get("/tasks/<id:task_id>", tags=TAGS)
@scoped("tasks:read")
@blueprint.response(200, TaskDetailsSchema, example=examples.TASK_DETAILS)
def get_task(task_id: int) -> Any:
    """One task with its form and the customer's latest messages."""
    with engine().read(visitor().login) as look:
        access.must_see_task(look, task_id, api=True)
        return _details(shown.view(look, task_id, language()))


@blueprint.get("/tasks/<id:task_id>/guidance", tags=TAGS)
@scoped("tasks:read")
@blueprint.response(200, GuidanceSchema, example=examples.GUIDANCE)
def get_task_guidance(task_id: int) -> Guidance:
    """What the tables advise beside a step that is open: a tip for the talk, and what suggests itself."""
    with engine().read(visitor().login) as look:
        task = access.must_see_task(look, task_id, api=True)
        return guidance.of_task(look, task, language(), api=True)


@blueprint.put("/tasks/<id:task_id>/claim", tags=TAGS)
@scoped("tasks:write")
@command
@blueprint.response(200, TaskSchema, example=examples.TASK)
def claim_task(task_id: int, uow: UnitOfWork) -> TaskLine:
    """Take a task. Again changes nothing for its holder; 409 if somebody else holds it."""
    access.must_see_task(uow, task_id, api=True)
    return _line(uow, commands.claim(uow, task_id))


@blueprint.delete("/tasks/<id:task_id>/claim", tags=TAGS)
@scoped("tasks:write")
@command
@blueprint.response(200, TaskSchema, example=examples.TASK)
def release_task(task_id: int, uow: UnitOfWork) -> TaskLine:
    """Give a task back to its team."""
    access.must_see_task(uow, task_id, api=True)
    return _line(uow, commands.release(uow, task_id))


@blueprint.put("/tasks/<id:task_id>/completion", tags=TAGS)
@scoped("tasks:write")
@blueprint.arguments(CompletionSchema, example=examples.COMPLETION)
@command
@blueprint.response(200, TaskSchema, example=examples.TASK)
def complete_task(given: Mapping[str, Any], task_id: int, uow: UnitOfWork) -> TaskLine:
    """Hand the form's data to the process and let it go on.

    422 names each field of the form that does not fit; 409 says who was faster.
    """
    access.must_see_task(uow, task_id, api=True)
    return _line(uow, commands.complete(uow, task_id, given["data"], language=language()))


@blueprint.put("/tasks/<id:task_id>/park", tags=TAGS)
@scoped("tasks:write")
@blueprint.arguments(ParkSchema, example=examples.PARK)
@command
@blueprint.response(200, TaskSchema, example=examples.TASK)
def park_task(given: Mapping[str, Any], task_id: int, uow: UnitOfWork) -> TaskLine:
    """Put a task aside that the token's user holds; it comes back by itself."""
    access.must_see_task(uow, task_id, api=True)
    return _line(uow, commands.park(uow, task_id, reason=given["reason"], until=given["until"]))


@blueprint.delete("/tasks/<id:task_id>/park", tags=TAGS)
@scoped("tasks:write")
@command
@blueprint.response(200, TaskSchema, example=examples.TASK)
def unpark_task(task_id: int, uow: UnitOfWork) -> TaskLine:
    """Take up a parked task before its time."""
    access.must_see_task(uow, task_id, api=True)
    return _line(uow, commands.unpark(uow, task_id))


def _search(query: dict[str, Any]) -> TaskSearch:
    state = query.pop("state", None)
    if query.get("assignee") == "me":
        query["assignee"] = visitor().login
    return TaskSearch(states=OPEN_TASKS if state is None else {state}, **query)


def _line(uow: UnitOfWork, task: Task) -> TaskLine:
    return worklist.line(uow, task, language())


def _details(view: TaskView) -> Mapping[str, Any]:
    names = ("task", "process", "say", "do", "done", "messages")
    return {
        **{name: getattr(view, name) for name in names},
        "choosing": None if view.choosing is None else _choosing(view.choosing),
        "fields_": view.fields,
        "special_cases": [{"kind": kind, "words": words} for kind, words in view.special_cases],
    }


def _choosing(found: Choosing) -> Mapping[str, Any]:
    names = ("seen", "offers", "can_end", "cancels", "running")
    return {**{name: getattr(found, name) for name in names}, "open_tasks": [line.id for line in found.open]}
