"""To whom something is handed over: what a form says of it, and what they are called."""

from flask import request

from cpm.model import Task, User
from cpm.queries import people
from cpm.uow import UnitOfWork
from web.language import language

_KINDS = ("to", "team")


def receiver() -> dict[str, str]:
    """One select holds both, as to:<login> or team:<key>; what is neither is nobody."""
    kind, _, key = request.form.get("to", "").partition(":")
    return {kind: key} if kind in _KINDS else {}


def name(uow: UnitOfWork, task: Task) -> str:
    """Of who has it now."""
    if task.assignee is not None:
        return uow.get(User, task.assignee).name
    return people.team_names(uow, language())[task.team]
