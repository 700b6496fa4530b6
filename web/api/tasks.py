"""Steps that wait for a person: listed, taken, put aside and done."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import wraps
from typing import Any

from flask import Response

from cpm import erp_offers
from cpm.commands import escalating, handing_over
from cpm.commands import tasks as commands
from cpm.errors import CpmError
from cpm.forms.lookups import Found
from cpm.model import OPEN_TASKS, Task
from cpm.queries import access, guidance, looking_up, offers, task_list, worklist
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
from web.api.lookup_examples import LOOKUP
from web.api.paging import paged, window
from web.api.task_schemas import (
    CompletionSchema,
    EscalationSchema,
    GuidanceSchema,
    HandoverSchema,
    LookupQuery,
    LookupSchema,
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
_ESCALATION = {"team": "management", "note": "More than I may grant"}
_HANDOVER = {"to": "ben", "note": "The driver calls at three"}


def _priced(view: Callable[..., Response]) -> Callable[..., Response]:
    """Ask the ERP for the products that are handed in and that nobody was told of, before a transaction is open."""

    @wraps(view)
    def answer(given: Mapping[str, Any], task_id: int, **more: Any) -> Response:
        want = None
        with suppress(CpmError), engine().read(visitor().login) as look:  # the view itself refuses
            task = access.must_see_task(look, task_id, api=True)
            want = offers.of_form(look, task, given["data"])
        if want is not None:
            erp_offers.ask(engine(), want)
        return view(given, task_id, **more)

    return answer


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
        task = access.must_see_task(look, task_id, api=True)
        want = offers.of_form(look, task, None, again=True)
        if want is None:
            return _details(shown.view(look, task_id, language()))
    erp_offers.ask(engine(), want)
    with engine().read(visitor().login) as look:
        return _details(shown.view(look, task_id, language()))


@blueprint.get("/tasks/<id:task_id>/guidance", tags=TAGS)
@scoped("tasks:read")
@blueprint.response(200, GuidanceSchema, example=examples.GUIDANCE)
def get_task_guidance(task_id: int) -> Guidance:
    """What the tables advise beside a step that is open: a tip for the talk, and what suggests itself."""
    with engine().read(visitor().login) as look:
        task = access.must_see_task(look, task_id, api=True)
        return guidance.of_task(look, task, language(), api=True)


@blueprint.get("/tasks/<id:task_id>/lookups/<field>", tags=TAGS)
@scoped("tasks:read")
@blueprint.arguments(LookupQuery, location="query")
@blueprint.response(200, LookupSchema, example=LOOKUP)
def look_up(query: dict[str, Any], task_id: int, field: str) -> Found:
    """What a field of the form may hold, by some words; `lines.sku` is the field of a list's rows.

    Hand in the `value` of a hit. 404 if the field looks up nothing, or the task is not one that the user may work on.
    """
    with engine().read(visitor().login) as look:
        task = access.must_see_task(look, task_id, api=True)
        found = looking_up.of_task(look, task, field, query["q"], language())
        want = offers.of_found(look, task, field, found, query.get("wanted_on"))
    return found if want is None else erp_offers.refreshed(engine(), found, want, language())


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
@_priced
@command
@blueprint.response(200, TaskSchema, example=examples.TASK)
def complete_task(given: Mapping[str, Any], task_id: int, uow: UnitOfWork) -> TaskLine:
    """Hand the form's data to the process and let it go on.

    422 names each field of the form that does not fit; 409 says who was faster.
    """
    access.must_see_task(uow, task_id, api=True)
    return _line(uow, commands.complete(uow, task_id, given["data"], language=language()))


@blueprint.put("/tasks/<id:task_id>/escalation", tags=TAGS)
@scoped("tasks:write")
@blueprint.arguments(EscalationSchema, example=_ESCALATION)
@command
@blueprint.response(200, TaskSchema, example=examples.TASK)
def escalate_task(given: Mapping[str, Any], task_id: int, uow: UnitOfWork) -> TaskLine:
    """Hand a step that the token's user holds on to another team, with a note; 403 for an approval."""
    access.must_see_task(uow, task_id, api=True)
    return _line(uow, escalating.escalate(uow, task_id, team=given["team"], note=given["note"]))


@blueprint.put("/tasks/<id:task_id>/handover", tags=TAGS)
@scoped("tasks:write")
@blueprint.arguments(HandoverSchema, example=_HANDOVER)
@command
@blueprint.response(200, TaskSchema, example=examples.TASK)
def hand_over_task(given: Mapping[str, Any], task_id: int, uow: UnitOfWork) -> TaskLine:
    """Hand a task to a colleague, who has it at once, or to a team.

    403 if it cannot be theirs: they must be able to see its case and to take it, and four eyes must not keep them from it.
    """
    access.must_see_task(uow, task_id, api=True)
    return _line(uow, handing_over.hand_over(uow, task_id, **given))


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
    names = ("task", "process", "say", "do", "done", "messages", "handed_over")
    return {
        **{name: getattr(view, name) for name in names},
        "choosing": None if view.choosing is None else _choosing(view.choosing),
        "fields_": view.fields,
        "special_cases": [{"kind": kind, "words": words} for kind, words in view.special_cases],
    }


def _choosing(found: Choosing) -> Mapping[str, Any]:
    names = ("seen", "offers", "can_end", "cancels", "running")
    return {**{name: getattr(found, name) for name in names}, "open_tasks": [line.id for line in found.open]}
