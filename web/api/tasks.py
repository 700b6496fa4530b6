"""Steps that wait for a person: listed, taken, put aside and done."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from cpm.commands import tasks as commands
from cpm.model import OPEN_TASKS, Task, TaskKind, TaskState
from cpm.queries import access, task_list, worklist
from cpm.queries import task as shown
from cpm.queries.task import TaskView
from cpm.queries.task_list import TaskSearch
from cpm.queries.worklist import TaskLine
from cpm.uow import UnitOfWork
from web.api import examples, paging
from web.api.blueprint import blueprint, scoped
from web.api.fields import CaseNumber, Data, Flag, Free, Moment, Strict, Text, Word
from web.api.keyed import command
from web.api.paging import PagedQuery, PageSchema, paged, window
from web.here import engine
from web.language import language
from web.visitor import visitor

TAGS = ["Tasks"]


class TaskSchema(Strict):
    id = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in TaskKind]})
    title = fields.String(required=True)
    case = fields.String(required=True, metadata={"description": "The case's number."})
    subject = fields.String(required=True)
    customer = fields.String(required=True)
    team = fields.String(required=True)
    assignee = fields.String(
        required=True, allow_none=True, metadata={"description": "Login of who holds it."}
    )
    state = fields.String(required=True, metadata={"enum": [state.value for state in TaskState]})
    priority = fields.Integer(required=True, metadata={"description": "0 to 100, more is sooner."})
    due = Moment(required=True, allow_none=True)
    overdue = fields.Boolean(required=True)
    incident = fields.Integer(required=True, allow_none=True)


class TaskPageSchema(PageSchema):
    items = fields.List(fields.Nested(TaskSchema), required=True)


class SaidSchema(Strict):
    at = Moment(required=True)
    sender = fields.String(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)


class SpecialCaseSchema(Strict):
    kind = fields.String(required=True)
    words = fields.String(required=True)


class TaskDetailsSchema(Strict):
    task = fields.Nested(TaskSchema, required=True)
    process = fields.String(required=True)
    say = fields.String(required=True, allow_none=True, metadata={"description": "To the customer."})
    do = fields.String(required=True, allow_none=True)
    done = fields.String(required=True, allow_none=True, metadata={"description": "When the step is done."})
    fields_ = fields.List(
        Free(metadata={"type": "object"}),
        required=True,
        data_key="fields",
        metadata={"description": "Of its form; `key` is the name in the completion's data."},
    )
    messages = fields.List(fields.Nested(SaidSchema), required=True)
    special_cases = fields.List(fields.Nested(SpecialCaseSchema), required=True)


class TaskQuery(PagedQuery):
    case = CaseNumber()
    team = Text(100)
    assignee = Text(100, metadata={"description": "A login; `me` is the token's user."})
    kind = fields.Enum(TaskKind, by_value=True)
    state = fields.Enum(TaskState, by_value=True, metadata={"description": "Without it, all open tasks."})
    overdue = Flag()
    sort = Word(task_list.SORTS, load_default="urgency")


class CompletionSchema(Strict):
    data = Data(load_default=dict, metadata={"description": "The form's fields by key."})


class ParkSchema(Strict):
    until = Moment(required=True, metadata={"description": "Within a year from now."})
    reason = Text(1_000, required=True)


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
        "fields_": view.fields,
        "special_cases": [{"kind": kind, "words": words} for kind, words in view.special_cases],
    }
