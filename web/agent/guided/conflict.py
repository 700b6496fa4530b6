"""Two said something about one step: both stand side by side, and field by field somebody takes one or keeps the other."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cpm.commands.as_seen import Overtaken
from cpm.commands.task_drafts import TypedElsewhere
from cpm.errors import Conflict
from cpm.model import Task
from cpm.queries import at_desk, compared, untouched
from cpm.queries.at_desk import Draft
from cpm.queries.compared import Line
from cpm.uow import UnitOfWork
from web import addresses
from web.agent.guided.page import entered, must_see
from web.agent.path import suggested
from web.here import engine
from web.kept import WHO
from web.language import language
from web.visitor import visitor
from web.written_in import LANGUAGE

TAKE = "_take."
#: Inputs of the page that the next one has anew.
_ANEW = frozenset({"csrf_token", LANGUAGE, WHO, "_seen", "_draft", "_key", "_with", "_again"})


def mixed(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with what was chosen of the other's."""
    taken = {name.removeprefix(TAKE) for name, value in request.form.items() if value == "theirs"}
    return {**mine, **{key: theirs.get(key) for key in taken if f"{TAKE}{key}" in request.form}}


def chosen() -> bool:
    return any(name.startswith(TAKE) for name in request.form)


def overtaken(number: str, task_id: int, typed: Mapping[str, Any], error: Conflict) -> ResponseReturnValue:
    """What happened meanwhile to the task, beside what was typed."""
    with engine().read(visitor().login) as look:
        must_see(look, number, task_id)
        found = compared.compared(look, task_id, typed, language())
    page = "agent/overtaken.html"
    words = error.sentence(language())
    return render_template(
        page, number=number, task_id=task_id, found=found, words=words, again=_again()
    ), error.status


def with_case(number: str, task_id: int, error: Overtaken) -> ResponseReturnValue:
    """What the case has now, beside what was handed in."""
    with engine().read(visitor().login) as look:
        task = must_see(look, number, task_id)
        same = untouched.of_given(look, task, error.given, _seen(task))
        lines = _told(compared.with_case(look, task, error.fields, error.given, language()), same)
        about = _about(task, seen=task.case.rev)
    return _page(number, lines=lines, words=error.sentence(language()), **about), error.status


def with_draft(
    number: str, task_id: int, typed: Mapping[str, Any], other: Draft, words: str = ""
) -> ResponseReturnValue:
    """What a colleague has typed, or the reader in another window."""
    with engine().read(visitor().login) as look:
        task = must_see(look, number, task_id)
        found = compared.between(look, task, other.values, typed, language())
        same = untouched.of_typed(look, task, typed, language())
        lines = _told((line for line in found if line.differs), same)
        about = _about(task, seen=min(other.seen, _seen(task)))
    return _page(number, lines=lines, other=other, words=words, **about), 409


def elsewhere(
    number: str, task_id: int, typed: Mapping[str, Any], error: TypedElsewhere
) -> ResponseReturnValue:
    """What they have typed in another window since, beside what was handed in."""
    with engine().read(visitor().login) as look:
        own = at_desk.of_task(look, must_see(look, number, task_id), language()).own
    if own is None:  # handed in since, there
        return overtaken(number, task_id, typed, error)
    return with_draft(number, task_id, typed, own, error.sentence(language()))


def _told(lines: Iterable[Line], same: frozenset[str]) -> tuple[Line, ...]:
    """Where the reader's window has changed nothing, the other's is chosen to begin with."""
    return tuple(replace(line, untouched=line.key in same) for line in lines)


def _seen(task: Task) -> int:
    seen = addresses.posted("_seen")
    return task.case.rev if seen is None else seen


def _about(task: Task, *, seen: int) -> dict[str, Any]:
    return {
        "task_id": task.id,
        "title": task.title(language()),
        "subject": task.case.subject,
        "seen": seen,
    }


def _page(number: str, **more: Any) -> str:
    return render_template(
        "agent/conflict.html", **{"number": number, "other": None, "again": _again(), **more}
    )


def _again() -> list[tuple[str, str]]:
    """What was posted, to be posted again."""
    ours = (pair for pair in entered().items(multi=True) if not pair[0].startswith(TAKE))
    return [pair for pair in ours if pair[0] not in _ANEW and not suggested.is_of_one(pair[0])]


def of_whom(look: UnitOfWork, drafts: tuple[Draft, ...]) -> Draft | None:
    """Whose draft the page was asked to be held against."""
    return next((one for one in drafts if one.login == request.form.get("_with", look.actor)), None)
