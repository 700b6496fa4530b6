"""Processes and kinds of jobs that stand still, with how much is held; suspended and resumed here."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import suspendable, suspending
from cpm.errors import CpmError
from cpm.model import Role, Timers
from cpm.queries import suspensions as queries
from cpm.uow import UnitOfWork
from web import access, addresses
from web.here import engine
from web.language import language
from web.language import translate as _
from web.operator.blueprint import blueprint
from web.visitor import visitor


@blueprint.get("/suspensions")
@access.granted(Role.OPERATOR)
def suspensions() -> ResponseReturnValue:
    return _page()


@blueprint.post("/suspensions/processes")
@access.granted(Role.OPERATOR)
def suspend_process() -> ResponseReturnValue:
    key, at, version = request.form.get("process", "").partition("@")
    number = (addresses.whole(version) or 0) if at else None
    return _done(
        lambda uow: suspending.suspend_process(uow, key, version=number, why=_why()),
        _("The process is suspended."),
    )


@blueprint.post("/suspensions/kinds")
@access.granted(Role.OPERATOR)
def suspend_jobs() -> ResponseReturnValue:
    kind = request.form.get("kind", "").strip()
    return _done(lambda uow: suspending.suspend_jobs(uow, kind, why=_why()), _("These jobs are suspended."))


@blueprint.post("/suspensions/<int:suspension_id>/resumption")
@access.granted(Role.OPERATOR)
def resume_suspension(suspension_id: int) -> ResponseReturnValue:
    timers = Timers.SHIFT if request.form.get("timers") == Timers.SHIFT else Timers.RING
    return _done(lambda uow: suspending.resume(uow, suspension_id, timers=timers), _("It goes on."))


def _why() -> str:
    return request.form.get("why", "")


def _done(act: Callable[[UnitOfWork], object], words: str) -> ResponseReturnValue:
    try:
        with engine().begin(visitor().login) as uow:
            act(uow)
    except CpmError as error:
        if error.status == 403:
            raise
        return _page(error), error.status
    flash(words)
    return redirect(url_for("operator.suspensions"), 303)


def _page(error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        found = [(one, queries.held(look, one)) for one in queries.everything(look, language())]
        processes = queries.processes(look, language())
        kinds = suspendable.kinds(look)
        alone = queries.cases_alone(look)
    return render_template(
        "operator/suspensions.html",
        found=found,
        processes=processes,
        kinds=kinds,
        alone=alone,
        error=error,
        typed=request.form,
    )
