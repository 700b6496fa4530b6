"""Hand a task to a colleague or a team: who may have it, and what they are told."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import handing_over
from cpm.errors import Conflict, CpmError, Forbidden, Invalid, Suspended
from cpm.policies import PolicyRefusal
from cpm.queries import receivers
from web import access, assent
from web.agent import to_whom
from web.agent.blueprint import READERS, blueprint
from web.agent.guided import asking
from web.agent.guided.conflict import overtaken
from web.agent.guided.page import PATH, must_see
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor


@blueprint.get(f"{PATH}/hand_over")
@access.granted(*READERS)
def hand_over_page(number: str, task_id: int) -> ResponseReturnValue:
    return _page(number, task_id)


@blueprint.post(f"{PATH}/hand_over")
@access.granted(*READERS)
def hand_over(number: str, task_id: int) -> ResponseReturnValue:
    """Back to the inbox: who has handed it over is free for the next one."""
    with engine().read(visitor().login) as look:
        must_see(look, number, task_id)
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            note = request.form.get("note", "")
            task = handing_over.hand_over(uow, task_id, **to_whom.receiver(), note=note)
            name = to_whom.name(uow, task)
    except (Invalid, Forbidden, Suspended, PolicyRefusal) as error:
        return _page(number, task_id, error), error.status
    except Conflict as error:
        return overtaken(number, task_id, {}, error)
    flash(_("{number} is with {name} now.", number=number, name=name))
    return redirect(url_for("agent.inbox"), 303)


def _page(number: str, task_id: int, error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        task = must_see(look, number, task_id)
        found = receivers.receivers(look, [task_id], language())
        title, subject = task.title(language()), task.case.subject
        asked = asking.asked(look, task)
    return render_template(
        "agent/hand_over.html",
        number=number,
        task_id=task_id,
        title=title,
        subject=subject,
        receivers=found,
        asked=asked if asked and asked[0].login in found.people else None,
        error=error,
        problems=error.faults(language()) if isinstance(error, Invalid) else (),
    )
