"""What is done next in an ad-hoc subprocess: chosen, and ended. What is offered stands in the task."""

from collections.abc import Mapping
from typing import Any

from cpm.commands import choices as commands
from cpm.queries import access, worklist
from cpm.queries.worklist import TaskLine
from cpm.uow import UnitOfWork
from web.api import examples
from web.api.blueprint import blueprint, scoped
from web.api.choice_schemas import ChoiceEndSchema, ChoiceSchema
from web.api.keyed import command
from web.api.task_schemas import TaskSchema
from web.language import language

TAGS = ["Tasks"]


@blueprint.post("/tasks/<id:task_id>/choices", tags=TAGS)
@scoped("tasks:write")
@blueprint.arguments(ChoiceSchema, example=examples.CHOICE)
@command
@blueprint.response(200, TaskSchema, example=examples.TASK)
def choose_step(given: Mapping[str, Any], task_id: int, uow: UnitOfWork) -> TaskLine:
    """Begin one of the steps that the task offers.

    With the same `seen`, again changes nothing. A step of a person is the chooser's, unless the process gives it to
    somebody else.
    """
    access.must_see_task(uow, task_id, api=True)
    more = {"seen": given.get("seen"), "variables": given["variables"]}
    return worklist.line(uow, commands.choose(uow, task_id, given["element"], **more), language())


@blueprint.put("/tasks/<id:task_id>/choices/end", tags=TAGS)
@scoped("tasks:write")
@blueprint.arguments(ChoiceEndSchema, example=examples.CHOICE_END)
@command
@blueprint.response(200, TaskSchema, example=examples.TASK)
def end_choices(given: Mapping[str, Any], task_id: int, uow: UnitOfWork) -> TaskLine:
    """Nothing more is to be done there: the process goes on. Again changes nothing."""
    access.must_see_task(uow, task_id, api=True)
    more = {"seen": given.get("seen"), "cancel_running": given["cancel_running"]}
    return worklist.line(uow, commands.end_choice(uow, task_id, **more), language())
