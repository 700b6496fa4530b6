"""What somebody decides on a case's page of what its customer is told, and of the links to their status page."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import status_links, waiting_notices
from cpm.errors import NotFound
from cpm.model import Job, Role
from cpm.uow import UnitOfWork
from web import access
from web.agent.blueprint import blueprint
from web.agent.case import must_see
from web.here import engine
from web.language import translate as _
from web.visitor import visitor


@blueprint.post("/cases/<number>/notices/<int:job_id>/now")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def tell_now(number: str, job_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        _must_be_of(uow, number, job_id)
        waiting_notices.hurry(uow, job_id)
    flash(_("The customer is told now."))
    return redirect(url_for("agent.case", number=number), 303)


@blueprint.post("/cases/<number>/notices/<int:job_id>/not")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def tell_not(number: str, job_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        _must_be_of(uow, number, job_id)
        waiting_notices.leave_out(uow, job_id)
    flash(_("The customer is not told."))
    return redirect(url_for("agent.case", number=number), 303)


@blueprint.post("/cases/<number>/status-link/revocation")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def revoke_link(number: str) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        status_links.revoke(uow, must_see(uow, number))
    flash(_("No link opens the customer's page of this case any more."))
    return redirect(url_for("agent.case", number=number), 303)


@blueprint.post("/cases/<number>/status-link")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def renew_link(number: str) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        status_links.renew(uow, must_see(uow, number))
    flash(_("There is a new link; earlier ones open nothing any more."))
    return redirect(url_for("agent.case", number=number), 303)


def _must_be_of(uow: UnitOfWork, number: str, job_id: int) -> None:
    job = uow.session.get(Job, job_id)
    case_id = must_see(uow, number)
    if job is None or job.case_id != case_id:
        raise NotFound(
            f"Expected to find a notice {job_id} of case {number}, but there is none",
            de="Diese Benachrichtigung wartet nicht (mehr).",
        )
