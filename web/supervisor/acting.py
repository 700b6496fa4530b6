"""Take an exception, give it back, and ask others about it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import resolutions, tasks
from cpm.errors import Invalid
from cpm.model import Role
from cpm.queries import access as sight
from web import access, assent
from web.here import engine
from web.language import translate as _
from web.supervisor.blueprint import blueprint
from web.supervisor.incident import page
from web.visitor import visitor


@blueprint.post("/<int:incident_id>/claim")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def claim(incident_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login, assent.of_form()) as uow:
        tasks.claim(uow, sight.must_see_incident(uow, incident_id).task_id)
    flash(_("The exception is yours now."))
    return _back(incident_id)


@blueprint.post("/<int:incident_id>/release")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def release(incident_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login, assent.of_form()) as uow:
        tasks.release(uow, sight.must_see_incident(uow, incident_id).task_id)
    flash(_("The exception is free again."))
    return _back(incident_id)


@blueprint.post("/<int:incident_id>/questions")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def ask(incident_id: int) -> ResponseReturnValue:
    """The answer comes as a task of the team that is asked."""
    question = {"title": request.form.get("title", ""), "team": request.form.get("team", "")}
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            sight.must_see_incident(uow, incident_id)
            resolutions.ask(uow, incident_id, **question)
    except Invalid as error:
        return page(incident_id, error=error, question=question), error.status
    flash(_("The question is on its way; the answer will stand here."))
    return _back(incident_id)


def _back(incident_id: int) -> ResponseReturnValue:
    return redirect(url_for("supervisor.incident", incident_id=incident_id), 303)
