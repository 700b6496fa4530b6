"""Hand in what a step asks for. Nothing that was typed is lost: not if it does not fit, not if somebody was faster."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from cpm import erp_offers
from cpm.commands import tasks
from cpm.errors import Conflict, Forbidden, Invalid, Suspended
from cpm.model import OF_PROCESS, Task, TaskState
from cpm.policies import PolicyRefusal
from cpm.queries import compared, offers
from web import access, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.documents.uploading import largest
from web.agent.guided.bringing import bring
from web.agent.guided.page import PATH, Typed, entered, must_see, shown, typed_values
from web.forms import asked, moves
from web.headers import takes_up_to
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor


@blueprint.post(PATH)
@access.granted(*READERS)
@takes_up_to(largest)
def complete(number: str, task_id: int) -> ResponseReturnValue:
    try:
        bring(number, task_id)
    except (Invalid, PolicyRefusal) as error:
        with engine().read(visitor().login) as look:
            values = typed_values(look, number, task_id)
        return shown(number, task_id, Typed(values, error))
    with engine().read(visitor().login) as look:
        values = typed_values(look, number, task_id)
        want = offers.of_form(look, look.get(Task, task_id), values)
    if moves(request.form):
        return shown(number, task_id, Typed(values))
    if want is not None:  # without JavaScript nobody was told yet what is filled in
        erp_offers.ask(engine(), want)
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            done = tasks.complete(uow, task_id, values, language=language(), asked=asked(request.form))
            title = done.title(language())
    except Suspended as error:
        return shown(number, task_id, Typed(values, error))
    except Conflict as error:
        return overtaken(number, task_id, values, error)
    except (Invalid, Forbidden, PolicyRefusal) as error:
        return shown(number, task_id, Typed(values, error))
    flash(_("Done: {title}", title=title))
    return redirect(onwards(number, task_id), 303)


def overtaken(number: str, task_id: int, typed: Mapping[str, Any], error: Conflict) -> ResponseReturnValue:
    """What happened meanwhile, beside what was typed."""
    with engine().read(visitor().login) as look:
        must_see(look, number, task_id)
        found = compared.compared(look, task_id, typed, language())
    again = [(name, value) for name, value in entered().items(multi=True) if name != "csrf_token"]
    page = "agent/overtaken.html"
    words = error.sentence(language())
    return render_template(
        page, number=number, task_id=task_id, found=found, words=words, again=again
    ), error.status


def onwards(number: str, task_id: int) -> str:
    """To the case's next step if it is this person's, else to the case."""
    with engine().read(visitor().login) as look:
        done, user = look.get(Task, task_id), look.user()
        open_steps = select(Task).where(Task.case_id == done.case_id, Task.kind.in_(OF_PROCESS))
        mine = [
            step.id
            for step in look.session.scalars(open_steps.order_by(Task.id))
            if (step.state == TaskState.READY and step.is_for(user))
            or (step.state == TaskState.CLAIMED and step.assignee == user.login)
        ]
    if mine:
        return url_for("agent.task", number=number, task_id=mine[0])
    return url_for("agent.case", number=number)
