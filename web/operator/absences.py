"""Absences: of everybody for supervisors and operators, one's own for the others."""

from datetime import datetime, time, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import absences as commands
from cpm.errors import CpmError, Invalid
from cpm.forms.messages import Misfit
from cpm.forms.take.moments import take_date
from cpm.model import Role
from cpm.queries import absences as queries
from cpm.queries import people
from web import access
from web.here import engine
from web.language import translate as _
from web.operator.blueprint import blueprint
from web.visitor import visitor

_EVERYBODY = (Role.SUPERVISOR, Role.OPERATOR)
_DAY = timedelta(days=1)


@blueprint.get("/absences")
@access.granted(Role.AGENT, Role.SUPERVISOR, Role.OPERATOR)
def absences() -> ResponseReturnValue:
    return _page()


@blueprint.post("/absences")
@access.granted(Role.AGENT, Role.SUPERVISOR, Role.OPERATOR)
def add_absence() -> ResponseReturnValue:
    """Whole days where the firm is, the last one included."""
    try:
        first, last = _midnight("first"), _midnight("last")
        with engine().begin(visitor().login) as uow:
            commands.add(
                uow,
                request.form.get("login") or visitor().login,
                from_at=first,
                until_at=_midnight("last", _DAY) if last else last,
                substitute=request.form.get("substitute") or None,
            )
    except CpmError as error:
        if error.status in (403, 404):
            raise
        return _page(error), error.status
    flash(_("The absence is entered."))
    return redirect(url_for("operator.absences"), 303)


@blueprint.post("/absences/<int:absence_id>/removal")
@access.granted(Role.AGENT, Role.SUPERVISOR, Role.OPERATOR)
def remove_absence(absence_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        commands.remove(uow, absence_id)
    flash(_("The absence is removed."))
    return redirect(url_for("operator.absences"), 303)


def _page(error: CpmError | None = None) -> str:
    who = visitor()
    everybody = who.has(*_EVERYBODY)
    with engine().read(who.login) as look:
        found = queries.absences(look, login=None if everybody else who.login)
        users = [user for user in people.users(look) if user.active]
    return render_template(
        "operator/absences.html",
        absences=found,
        users=users,
        everybody=everybody,
        error=error,
        typed=request.form,
    )


def _midnight(name: str, later: timedelta = timedelta(0)) -> datetime:
    """The day that was typed, or one after it, from its first moment where the firm is."""
    try:
        if (day := take_date(request.form.get(name, ""))) is not None:
            return datetime.combine(day + later, time(), engine().settings.zone)
    except (Misfit, OverflowError):
        pass
    raise Invalid(
        f"Expected a date, but {name} is none",
        [(name, "is no date: like 2026-11-21")],
        problems_de=[(name, "Bitte ein Datum wie 21.11.2026.")],
    )
