"""What somebody finds who types into a field that looks up; only who may fill in the form may ask."""

from collections.abc import Mapping

from cpm.errors import NotFound
from cpm.forms import Form
from cpm.forms.lookups import Found, Lookups
from cpm.model import OPEN_TASKS, Task
from cpm.queries import lookups, public_forms, variables
from cpm.uow import UnitOfWork


def of_task(look: UnitOfWork, task: Task, field: str, words: str, language: str = "de") -> Found:
    """`field` as `sku`, or `lines.sku` in the rows of a list. NotFound if there is none, or the task is not theirs."""
    user = look.user()
    theirs = task.assignee in {user.login, *user.stands_in_for} or task.is_for(user)
    form = look.form(task)
    if form is None or not theirs or task.state not in OPEN_TASKS:
        raise _nothing(field)
    seen = variables.seen_at(look, task.case, task.node)
    return _found(form, field, words, lookups.of_task(look, task, language), seen)


def of_public(look: UnitOfWork, key: str, field: str, words: str, language: str = "de") -> Found:
    """For strangers, in the open form at this address."""
    form = public_forms.in_force(look, key)[1]
    return _found(form, field, words, lookups.of_public(look, language), {})


def _found(form: Form, name: str, words: str, sources: Lookups, seen: Mapping[str, object]) -> Found:
    field = form.field(name)
    if field is None or field.lookup is None:
        raise _nothing(name)
    return sources.find(field.lookup.source, words, seen)


def _nothing(field: str) -> NotFound:
    return NotFound(
        f"Expected a field that looks up, in a form of yours, but {field[:60]!r} is none",
        de="Dieses Feld gibt es nicht, oder Sie dürfen hier nichts suchen.",
    )
