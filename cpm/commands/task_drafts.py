"""What is typed at a task is kept while it is typed: one draft for each task and person, until they hand it in.

Whoever goes on with the task finds what was typed there before (`cpm.queries.at_desk`).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from cpm import values as text_of
from cpm.commands import requests
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import OPEN_TASKS, Task, TaskDraft, TaskKind, TaskState
from cpm.uow import UnitOfWork

#: So long after its last change the draft of a task that is over can still be looked at.
KEPT = timedelta(days=30)
_AT_A_TIME = 100  #: forgotten with each one that is begun, so that the table does not grow
_LONGEST = 400_000  #: characters that a draft takes
_OF_AN_ANSWER = frozenset({"approved", "note"})


class TypedElsewhere(Conflict):
    """They have typed something else at this task in another window."""


def of(uow: UnitOfWork, task_id: int) -> TaskDraft | None:
    """The actor's own."""
    mine = select(TaskDraft).where(TaskDraft.task_id == task_id, TaskDraft.login == uow.actor)
    return uow.session.scalar(mine)


def save(
    uow: UnitOfWork,
    task_id: int,
    values: Mapping[str, Any],
    *,
    seen: int | None = None,
    after: int | None = None,
) -> TaskDraft | None:
    """Keep what is typed so far, right or not yet right; None if they have handed it in meanwhile. Again: nothing new.

    `seen` is the case's last journal entry when the form was drawn, None if that was just now. `after` is the save they went on from, 0 for none:
    TypedElsewhere if there is a later one that says something else. Without it this one counts.
    """
    task = uow.of_case(Task, task_id)  # two saves at once become one draft
    _must_be_theirs(uow, task)
    if task.state == TaskState.DONE and task.assignee == uow.actor:
        return None
    typed = _fitting(uow, task, values)
    draft = of(uow, task_id)
    if draft is None:
        draft = TaskDraft(task_id=task_id, login=uow.actor, begun_at=uow.now, rev=0, values={})
        uow.session.add(draft)
        _forget(uow)
    elif _text(draft.values) == _text(typed):
        return draft
    elif after is not None and after != draft.rev:
        raise _typed_elsewhere()
    draft.values, draft.seen = typed, task.case.rev if seen is None else seen
    draft.saved_at, draft.rev = uow.now, draft.rev + 1
    uow.session.flush()
    return draft


def must_be_latest(uow: UnitOfWork, task_id: int, values: Mapping[str, Any], *, after: int | None) -> None:
    """TypedElsewhere as for `save`, which asks again once the case is locked."""
    if (draft := of(uow, task_id)) is not None:
        _must_go_on(uow, uow.get(Task, task_id), (draft.rev, draft.values), values, after)


def begin_anew(uow: UnitOfWork, task_id: int) -> TaskDraft | None:
    """Leave aside what was typed there, also what somebody else had: the form is as the case has it."""
    uow.of_case(Task, task_id)
    before, _ = _taken_out(uow, task_id)
    anew = save(uow, task_id, {})
    if anew is not None:
        anew.rev += before  # or else a window of before would seem to go on from this
    return anew


def hand_in(uow: UnitOfWork, task: Task, values: Mapping[str, Any], *, after: int | None = None) -> None:
    """It goes into the case, which is locked. What others have typed there stays theirs: they can still see it.

    TypedElsewhere if it goes on from another save than the latest, which says something else; `after` is as in `save`.
    """
    _must_go_on(uow, task, _taken_out(uow, task.id), values, after)


def _must_go_on(
    uow: UnitOfWork,
    task: Task,
    latest: tuple[int, Mapping[str, Any]],
    values: Mapping[str, Any],
    after: int | None,
) -> None:
    rev, kept = latest
    if after is not None and rev not in (0, after) and _text(kept) != _text(_fitting(uow, task, values)):
        raise _typed_elsewhere()


def _taken_out(uow: UnitOfWork, task_id: int) -> tuple[int, Mapping[str, Any]]:
    """Which save the actor's draft was, and what it said; 0 if there was none."""
    mine = delete(TaskDraft).where(TaskDraft.task_id == task_id, TaskDraft.login == uow.actor)
    row = uow.session.execute(mine.returning(TaskDraft.rev, TaskDraft.values)).first()
    return (row[0], row[1]) if row is not None else (0, {})


def _typed_elsewhere() -> TypedElsewhere:
    return TypedElsewhere(
        "You have typed something else at this step in another window meanwhile.",
        de="In einem anderen Fenster haben Sie hier inzwischen etwas anderes eingegeben.",
    )


def _must_be_theirs(uow: UnitOfWork, task: Task) -> None:
    """Theirs to do, or it was until somebody else took it: what they type then is kept too."""
    user = uow.user()
    if task.kind == TaskKind.INCIDENT or not (task.assignee == user.login or task.is_for(user)):
        raise Forbidden(
            f"Expected {user.login} to type at a task they may take, but task {task.id} is not for them",
            de="Diese Aufgabe ist für ein anderes Team bestimmt.",
        )


def _fitting(uow: UnitOfWork, task: Task, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the form knows; Invalid if that is more than anybody types."""
    form = uow.form(task)
    known = {field.key for field in form.fields} if form is not None else _OF_AN_ANSWER
    typed = {key: value for key, value in values.items() if key in known}
    if len(_text(typed)) > _LONGEST:
        raise Invalid(
            f"Expected at most {_LONGEST} characters at task {task.id}, but there are more",
            de="Das ist zu viel für einen Entwurf.",
        )
    return typed


def _text(values: Mapping[str, Any]) -> str:
    return text_of.dumps(dict(values))


def _forget(uow: UnitOfWork) -> None:
    """Some that lie at tasks which are over for long, and answers of long ago."""
    over = Task.state.not_in([state.value for state in OPEN_TASKS])
    old = (
        select(TaskDraft.id)
        .join(Task, Task.id == TaskDraft.task_id)
        .where(TaskDraft.saved_at <= uow.now - KEPT, over)
        .order_by(TaskDraft.saved_at)
        .limit(_AT_A_TIME)
        .with_for_update(of=TaskDraft, skip_locked=True)
    )
    uow.session.execute(
        delete(TaskDraft).where(TaskDraft.id.in_(old)), execution_options={"synchronize_session": False}
    )
    requests.forget(uow)
