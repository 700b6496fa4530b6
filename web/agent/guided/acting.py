"""Start, release, park, escalate and take up a task, or take it over from somebody who is away."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import escalating, tasks
from cpm.errors import Conflict, Forbidden, Invalid, Suspended
from cpm.queries import entered, people
from cpm.uow import UnitOfWork
from web import access, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.guided import once
from web.agent.guided.conflict import overtaken
from web.agent.guided.page import PATH, Typed, must_see, shown, typed_values
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor


@blueprint.post(f"{PATH}/claim")
@access.granted(*READERS)
def claim(number: str, task_id: int) -> ResponseReturnValue:
    """What somebody had typed before they lost the task is in the form again."""
    refused = _acted(number, task_id, lambda uow: tasks.claim(uow, task_id))
    if refused is not None:
        return refused
    if "_again" not in request.form:
        return _to_task(number, task_id)
    with engine().read(visitor().login) as look:
        return shown(number, task_id, Typed(typed_values(look, must_see(look, number, task_id))))


@blueprint.post(f"{PATH}/take_over")
@access.granted(*READERS)
def take_over(number: str, task_id: int) -> ResponseReturnValue:
    refused = _acted(number, task_id, lambda uow: tasks.take_over(uow, task_id))
    return refused or _to_task(number, task_id)


@blueprint.post(f"{PATH}/unpark")
@access.granted(*READERS)
def unpark(number: str, task_id: int) -> ResponseReturnValue:
    refused = _acted(number, task_id, lambda uow: tasks.unpark(uow, task_id))
    return refused or _to_task(number, task_id)


@blueprint.post(f"{PATH}/release")
@access.granted(*READERS)
def release(number: str, task_id: int) -> ResponseReturnValue:
    refused = _acted(number, task_id, lambda uow: tasks.release(uow, task_id))
    if refused is None:
        flash(_("The task is free for your team again."))
    return refused or redirect(url_for("agent.inbox"), 303)


@blueprint.post(f"{PATH}/park")
@access.granted(*READERS)
def park(number: str, task_id: int) -> ResponseReturnValue:
    def parked(uow: UnitOfWork) -> None:
        reason, until = request.form.get("reason", ""), request.form.get("until", "")
        moment = entered.moment(uow, "until", until, language(), beside={"reason": reason})
        tasks.park(uow, task_id, reason=reason, until=moment)

    refused = _acted(number, task_id, parked, "park")
    if refused is None:
        flash(_("The task is parked. It comes back to you by itself."))
    return refused or redirect(url_for("agent.inbox"), 303)


@blueprint.post(f"{PATH}/escalate")
@access.granted(*READERS)
def escalate(number: str, task_id: int) -> ResponseReturnValue:
    """Back to the inbox: who has escalated a step is free for the next one."""
    team, note = request.form.get("team", ""), request.form.get("note", "")
    refused = _acted(
        number, task_id, lambda uow: escalating.escalate(uow, task_id, team=team, note=note), "escalate"
    )
    if refused is None:
        with engine().read(visitor().login) as look:
            name = people.team_names(look, language())[team]
        flash(_("{number} is with {team} now, who read your note beside it.", number=number, team=name))
    return refused or redirect(url_for("agent.inbox"), 303)


def _acted(
    number: str, task_id: int, act: Callable[[UnitOfWork], object], about: str = "task"
) -> ResponseReturnValue | None:
    """None if it was done, now or when the same form came before; else the page that says why not."""
    with engine().read(visitor().login) as look:
        if once.done(look):
            return None
        must_see(look, number, task_id)
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            act(uow)
            once.mark(uow)
    except Suspended as error:
        return shown(number, task_id, Typed(None, error, about))
    except Conflict as error:  # or it came twice in one moment
        with engine().read(visitor().login) as look:
            if once.done(look):
                return None
        return overtaken(number, task_id, {}, error)
    except (Invalid, Forbidden) as error:
        return shown(number, task_id, Typed(None, error, about))
    return None


def _to_task(number: str, task_id: int) -> ResponseReturnValue:
    return redirect(url_for("agent.task", number=number, task_id=task_id), 303)
